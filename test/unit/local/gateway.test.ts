import { request as httpRequest } from 'node:http';
import {
  APIGatewayClient,
  GetApiKeysCommand,
  GetRestApisCommand,
  GetUsagePlansCommand,
} from '@aws-sdk/client-api-gateway';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startGateway } from '../../../infra/local/gateway.ts';
import type { requestEvent } from '../../../infra/local/gateway-events.ts';
import type { HttpServer } from '../../../infra/local/http-server.ts';
import { gatewayTemplate } from './gateway-template.ts';

const aws = mockClient(APIGatewayClient);
const stageArn = 'arn:aws:execute-api:eu-west-1:123456789012:api7/prod/*';
const policy = (Effect: string, Resource: unknown = stageArn) => ({
  principalId: 'ada',
  policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }] },
});

type AuthorizerEvent = ReturnType<typeof requestEvent>;

let gateway: HttpServer;
let events: AuthorizerEvent[];
let authorizer: () => unknown;

const key = { id: 'key1', value: 'value-1', enabled: true };
const plans = (...apiStages: object[]) =>
  aws.on(GetUsagePlansCommand).resolves({ items: [{ id: 'p', apiStages }] });

beforeEach(async () => {
  aws.reset();
  aws.on(GetRestApisCommand).resolves({
    items: [
      { id: 'other', name: 'x' },
      { id: 'api7', name: 'orders' },
    ],
  });
  aws.on(GetApiKeysCommand).resolves({ items: [{ ...key, id: 'key0', value: 'value-0' }, key] });
  plans({ apiId: 'api7', stage: 'prod' });
  events = [];
  authorizer = () => policy('Allow');
  gateway = await startGateway({
    template: gatewayTemplate(),
    apiGateway: new APIGatewayClient({ region: 'eu-west-1' }),
    invokeAuthorizer: async (event) => {
      events.push(event as AuthorizerEvent);
      return authorizer();
    },
  });
});
afterEach(() => gateway.close());

const get = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
  const response = await fetch(`${gateway.url}${path}`, { method, headers });
  return `${response.status} ${await response.text()}`;
};
const token = { Authorization: 'Bearer a.b.c' };
const hello = '200 {"message":"hello"}';
const forbidden = '403 {"message":"Forbidden"}';
const unauthorized = '401 {"message":"Unauthorized"}';

describe('the local gateway', () => {
  it.each(['/prod/hello', '/hello', '/prod/hello?page=1'])(
    'answers %s with the mock integration',
    async (path) => {
      expect(await get(path, token)).toBe(hello);
    },
  );

  it('knows no other route and no other method', async () => {
    const missing = '403 {"message":"Missing Authentication Token"}';
    for (const path of ['/', '/prod', '/prod/nowhere', '/hello/more', '/test/hello']) {
      expect(await get(path, token)).toBe(missing);
    }
    expect(await get('/hello', token, 'POST')).toBe(missing);
    expect(events).toEqual([]);
  });

  it('answers 401 without asking where the identity source is missing or empty', async () => {
    expect(await get('/hello')).toBe(unauthorized);
    expect(await get('/hello', { Authorization: '' })).toBe(unauthorized);
    expect(events).toEqual([]);
  });

  it('hands the documented event to the authorizer', async () => {
    await get('/prod/hello?page=1&page=2', token);
    expect(events[0]).toMatchObject({
      type: 'REQUEST',
      methodArn: 'arn:aws:execute-api:eu-west-1:123456789012:api7/prod/GET/hello',
      path: '/hello',
      httpMethod: 'GET',
      queryStringParameters: { page: '2' },
      multiValueQueryStringParameters: { page: ['1', '2'] },
      requestContext: {
        apiId: 'api7',
        stage: 'prod',
        path: '/prod/hello',
        identity: { sourceIp: '127.0.0.1' },
      },
    });
    expect(events[0]?.requestContext.identity).not.toHaveProperty('apiKeyId');
  });

  it('keeps every value of a header that was sent twice', async () => {
    const status = await new Promise((resolve, reject) => {
      const sent = httpRequest(`${gateway.url}/hello`, (response) => resolve(response.resume().statusCode));
      sent.setHeader('Authorization', ['Bearer a.b.c', 'Bearer d.e.f']).on('error', reject).end();
    });
    expect(status).toBe(200);
    expect(events[0]?.multiValueHeaders.Authorization).toEqual(['Bearer a.b.c', 'Bearer d.e.f']);
    expect(events[0]?.headers.Authorization).toBe('Bearer d.e.f');
  });

  it.each([
    [
      'a Deny',
      () => policy('Deny'),
      '403 {"message":"User is not authorized to access this resource with an explicit deny"}',
    ],
    [
      'an Allow for another route',
      () => policy('Allow', [stageArn.replace('*', 'GET/x')]),
      '403 {"message":"User is not authorized to access this resource"}',
    ],
    [
      'an Allow for another stage',
      () => policy('Allow', stageArn.replace('prod', 'test')),
      '403 {"message":"User is not authorized to access this resource"}',
    ],
    ['no policy', () => ({ principalId: 'ada' }), '500 {"message":null}'],
    ['Unauthorized', () => Promise.reject(new Error('Unauthorized')), unauthorized],
    ['another error', () => Promise.reject(new Error('boom')), '500 {"message":null}'],
  ])('turns %s into its answer', async (_name, answer, expected) => {
    const complaints = vi.spyOn(console, 'error').mockReturnValue();
    authorizer = answer;
    expect(await get('/hello', token)).toBe(expected);
    complaints.mockRestore();
  });

  it('lets an explicit deny win over an allow', async () => {
    const [allow, deny] = [policy('Allow'), policy('Deny')].map((each) => each.policyDocument.Statement[0]);
    authorizer = () => ({ principalId: 'ada', policyDocument: { Statement: [deny, allow] } });
    expect(await get('/hello', token)).toContain('with an explicit deny');
  });
});

describe('what the local gateway refuses with', () => {
  const typeOf = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${gateway.url}${path}`, { headers });
    return `${response.status} ${response.headers.get('x-amzn-errortype')}`;
  };

  it('is told apart by the type of the error', async () => {
    const complaints = vi.spyOn(console, 'error').mockReturnValue();
    expect(await typeOf('/nowhere')).toBe('403 MissingAuthenticationTokenException');
    expect(await typeOf('/hello')).toBe('401 UnauthorizedException');
    expect(await typeOf('/partner')).toBe('403 ForbiddenException');
    expect(await typeOf('/hello', token)).toBe('200 null');
    authorizer = () => policy('Deny');
    expect(await typeOf('/hello', token)).toBe('403 AccessDeniedException');
    authorizer = () => policy('Allow', stageArn.replace('*', 'GET/x'));
    expect(await typeOf('/hello', token)).toBe('403 AccessDeniedException');
    authorizer = () => Promise.reject(new Error('Unauthorized'));
    expect(await typeOf('/hello', token)).toBe('401 UnauthorizedException');
    authorizer = () => Promise.reject(new Error('boom'));
    expect(await typeOf('/hello', token)).toBe('500 AuthorizerConfigurationException');
    complaints.mockRestore();
  });
});

describe('the local gateway, where a key is required', () => {
  const sent = { 'x-api-key': 'value-1' };

  it('lets a key of the stage through to the authorizer, by its id', async () => {
    expect(await get('/partner', sent)).toBe(hello);
    expect(events[0]?.requestContext.identity).toMatchObject({ apiKeyId: 'key1', apiKey: 'value-1' });
    expect(aws.commandCalls(GetUsagePlansCommand)[0]?.args[0].input).toMatchObject({ keyId: 'key1' });
  });

  it('finds a key on a later page', async () => {
    aws
      .on(GetApiKeysCommand)
      .resolves({ items: [], position: 'next' })
      .on(GetApiKeysCommand, { position: 'next' })
      .resolves({ items: [key] });
    expect(await get('/partner', sent)).toBe(hello);
  });

  it('refuses no key, an unknown one and a disabled one, without asking', async () => {
    expect(await get('/partner')).toBe(forbidden);
    expect(await get('/partner', { 'x-api-key': 'value-9' })).toBe(forbidden);
    aws.on(GetApiKeysCommand).resolves({ items: [{ ...key, enabled: false }] });
    expect(await get('/partner', sent)).toBe(forbidden);
    expect(events).toEqual([]);
  });

  it('refuses a key on no plan, or on plans of other stages; a plan without stages is for all', async () => {
    plans({ apiId: 'api7', stage: 'test' }, { apiId: 'other', stage: 'prod' });
    expect(await get('/partner', sent)).toBe(forbidden);
    plans();
    expect(await get('/partner', sent)).toBe(hello);
    aws.on(GetUsagePlansCommand).resolves({ items: [] });
    expect(await get('/partner', sent)).toBe(forbidden);
  });

  it('still asks the authorizer', async () => {
    authorizer = () => policy('Deny');
    expect(await get('/partner', sent)).toContain('with an explicit deny');
  });

  it('answers 500 where the local AWS is gone', async () => {
    const complaints = vi.spyOn(console, 'error').mockReturnValue();
    aws.on(GetApiKeysCommand).rejects(new Error('gone'));
    expect(await get('/partner', sent)).toBe('500 {"message":"Internal server error"}');
    complaints.mockRestore();
  });
});

describe('the local gateway, started on', () => {
  const start = (change: Parameters<typeof gatewayTemplate>[0]) =>
    startGateway({
      template: gatewayTemplate(change),
      apiGateway: new APIGatewayClient({ region: 'eu-west-1' }),
      invokeAuthorizer: async () => policy('Allow'),
    });

  it.each([
    [
      'an authorizer that caches for more than an hour',
      { ByToken: { AuthorizerResultTtlInSeconds: 3601 } },
      'template.ByToken.AuthorizerResultTtlInSeconds',
    ],
    [
      'one that caches by nothing',
      { ByKey: { AuthorizerResultTtlInSeconds: 300 } },
      'template.ByKey: caches by no identity source',
    ],
    [
      'one that caches by nothing, by default',
      { ByKey: { AuthorizerResultTtlInSeconds: undefined } },
      'template.ByKey: caches by no identity source',
    ],
    ['a Cognito authorizer', { ByToken: { Type: 'COGNITO_USER_POOLS' } }, 'template.ByToken.Type'],
    ['a TOKEN authorizer without a source', { ByKey: { Type: 'TOKEN' } }, 'template.ByKey'],
    [
      'a method that IAM guards, where nobody knows whose keys are',
      { GetHello: { AuthorizationType: 'AWS_IAM', AuthorizerId: undefined } },
      'IAM guards',
    ],
    [
      'an identity source it cannot read',
      { ByToken: { IdentitySource: 'context.identity.sourceIp' } },
      'identity source',
    ],
    [
      'a method without its authorizer',
      { GetHello: { AuthorizerId: { Ref: 'Gone' } } },
      'has no authorizer Gone',
    ],
    ['a path of two parts', { Hello: { PathPart: 'a/b' } }, 'template.Hello.PathPart'],
    [
      'a mock that answers nothing',
      { GetHello: { Integration: { Type: 'MOCK' } } },
      'template.GetHello.Integration',
    ],
    ['no stage', { Stage: { RestApiId: { Ref: 'Other' } } }, 'AWS::ApiGateway::Stage'],
  ])('%s, refuses to start and says why', async (_name, change, message) => {
    await expect(start(change)).rejects.toThrow(message);
  });

  it('no template at all, refuses to start', async () => {
    const props = { apiGateway: new APIGatewayClient({}), invokeAuthorizer: async () => null };
    await expect(startGateway({ ...props, template: undefined })).rejects.toThrow('template');
    await expect(startGateway({ ...props, template: { Resources: {} } })).rejects.toThrow(
      'AWS::ApiGateway::RestApi',
    );
  });
});
