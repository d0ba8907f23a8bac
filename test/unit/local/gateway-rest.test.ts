import {
  APIGatewayClient,
  GetApiKeysCommand,
  GetRestApisCommand,
  GetUsagePlansCommand,
} from '@aws-sdk/client-api-gateway';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Player, play, policyFor, reached } from './gateway-player.ts';
import { gatewayTemplate, restRoute } from './gateway-template.ts';

const aws = mockClient(APIGatewayClient);
beforeEach(() => {
  aws.reset();
});

const token = { Authorization: 'Bearer a.b.c' };
const hello = '200 {"message":"hello"}';
const unauthorized = '401 {"message":"Unauthorized"}';
const forbidden = '403 {"message":"Forbidden"}';
const noRoute = '403 {"message":"Missing Authentication Token"}';
const denied = '403 {"message":"User is not authorized to access this resource with an explicit deny"}';

describe('a TOKEN authorizer at the local gateway', () => {
  const start = (properties: Record<string, unknown> = {}) =>
    play({ template: gatewayTemplate({ ByToken: { Type: 'TOKEN', ...properties } }) });

  it('is told the token and the method, and nothing else', async () => {
    const player = await start();
    expect(await player.ask('/prod/hello', token)).toBe(hello);
    expect(player.events).toEqual([
      {
        type: 'TOKEN',
        authorizationToken: 'Bearer a.b.c',
        methodArn: 'arn:aws:execute-api:eu-west-1:123456789012:api7/prod/GET/hello',
      },
    ]);
  });

  it('is not asked without a token, nor about one that does not look like one all through', async () => {
    const player = await start({ IdentityValidationExpression: 'Bearer [a-z.]+' });
    expect(await player.ask('/hello')).toBe(unauthorized);
    expect(await player.ask('/hello', { Authorization: 'Basic abc' })).toBe(unauthorized);
    expect(await player.ask('/hello', { Authorization: 'Bearer a.b.c 7' })).toBe(unauthorized);
    expect(await player.ask('/hello', { Authorization: 'My Bearer a.b.c' })).toBe(unauthorized);
    expect(player.events).toEqual([]);
    expect(await player.ask('/hello', token)).toBe(hello);
  });

  it('refuses by its policy', async () => {
    const player = await start();
    player.answer = () => policyFor('Deny', '*');
    expect(await player.ask('/hello', token)).toBe(denied);
  });

  it('takes the token from the header that is named', async () => {
    const player = await start({ IdentitySource: 'method.request.header.X-Token' });
    expect(await player.ask('/hello', token)).toBe(unauthorized);
    await player.ask('/hello', { 'x-token': 'abc' });
    expect(player.events).toMatchObject([{ authorizationToken: 'abc' }]);
  });
});

describe('a REQUEST authorizer at the local gateway', () => {
  it('is asked only where every identity source is there', async () => {
    const IdentitySource = 'method.request.header.Authorization, method.request.querystring.tenant';
    const player = await play({ template: gatewayTemplate({ ByToken: { IdentitySource } }) });
    expect(await player.ask('/hello', token)).toBe(unauthorized);
    expect(await player.ask('/hello?tenant=', token)).toBe(unauthorized);
    expect(await player.ask('/hello?tenant=a')).toBe(unauthorized);
    expect(player.events).toEqual([]);
    expect(await player.ask('/hello?tenant=a', token)).toBe(hello);
  });

  it('comes after the identity source, also where a key is required', async () => {
    const IdentitySource = 'method.request.header.Authorization';
    const player = await play({ template: gatewayTemplate({ ByKey: { IdentitySource } }) });
    expect(await player.ask('/partner')).toBe(unauthorized);
    expect(aws.commandCalls(GetApiKeysCommand)).toEqual([]);
    aws.on(GetApiKeysCommand).resolves({ items: [] });
    expect(await player.ask('/partner', token)).toBe(forbidden);
    expect(player.events).toEqual([]);
  });
});

describe('the key that the authorizer names', () => {
  let player: Player;
  let named: unknown;
  beforeEach(async () => {
    aws.on(GetApiKeysCommand).resolves({ items: [{ id: 'key1', value: 'value-1', enabled: true }] });
    const apiStages = [{ apiId: 'api7', stage: 'prod' }];
    aws.on(GetUsagePlansCommand).resolves({ items: [{ id: 'p', apiStages }] });
    player = await play({ template: gatewayTemplate({ Api: { ApiKeySourceType: 'AUTHORIZER' } }) });
    named = 'value-1';
    player.answer = () => ({ ...policyFor('Allow', '*'), usageIdentifierKey: named });
  });

  it('opens the method, and the authorizer is asked without one', async () => {
    expect(await player.ask('/partner')).toBe(hello);
    expect(player.events[0]).not.toHaveProperty('requestContext.identity.apiKeyId');
  });

  it.each([[undefined], [null], [''], ['value-9']])(
    '%j opens nothing, whatever x-api-key says',
    async (key) => {
      named = key;
      expect(await player.ask('/partner', { 'x-api-key': 'value-1' })).toBe(forbidden);
      expect(player.events).toHaveLength(1);
    },
  );

  it('opens nothing where it is disabled, or on no plan', async () => {
    aws.on(GetUsagePlansCommand).resolves({ items: [] });
    expect(await player.ask('/partner')).toBe(forbidden);
    aws.on(GetApiKeysCommand).resolves({ items: [{ id: 'key1', value: 'value-1', enabled: false }] });
    expect(await player.ask('/partner')).toBe(forbidden);
  });

  it('does not save what the policy denies', async () => {
    player.answer = () => ({ ...policyFor('Deny', '*'), usageIdentifierKey: 'value-1' });
    expect(await player.ask('/partner')).toBe(denied);
    expect(aws.commandCalls(GetApiKeysCommand)).toEqual([]);
  });

  it('is not looked at where the method requires none', async () => {
    named = 'value-9';
    expect(await player.ask('/hello', token)).toBe(hello);
  });

  it('cannot come where nobody is asked', async () => {
    const open = { AuthorizationType: 'NONE', AuthorizerId: undefined };
    const change = { Api: { ApiKeySourceType: 'AUTHORIZER' }, GetPartner: open };
    const closed = await play({ template: gatewayTemplate(change) });
    expect(await closed.ask('/partner', { 'x-api-key': 'value-1' })).toBe(forbidden);
  });
});

describe('routes of a REST API at the local gateway', () => {
  const guarded = { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'ByToken' } };
  const template = gatewayTemplate(
    {},
    {
      ...restRoute('Orders', 'orders', { HttpMethod: 'POST' }),
      ...restRoute('Order', '{id}', { below: 'Orders', ...guarded, HttpMethod: 'ANY' }),
      ...restRoute('Latest', 'latest', { below: 'Orders' }),
      ...restRoute('Rest', '{proxy+}', { ...guarded }),
    },
  );

  it('hands path parameters over, and asks for what was asked', async () => {
    const player = await play({ template });
    expect(await player.ask('/prod/orders/7', token, 'DELETE')).toBe(reached);
    expect(await player.ask('/files/a/b.txt', token)).toBe(reached);
    expect(player.events).toMatchObject([
      {
        methodArn: 'arn:aws:execute-api:eu-west-1:123456789012:api7/prod/DELETE/orders/7',
        ...{ resource: '/orders/{id}', path: '/orders/7', httpMethod: 'DELETE', pathParameters: { id: '7' } },
        requestContext: { resourcePath: '/orders/{id}', path: '/prod/orders/7' },
      },
      {
        methodArn: 'arn:aws:execute-api:eu-west-1:123456789012:api7/prod/GET/files/a/b.txt',
        ...{ resource: '/{proxy+}', pathParameters: { proxy: 'files/a/b.txt' } },
      },
    ]);
  });

  it('prefers what is said literally, and a parameter to a greedy one', async () => {
    const player = await play({ template });
    expect(await player.ask('/orders/latest')).toBe(reached);
    expect(await player.ask('/orders/7')).toBe(unauthorized);
    expect(await player.ask('/orders/7/items')).toBe(unauthorized);
    expect(player.events).toEqual([]);
  });

  it('prefers a parameter to a greedy one beside it', async () => {
    const added = { ...restRoute('All', '{all+}'), ...restRoute('One', '{one}', { ...guarded }) };
    const player = await play({ template: gatewayTemplate({}, added) });
    expect(await player.ask('/7')).toBe(unauthorized);
    expect(await player.ask('/7/8')).toBe(reached);
  });

  it('takes no other route where the most specific one lacks the method', async () => {
    const player = await play({ template });
    expect(await player.ask('/orders', token, 'POST')).toBe(reached);
    expect(await player.ask('/orders', token)).toBe(noRoute);
    expect(await player.ask('/orders/latest', token, 'DELETE')).toBe(noRoute);
    expect(await player.ask('/', token)).toBe(noRoute);
    expect(await player.ask('/files', token, 'POST')).toBe(noRoute);
  });

  it('reads a dot as a dot', async () => {
    const dotted = await play({ template: gatewayTemplate({}, restRoute('File', 'a.txt')) });
    expect(await dotted.ask('/a.txt')).toBe(reached);
    expect(await dotted.ask('/abtxt')).toBe(noRoute);
  });
});

describe('one of several APIs at the local gateway', () => {
  const otherApi = { RestApiId: { Ref: 'Other' } };
  const added = {
    Other: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'billing' } },
    OtherStage: { Type: 'AWS::ApiGateway::Stage', Properties: { ...otherApi, StageName: 'live' } },
    // What only the other one has need not be playable.
    OtherAuthorizer: {
      Type: 'AWS::ApiGateway::Authorizer',
      Properties: { ...otherApi, Type: 'COGNITO_USER_POOLS' },
    },
  };
  const template = gatewayTemplate({}, added);

  it.each(['Api', 'orders'])('is named as %s', async (api) => {
    aws.on(GetRestApisCommand).resolves({ items: [{ id: 'x1', name: 'orders' }] });
    const player = await play({ template, api });
    expect(await player.ask('/prod/hello', token)).toBe(hello);
  });

  it('has to be named, and to be there', async () => {
    await expect(play({ template })).rejects.toThrow('exactly one AWS::ApiGateway::RestApi');
    await expect(play({ template, api: 'nothing' })).rejects.toThrow('RestApi nothing');
    await expect(play({ template, api: 'billing' })).rejects.toThrow('template.OtherAuthorizer.Type');
  });
});
