import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AuthorizationType, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { TokenAuthorizer, type TokenAuthorizerProps } from '../../infra/index.ts';
import {
  authorizeArn,
  backend,
  httpApi,
  mock,
  newFunction,
  newStack,
  resourcesOf,
  restApi,
  theOne,
  warningsOf,
} from './shop-apis.ts';
import { render } from './synth.ts';

type Options = Partial<Omit<TokenAuthorizerProps, 'api'>>;

const inFrontOfRest = (options: Options = {}, method: { readonly apiKeyRequired?: boolean } = {}) => {
  const stack = newStack();
  const api = restApi(stack);
  const authorizer = new TokenAuthorizer(stack, 'Cutoff', { api, authorize: authorizeArn, ...options });
  api.root.addMethod('GET', mock, { authorizer, ...method });
  return stack;
};

const inFrontOfHttp = (options: Options = {}) => {
  const stack = newStack();
  const api = httpApi(stack);
  const authorizer = new TokenAuthorizer(stack, 'Cutoff', { api, authorize: authorizeArn, ...options });
  api.addRoutes({ path: '/orders', integration: backend(), authorizer });
  return stack;
};

const restAuthorizer = (stack: Stack) => theOne(stack, 'AWS::ApiGateway::Authorizer');
const httpAuthorizer = (stack: Stack) => theOne(stack, 'AWS::ApiGatewayV2::Authorizer');
const permissionsOf = (stack: Stack) =>
  resourcesOf(stack, 'AWS::Lambda::Permission').map((one) => one.Properties);

const minute = { cache: Duration.minutes(1) };

describe('in front of a REST API', () => {
  it('is asked for each request that has a token', () => {
    const stack = inFrontOfRest();
    expect(restAuthorizer(stack)).toMatchObject({
      Type: 'REQUEST',
      AuthorizerResultTtlInSeconds: 0,
      IdentitySource: 'method.request.header.Authorization',
    });
    expect(render(restAuthorizer(stack).AuthorizerUri)).toBe(
      `arn:AWS::Partition:apigateway:AWS::Region:lambda:path/2015-03-31/functions/${authorizeArn}/invocations`,
    );
    const [{ id } = { id: '' }] = resourcesOf(stack, 'AWS::ApiGateway::Authorizer');
    expect(theOne(stack, 'AWS::ApiGateway::Method')).toMatchObject({
      AuthorizationType: 'CUSTOM',
      AuthorizerId: { Ref: id },
    });
  });

  it('can be of the older kind, which gets the token alone', () => {
    expect(restAuthorizer(inFrontOfRest({ type: 'token' }))).toMatchObject({
      Type: 'TOKEN',
      AuthorizerResultTtlInSeconds: 0,
      IdentitySource: 'method.request.header.Authorization',
    });
  });

  it('asks for what is named, or for nothing', () => {
    const headers = ['Authorization', 'x-api-key'];
    expect(restAuthorizer(inFrontOfRest({ headers })).IdentitySource).toBe(
      'method.request.header.Authorization,method.request.header.x-api-key',
    );
    const none = inFrontOfRest({ headers: [] }, { apiKeyRequired: true });
    expect(restAuthorizer(none).IdentitySource).toBe('');
  });

  it('is deployed anew when it changes, as the stage would go on as it was', () => {
    const deployment = (options: Options) =>
      resourcesOf(inFrontOfRest(options), 'AWS::ApiGateway::Deployment').map(({ id }) => id);
    expect(deployment({})).toEqual(deployment({}));
    expect(deployment({})).not.toEqual(deployment(minute));
    expect(deployment({})).not.toEqual(deployment({ authorize: `${authorizeArn}:live` }));
  });

  it('is there before the deployment that relies on it', () => {
    const stack = inFrontOfRest();
    const [{ id } = { id: '' }] = resourcesOf(stack, 'AWS::ApiGateway::Authorizer');
    const [deployment] = Object.values(
      Template.fromStack(stack).findResources('AWS::ApiGateway::Deployment'),
    );
    expect(deployment?.DependsOn).toContain(id);
  });
});

describe('in front of an HTTP API', () => {
  it('is asked for each request that has a token, and answers simply', () => {
    const stack = inFrontOfHttp();
    expect(httpAuthorizer(stack)).toMatchObject({
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      AuthorizerResultTtlInSeconds: 0,
      IdentitySource: ['$request.header.Authorization'],
    });
    const [{ id } = { id: '' }] = resourcesOf(stack, 'AWS::ApiGatewayV2::Authorizer');
    expect(theOne(stack, 'AWS::ApiGatewayV2::Route')).toMatchObject({
      AuthorizationType: 'CUSTOM',
      AuthorizerId: { Ref: id },
    });
  });

  it('can answer with policies', () => {
    expect(httpAuthorizer(inFrontOfHttp({ responses: 'iam' }))).toMatchObject({
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: false,
    });
  });

  it('is not for another API', () => {
    const stack = newStack();
    const authorizer = new TokenAuthorizer(stack, 'Cutoff', { api: httpApi(stack), authorize: authorizeArn });
    const another = new HttpApi(stack, 'Another');
    expect(() => another.addRoutes({ path: '/', integration: backend(), authorizer })).toThrow(
      'of another API',
    );
  });
});

describe('the permission', () => {
  const source = 'arn:AWS::Partition:execute-api:AWS::Region:AWS::AccountId';
  const withinStack = (authorize: (stack: Stack) => TokenAuthorizerProps['authorize']) => {
    const stack = newStack();
    const api = restApi(stack);
    const authorizer = new TokenAuthorizer(stack, 'Cutoff', { api, authorize: authorize(stack) });
    api.root.addMethod('GET', mock, { authorizer });
    return stack;
  };

  it.each<[string, (stack: Stack) => TokenAuthorizerProps['authorize'], string]>([
    ['named by its ARN', () => authorizeArn, authorizeArn],
    ['imported', (stack) => LambdaFunction.fromFunctionArn(stack, 'Imported', authorizeArn), authorizeArn],
    ['of this stack', newFunction, 'Authorize'],
  ])('lets this authorizer alone invoke a function that is %s', (_, authorize, name) => {
    const permissions = permissionsOf(withinStack(authorize));
    expect(permissions).toHaveLength(1);
    expect(permissions[0]).toMatchObject({
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
    });
    expect(render(permissions[0]?.FunctionName)).toBe(name);
    expect(render(permissions[0]?.SourceArn)).toBe(`${source}:Rest/authorizers/Cutoff`);
  });

  it('is there for HTTP APIs as well', () => {
    const [permission] = permissionsOf(inFrontOfHttp());
    expect(permission).toMatchObject({ FunctionName: authorizeArn, Principal: 'apigateway.amazonaws.com' });
    expect(render(permission?.SourceArn)).toBe(`${source}:Http/authorizers/Cutoff`);
  });

  it('is in the stack of the API where the function is in another stack, which then needs nothing of it', () => {
    const stack = newStack();
    const cutoff = new Stack(stack.node.root, 'CutoffStack');
    const api = restApi(stack);
    const authorizer = new TokenAuthorizer(stack, 'Cutoff', { api, authorize: newFunction(cutoff) });
    api.root.addMethod('GET', mock, { authorizer });
    expect(permissionsOf(stack)).toHaveLength(1);
    expect(permissionsOf(cutoff)).toHaveLength(0);
  });

  it.each([
    ['account', '210987654321', 'eu-west-1'],
    ['region', '123456789012', 'us-east-1'],
  ])('cannot be had for a function of another %s, which is refused', (_, account, region) => {
    const stack = newStack({ env: { account, region } });
    const make = () => new TokenAuthorizer(stack, 'Cutoff', { api: restApi(stack), authorize: authorizeArn });
    expect(make).toThrow(expect.objectContaining({ code: 'invalid-input', field: 'authorize' }));
  });
});

describe('kept answers', () => {
  it('are kept for as long as asked for, and a warning says what that takes', () => {
    const rest = inFrontOfRest(minute);
    expect(restAuthorizer(rest).AuthorizerResultTtlInSeconds).toBe(60);
    expect(warningsOf(rest)).toEqual([expect.stringMatching(/60 s.*enforcement\.caches/)]);
    expect(warningsOf(inFrontOfRest())).toEqual([]);
  });

  it('are kept for one route of an HTTP API, not for all', () => {
    const http = inFrontOfHttp(minute);
    expect(httpAuthorizer(http)).toMatchObject({
      AuthorizerResultTtlInSeconds: 60,
      IdentitySource: ['$request.header.Authorization', '$context.routeKey'],
    });
    expect(warningsOf(http)).toEqual([expect.stringContaining('enforcement.caches')]);
  });

  it.each<[string, Options]>([
    ['cache', { ...minute, headers: [] }],
    ['cache', { ...minute, headers: ['x-api-key'] }],
    ['cache', { cache: Duration.minutes(61) }],
    ['headers', { type: 'token', headers: [] }],
    ['headers', { type: 'token', headers: ['Authorization', 'x-api-key'] }],
  ])('refuse %s where callers would share them, or API Gateway would not have them', (field, options) => {
    expect(() => inFrontOfRest(options)).toThrow(expect.objectContaining({ code: 'invalid-input', field }));
  });

  it('take names of headers in any case', () => {
    expect(() => inFrontOfRest({ ...minute, headers: ['authorization'] })).not.toThrow();
  });
});

it('has no TOKEN authorizer for an HTTP API', () => {
  expect(() => inFrontOfHttp({ type: 'token' })).toThrow(expect.objectContaining({ field: 'type' }));
});

describe('methods behind it', () => {
  const synth = (...args: Parameters<typeof inFrontOfRest>) => {
    const stack = inFrontOfRest(...args);
    return () => Template.fromStack(stack);
  };
  const key = { apiKeyRequired: true };

  it.each<[string, Options]>([
    ['answers are kept by the token alone', minute],
    ['it is never told the key', { type: 'token' }],
  ])('must not require an API key where %s', (_, options) => {
    expect(synth(options, key)).toThrow('Shop/Rest/Default/GET/Resource requires an API key');
    expect(synth(options)).not.toThrow();
  });

  it('may require an API key where each is looked at', () => {
    expect(synth({}, key)).not.toThrow();
    expect(synth({ ...minute, headers: ['Authorization', 'X-Api-Key'] }, key)).not.toThrow();
  });

  it('must require an API key where no token is asked for, since anybody can make up a key that nobody checks', () => {
    expect(synth({ headers: [] })).toThrow('must require an API key');
    expect(synth({ headers: ['x-partner-key'] })).toThrow('must require an API key');
  });

  it('are not of another API', () => {
    const stack = newStack();
    const authorizer = new TokenAuthorizer(stack, 'Cutoff', { api: restApi(stack), authorize: authorizeArn });
    const another = new RestApi(stack, 'Another', { cloudWatchRole: false });
    for (const { root } of [another, stack.node.findChild('Rest') as RestApi]) {
      root.addMethod('GET', mock, { authorizer, authorizationType: AuthorizationType.CUSTOM });
    }
    expect(() => Template.fromStack(stack)).toThrow('is of another API than its authorizer');
  });
});
