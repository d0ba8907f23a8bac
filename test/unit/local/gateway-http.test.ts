import { request as httpRequest } from 'node:http';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { AuthorizerCaches } from '../../../infra/local/authorizer-caches.ts';
import { startGateway } from '../../../infra/local/gateway.ts';
import { play, policyFor, reached } from './gateway-player.ts';
import { gatewayTemplate, httpTemplate } from './gateway-template.ts';

const token = { Authorization: 'Bearer a.b.c' };
const forbidden = '403 {"message":"Forbidden"}';
const unauthorized = '401 {"message":"Unauthorized"}';
const failed = '500 {"message":"Internal Server Error"}';
const yes = () => ({ isAuthorized: true });
const no = () => ({ isAuthorized: false });

const routes = [
  'GET /parcels',
  'ANY /parcels/{id}',
  'GET /parcels/latest',
  'GET /files/{path+}',
  'GET /health',
];

const start = async (
  change: Record<string, unknown> = {},
  { keys = routes, ...props }: { keys?: string[]; now?: () => Date; caches?: AuthorizerCaches } = {},
) => {
  const template = httpTemplate(keys, { HttpAuthorizer: change });
  const player = await play({ template, apiId: 'http7', ...props });
  player.answer = yes;
  return player;
};

describe('an HTTP API at the local gateway', () => {
  it('answers for its integration, with the authorizer’s yes', async () => {
    const player = await start();
    expect(await player.ask('/parcels', token)).toBe(reached);
    player.answer = no;
    expect(await player.ask('/parcels', token)).toBe(forbidden);
  });

  it('answers open routes to everybody', async () => {
    const player = await start();
    expect(await player.ask('/health')).toBe(reached);
    expect(player.events).toEqual([]);
  });

  it('knows no other route, before anything is asked', async () => {
    const player = await start();
    const notFound = '404 {"message":"Not Found"}';
    expect(await player.ask('/nowhere')).toBe(notFound);
    expect(await player.ask('/', token)).toBe(notFound);
    expect(await player.ask('/files/', token)).toBe(notFound);
    expect(await player.ask('/$default/health')).toBe(notFound);
    expect(await player.ask('/parcels', token, 'POST')).toBe(notFound);
    expect(player.events).toEqual([]);
  });

  it('answers 401 without asking where an identity source is missing or empty', async () => {
    const IdentitySource = ['$request.header.authorization', '$request.querystring.tenant'];
    const player = await start({ IdentitySource });
    expect(await player.ask('/parcels?tenant=a')).toBe(unauthorized);
    expect(await player.ask('/parcels', token)).toBe(unauthorized);
    expect(await player.ask('/parcels?tenant=', token)).toBe(unauthorized);
    expect(await player.ask('/parcels?Tenant=a', token)).toBe(unauthorized);
    expect(player.events).toEqual([]);
    expect(await player.ask('/parcels?tenant=a', token)).toBe(reached);
  });

  it('takes the most specific route of the method, and the default one for the rest', async () => {
    const player = await start({}, { keys: [...routes, 'ANY /{all+}', '$default'] });
    const keys = async (...asked: [path: string, method?: string][]) => {
      player.events.length = 0;
      for (const [path, method] of asked) await player.ask(path, token, method);
      return player.events.map(({ routeKey }) => routeKey);
    };
    expect(await keys(['/parcels/latest'], ['/parcels/7'], ['/parcels/latest', 'DELETE'])).toEqual([
      'GET /parcels/latest',
      'ANY /parcels/{id}',
      'ANY /parcels/{id}',
    ]);
    expect(await keys(['/files/a/b'], ['/files/a', 'PUT'], ['/else'], ['/'])).toEqual([
      'GET /files/{path+}',
      'ANY /{all+}',
      'ANY /{all+}',
      '$default',
    ]);
  });
});

describe('the event of an HTTP API’s authorizer', () => {
  it('is the documented one of payload 2.0', async () => {
    const player = await start();
    await player.ask('/files/a/b?x=1&x=2&y=z', { ...token, cookie: 'c1=1; c2=2', 'X-Trace': 'T' });
    expect(player.events[0]).toMatchObject({
      version: '2.0',
      type: 'REQUEST',
      routeArn: 'arn:aws:execute-api:eu-west-1:123456789012:http7/$default/GET/files/a/b',
      identitySource: ['Bearer a.b.c'],
      routeKey: 'GET /files/{path+}',
      rawPath: '/files/a/b',
      rawQueryString: 'x=1&x=2&y=z',
      cookies: ['c1=1', 'c2=2'],
      headers: { authorization: 'Bearer a.b.c', 'x-trace': 'T' },
      queryStringParameters: { x: '1,2', y: 'z' },
      requestContext: {
        ...{ apiId: 'http7', routeKey: 'GET /files/{path+}', stage: '$default' },
        http: { method: 'GET', path: '/files/a/b', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
      },
      pathParameters: { path: 'a/b' },
    });
    expect(player.events[0]).not.toHaveProperty('headers.cookie');
  });

  it('joins what was sent several times, whatever the case of its name', async () => {
    const events: unknown[] = [];
    const gateway = await startGateway({
      ...{ template: httpTemplate(routes), apiId: 'http7', apiGateway: new APIGatewayClient({}) },
      invokeAuthorizer: async (event) => {
        events.push(event);
        return yes();
      },
    });
    await new Promise((resolve, reject) => {
      const sent = httpRequest(`${gateway.url}/parcels`, (response) => resolve(response.resume()));
      sent.setHeader('AUTHORIZATION', ['Bearer a', 'Bearer b']).on('error', reject).end();
    });
    await gateway.close();
    const both = 'Bearer a,Bearer b';
    expect(events).toMatchObject([{ headers: { authorization: both }, identitySource: [both] }]);
  });

  it('shows a stage that has a name', async () => {
    const template = httpTemplate(routes, { HttpStage: { StageName: 'live' } });
    const player = await play({ template, apiId: 'http7' });
    player.answer = yes;
    expect(await player.ask('/live/parcels', token)).toBe(reached);
    expect(player.events).toMatchObject([
      {
        routeArn: 'arn:aws:execute-api:eu-west-1:123456789012:http7/live/GET/parcels',
        rawPath: '/live/parcels',
        requestContext: { stage: 'live' },
      },
    ]);
  });
});

describe('what an HTTP API’s authorizer answers', () => {
  const complaints = vi.spyOn(console, 'error').mockReturnValue();
  beforeEach(() => {
    complaints.mockReturnValue();
  });

  it.each([
    ['an error', () => Promise.reject(new Error('boom'))],
    ['Unauthorized', () => Promise.reject(new Error('Unauthorized'))],
    ['nothing', () => null],
    ['a policy instead of yes or no', () => policyFor('Allow', '*')],
    ['a yes that is a text', () => ({ isAuthorized: 'true' })],
  ])('is 500 where it is %s', async (_name, answer) => {
    const player = await start();
    player.answer = answer;
    expect(await player.ask('/parcels', token)).toBe(failed);
  });

  it('is a policy where simple answers are off', async () => {
    const player = await start({ EnableSimpleResponses: false });
    expect(await player.ask('/parcels', token)).toBe(failed);
    player.answer = ({ routeArn }) => policyFor('Allow', routeArn);
    expect(await player.ask('/parcels', token)).toBe(reached);
    player.answer = () => policyFor('Deny', '*');
    expect(await player.ask('/parcels', token)).toBe(forbidden);
    player.answer = () => policyFor('Allow', 'arn:aws:execute-api:*:*:http7/$default/GET/health');
    expect(await player.ask('/parcels', token)).toBe(forbidden);
  });
});

describe('what an HTTP API’s authorizer answered', () => {
  let now = 0;
  const cached = (change: Record<string, unknown> = {}) => {
    const caches = new AuthorizerCaches();
    const change60 = { AuthorizerResultTtlInSeconds: 60, ...change };
    return start(change60, { now: () => new Date(now), caches }).then((player) => ({ player, caches }));
  };

  it('is kept for all routes, until its time is over', async () => {
    const { player } = await cached();
    await player.ask('/parcels', token);
    player.answer = no;
    expect(await player.ask('/parcels/7', token)).toBe(reached);
    now += 60_000;
    expect(await player.ask('/parcels/7', token)).toBe(forbidden);
  });

  it('is kept for each route, where the route key is an identity source', async () => {
    const IdentitySource = ['$request.header.Authorization', '$context.routeKey'];
    const { player } = await cached({ IdentitySource });
    await player.ask('/parcels', token);
    player.answer = no;
    expect(await player.ask('/parcels/7', token)).toBe(forbidden);
    expect(await player.ask('/parcels', token)).toBe(reached);
    expect(player.events[0]).toMatchObject({ identitySource: ['Bearer a.b.c', 'GET /parcels'] });
  });

  it('is evaluated for each route, where it is a policy', async () => {
    const { player } = await cached({ EnableSimpleResponses: false });
    player.answer = ({ routeArn }) => policyFor('Allow', routeArn);
    expect(await player.ask('/parcels', token)).toBe(reached);
    expect(await player.ask('/parcels/7', token)).toBe(forbidden);
    expect(player.events).toHaveLength(1);
  });

  it('is forgotten by a flush', async () => {
    const { player, caches } = await cached();
    await player.ask('/parcels', token);
    player.answer = no;
    expect(caches.flush('http7', '$default')).toBe(true);
    expect(await player.ask('/parcels', token)).toBe(forbidden);
  });

  it('is not kept where nothing is said about it', async () => {
    const { player } = await cached({ AuthorizerResultTtlInSeconds: undefined });
    await player.ask('/parcels', token);
    player.answer = no;
    expect(await player.ask('/parcels', token)).toBe(forbidden);
  });
});

describe('an HTTP API that the local gateway cannot play', () => {
  it.each([
    ['payload 1.0', { HttpAuthorizer: { AuthorizerPayloadFormatVersion: '1.0' } }, 'PayloadFormatVersion'],
    ['a JWT authorizer', { HttpAuthorizer: { AuthorizerType: 'JWT' } }, 'AuthorizerType'],
    [
      'an unknown source',
      { HttpAuthorizer: { IdentitySource: ['$context.identity.sourceIp'] } },
      'identity source',
    ],
    [
      'a cache by nothing',
      { HttpAuthorizer: { IdentitySource: [], AuthorizerResultTtlInSeconds: 5 } },
      'caches by no identity source',
    ],
    ['a route that IAM guards', { Route0: { AuthorizationType: 'AWS_IAM' } }, 'template.Route0'],
    ['a WebSocket API', { HttpApi: { ProtocolType: 'WEBSOCKET' } }, 'template.HttpApi.ProtocolType'],
  ])('is refused: %s', async (_name, change, message) => {
    await expect(play({ template: httpTemplate(routes, change) })).rejects.toThrow(message);
  });

  it('is not taken where the template has a REST API too, but for its name', async () => {
    const both = { Resources: { ...gatewayTemplate().Resources, ...httpTemplate(routes).Resources } };
    const rest = await play({ template: both });
    expect(await rest.ask('/prod/hello', token)).toBe('200 {"message":"hello"}');
    for (const api of ['parcels', 'HttpApi']) {
      const http = await play({ template: both, api });
      expect(await http.ask('/health')).toBe(reached);
    }
  });
});
