import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  APIGatewayClient,
  FlushStageAuthorizersCacheCommand,
  GetRestApisCommand,
} from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client, ResetAuthorizersCacheCommand } from '@aws-sdk/client-apigatewayv2';
import { DescribeTrailsCommand } from '@aws-sdk/client-cloudtrail';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetUserCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AuthorizerCaches } from '../../../infra/local/authorizer-caches.ts';
import { EventHistory } from '../../../infra/local/event-history.ts';
import { gapEndpoints } from '../../../infra/local/function-environment.ts';
import type { HttpServer } from '../../../infra/local/http-server.ts';
import { localCredentials } from '../../../infra/local/local-account.ts';
import { localClients } from '../../../infra/local/local-clients.ts';
import { startMotoGaps } from '../../../infra/local/moto-gaps.ts';

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let moto: Server;
let motoUrl: string;
let gaps: HttpServer;
let asked: Asked[];
let answer: (response: ServerResponse) => void;
let caches: AuthorizerCaches;
beforeEach(async () => {
  asked = [];
  answer = (response) => response.end('{}');
  moto = createServer(async (request, response) => {
    const { method, url, headers } = request;
    asked.push({ method, url, headers, body: await text(request) });
    answer(response);
  }).listen(0, '127.0.0.1');
  await once(moto, 'listening');
  motoUrl = `http://127.0.0.1:${(moto.address() as AddressInfo).port}`;
  caches = new AuthorizerCaches();
  gaps = await startMotoGaps({ endpoint: motoUrl, history: new EventHistory(), caches });
  return async () => {
    await gaps.close();
    moto.closeAllConnections();
    moto.close();
  };
});

describe('in front of moto', () => {
  it('what is not answered here is handed on, and the answer back, as they are', async () => {
    answer = (response) => response.writeHead(418, { 'x-amzn-requestid': 'r1' }).end('<Tea/>');
    const body = 'Action=ListUsers&PathPrefix=%2Fa%2B';
    const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization: 'AWS4 iam' };
    const got = await fetch(`${gaps.url}/a/b?c=%20d`, { method: 'POST', headers, body });
    expect([got.status, got.headers.get('x-amzn-requestid'), await got.text()]).toEqual([
      418,
      'r1',
      '<Tea/>',
    ]);
    expect(asked).toEqual([
      { method: 'POST', url: '/a/b?c=%20d', headers: expect.objectContaining(headers), body },
    ]);
    await fetch(`${gaps.url}/_local/events`);
    expect(asked[1]).toMatchObject({ method: 'GET', url: '/_local/events' });
  });

  it('clients of the local stack ask there for IAM and CloudTrail alone', async () => {
    const { iam, cloudTrail, dynamoDb } = localClients(motoUrl, gaps.url);
    await iam.send(new GetUserCommand({})).catch(() => undefined);
    await cloudTrail.send(new DescribeTrailsCommand({}));
    await dynamoDb.send(new ListTablesCommand({}));
    expect(asked.map(({ headers }) => `http://${headers.host}`)).toEqual([gaps.url, gaps.url, motoUrl]);
  });

  it('a moto that is gone is named as the reason', async () => {
    const alone = await startMotoGaps({ endpoint: 'http://127.0.0.1:1', history: new EventHistory() });
    const body = new URLSearchParams({ Action: 'GetUser' });
    const got = await fetch(alone.url, { method: 'POST', body });
    expect(got.status).toBe(502);
    expect(await got.text()).toContain('<Message>connect ECONNREFUSED 127.0.0.1:1</Message>');
    await alone.close();
  });

  it('closing waits for no answer, and leaves no connection to moto', async () => {
    const arrived = Promise.withResolvers<ServerResponse>();
    answer = arrived.resolve;
    const call = fetch(gaps.url);
    const response = await arrived.promise;
    const ended = once(response, 'close');
    await Promise.all([gaps.close(), expect(call).rejects.toThrow('fetch failed')]);
    await ended;
  });
});

describe('a flush of what authorizers answered', () => {
  const flushed: string[] = [];
  const add = (api: string, stage: string) =>
    caches.add({ api, stage, flush: () => flushed.push(`${api}/${stage}`) });
  beforeEach(() => {
    flushed.length = 0;
    add('rest7', 'prod');
    add('rest7', 'test');
    add('http7', '$default');
    // As the deployed functions find it: nothing but variables says where.
    for (const [name, value] of Object.entries(gapEndpoints(gaps.url))) vi.stubEnv(name, value);
    vi.stubEnv('AWS_ENDPOINT_URL', motoUrl);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });
  const config = { region: 'eu-west-1', credentials: localCredentials, maxAttempts: 1 };

  it('of a REST API empties the stage that is named, and answers 202', async () => {
    const client = new APIGatewayClient(config);
    const command = new FlushStageAuthorizersCacheCommand({ restApiId: 'rest7', stageName: 'prod' });
    expect((await client.send(command)).$metadata.httpStatusCode).toBe(202);
    expect(flushed).toEqual(['rest7/prod']);
    expect(asked).toEqual([]);
  });

  it('of an HTTP API empties its stage, $default too, and answers 204', async () => {
    const client = new ApiGatewayV2Client(config);
    const command = new ResetAuthorizersCacheCommand({ ApiId: 'http7', StageName: '$default' });
    expect((await client.send(command)).$metadata.httpStatusCode).toBe(204);
    expect(flushed).toEqual(['http7/$default']);
    expect(asked).toEqual([]);
  });

  it('has no body', async () => {
    const path = '/restapis/rest7/stages/prod/cache/authorizers';
    const got = await fetch(`${gaps.url}${path}`, { method: 'DELETE' });
    expect([got.status, await got.text()]).toEqual([202, '']);
  });

  it('of a stage that nobody plays is an error that the SDK understands', async () => {
    const rest = new FlushStageAuthorizersCacheCommand({ restApiId: 'rest7', stageName: 'gone' });
    const http = new ResetAuthorizersCacheCommand({ ApiId: 'gone', StageName: '$default' });
    const notFound = { name: 'NotFoundException', $metadata: { httpStatusCode: 404 } };
    await expect(new APIGatewayClient(config).send(rest)).rejects.toMatchObject(notFound);
    await expect(new ApiGatewayV2Client(config).send(http)).rejects.toMatchObject(notFound);
    expect(flushed).toEqual([]);
  });

  it('is all that is answered here of API Gateway', async () => {
    answer = (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"item":[]}');
    await new APIGatewayClient(config).send(new GetRestApisCommand({}));
    const path = '/restapis/rest7/stages/prod/cache';
    await fetch(`${gaps.url}${path}/data`, { method: 'DELETE' });
    await fetch(`${gaps.url}${path}/authorizers`, { method: 'GET' });
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /restapis',
      `DELETE ${path}/data`,
      `GET ${path}/authorizers`,
    ]);
    expect(flushed).toEqual([]);
  });
});
