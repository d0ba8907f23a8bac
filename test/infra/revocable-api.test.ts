import { App, Aspects, Duration, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  ApiDefinition,
  AuthorizationType,
  CfnDeployment,
  CfnMethod,
  CfnResource,
  Cors,
  Deployment,
  type IRestApi,
  type MethodOptions,
  RestApi,
  SpecRestApi,
} from 'aws-cdk-lib/aws-apigateway';
import {
  CfnRoute,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { describe, expect, it } from 'vitest';
import { RevocableApi, type RevocableApiProps, TokenAuthorizer } from '../../infra/index.ts';
import {
  authorizeArn,
  backend,
  httpApi,
  mock,
  newStack,
  resourcesOf,
  restApi,
  theOne,
  warningsOf,
} from './shop-apis.ts';
import { newOutdir, render } from './synth.ts';

type Options = Partial<Omit<RevocableApiProps, 'api'>>;

const revocable = (api: RevocableApiProps['api'], options: Options = {}) =>
  new RevocableApi(api.stack, 'Revocable', { api, authorize: authorizeArn, ...options });

/** `GET` on these paths, made before the API became revocable. */
const restStack = (methods: Readonly<Record<string, MethodOptions>>, options: Options = {}): Stack => {
  const stack = newStack();
  const api = restApi(stack);
  for (const [path, method] of Object.entries(methods)) {
    api.root.resourceForPath(path).addMethod('GET', mock, method);
  }
  revocable(api, options);
  return stack;
};

const httpStack = (paths: readonly string[], options: Options = {}): Stack => {
  const stack = newStack();
  const api = httpApi(stack);
  for (const path of paths) api.addRoutes({ path, methods: [HttpMethod.GET], integration: backend() });
  revocable(api, options);
  return stack;
};

const authorizerOf = ({ AuthorizationType: type, AuthorizerId: id }: Readonly<Record<string, unknown>>) =>
  type === 'CUSTOM' ? render(id) : type;

const methodsOf = (stack: Stack) =>
  resourcesOf(stack, 'AWS::ApiGateway::Method').map(({ Properties }) => authorizerOf(Properties));
const method = (stack: Stack, prefix: string) =>
  authorizerOf(theOne(stack, 'AWS::ApiGateway::Method', prefix));

const routesOf = (stack: Stack) =>
  Object.fromEntries(
    resourcesOf(stack, 'AWS::ApiGatewayV2::Route').map(({ Properties }) => [
      Properties.RouteKey,
      authorizerOf(Properties),
    ]),
  );

const definition = ApiDefinition.fromInline({
  openapi: '3.0.1',
  info: { title: 'shop', version: '1' },
  paths: {},
});

const minute = { cache: Duration.minutes(1) };
const token = 'RevocableByToken';

describe('a revocable REST API', () => {
  it('protects methods that were there before and methods that come later', () => {
    const stack = newStack();
    const api = restApi(stack);
    api.root.addMethod('GET', mock);
    revocable(api);
    api.root.addResource('orders').addResource('{id}').addMethod('ANY', mock);
    expect(methodsOf(stack)).toEqual([token, token]);
  });

  it('protects methods that say themselves that they are for everybody', () => {
    expect(methodsOf(restStack({ '/': { authorizationType: AuthorizationType.NONE } }))).toEqual([token]);
  });

  it('protects methods that CDK knows by their properties only, and opens them by their path', () => {
    const stack = newStack();
    const api = restApi(stack);
    const under = { restApiId: api.restApiId, httpMethod: 'GET' };
    const health = new CfnResource(stack, 'Health', {
      restApiId: api.restApiId,
      parentId: api.restApiRootResourceId,
      pathPart: 'health',
    });
    api.root.addMethod('PUT', mock);
    new CfnMethod(stack, 'Plain', { ...under, resourceId: api.restApiRootResourceId });
    new CfnMethod(stack, 'Open', { ...under, resourceId: health.ref });
    revocable(api, { open: ['GET /health'] });
    expect([method(stack, 'Plain'), method(stack, 'Open')]).toEqual([token, undefined]);
  });

  it('protects methods in other stacks of the app', () => {
    const stack = newStack();
    const api = restApi(stack);
    api.root.addMethod('GET', mock);
    revocable(api);
    const nested = new NestedStack(stack, 'Nested');
    new CfnMethod(nested, 'More', {
      restApiId: api.restApiId,
      resourceId: api.restApiRootResourceId,
      httpMethod: 'PUT',
    });
    expect(theOne(nested, 'AWS::ApiGateway::Method').AuthorizationType).toBe('CUSTOM');
  });

  it('protects methods of an app that is deployed in stages', () => {
    const app = new App({ analyticsReporting: false, outdir: newOutdir() });
    const stack = new Stack(new Stage(app, 'Production'), 'Shop');
    const api = restApi(stack);
    api.root.addMethod('GET', mock);
    revocable(api);
    expect(methodsOf(stack)).toEqual([token]);
  });

  it('leaves other APIs alone', () => {
    const stack = newStack();
    const api = restApi(stack);
    api.root.addMethod('GET', mock);
    new RestApi(stack, 'Another', { cloudWatchRole: false }).root.addMethod('GET', mock);
    revocable(api);
    expect(methodsOf(stack)).toEqual([token, 'NONE']);
  });

  it('leaves open what is named, the root too, and that method alone', () => {
    const methods = { '/': {}, '/health': {}, '/health/deep': {}, '/orders/{id}': {} };
    const stack = restStack(methods, { open: ['GET /', 'GET /health', 'GET /orders/{id}'] });
    expect(methodsOf(stack).sort()).toEqual(['NONE', 'NONE', 'NONE', token]);
    expect(method(stack, 'Resthealthdeep')).toBe(token);
    expect(() => Template.fromStack(restStack(methods, { open: ['POST /health'] }))).toThrow('POST /health');
  });

  it('fails the synth where a route is named that is not there', () => {
    const stack = restStack({ '/health': {} }, { open: ['GET /helth'] });
    expect(() => Template.fromStack(stack)).toThrow('open names GET /helth, which is no route');
  });

  it('does not open what hangs off a resource out of sight, whose path only ends so', () => {
    const stack = newStack();
    const api = restApi(stack);
    api.root.addResource('health').addMethod('GET', mock);
    const hidden = new CfnResource(stack, 'Hidden', {
      restApiId: api.restApiId,
      parentId: 'abc123',
      pathPart: 'health',
    });
    new CfnMethod(stack, 'HiddenGet', {
      restApiId: api.restApiId,
      resourceId: hidden.ref,
      httpMethod: 'GET',
    });
    revocable(api, { open: ['GET /health'] });
    expect([method(stack, 'HiddenGet'), method(stack, 'Resthealth')]).toEqual([token, 'NONE']);
  });

  it('leaves preflights open, since browsers send them without credentials', () => {
    const stack = newStack();
    const api = restApi(stack, { defaultCorsPreflightOptions: { allowOrigins: Cors.ALL_ORIGINS } });
    api.root.addMethod('GET', mock);
    revocable(api);
    expect(method(stack, 'RestOPTIONS')).toBe('NONE');
    expect(method(stack, 'RestGET')).toBe(token);
  });

  it('leaves another authorizer in place, and warns that it knows nothing of revocations', () => {
    const stack = restStack({ '/': { authorizationType: AuthorizationType.IAM } });
    expect(methodsOf(stack)).toEqual(['AWS_IAM']);
    expect(warningsOf(stack)).toEqual([expect.stringContaining('knows nothing of revocations')]);
  });

  it('does not warn of an authorizer that is ours', () => {
    const stack = newStack();
    const api = restApi(stack);
    const authorizer = new TokenAuthorizer(stack, 'Own', { api, authorize: authorizeArn, type: 'token' });
    api.root.addMethod('GET', mock, { authorizer });
    revocable(api);
    expect(methodsOf(stack)).toEqual(['Own']);
    expect(warningsOf(stack)).toEqual([]);
  });

  it('fails the synth where something makes or opens a route after all', () => {
    const stack = restStack({ '/': {} });
    const opens = (node: unknown) => {
      if (node instanceof CfnMethod) node.authorizationType = 'NONE';
    };
    Aspects.of(stack).add({ visit: opens });
    expect(() => Template.fromStack(stack)).toThrow('Shop/Rest/Default/GET/Resource is open, and not named');
  });
});

describe('the deployment of a REST API', () => {
  const deploymentsOf = (options: Options) =>
    resourcesOf(restStack({ '/': {}, '/health': {} }, options), 'AWS::ApiGateway::Deployment').map(
      ({ id }) => id,
    );

  it('is renewed when a route is opened or closed, as the stage would go on as it was', () => {
    expect(deploymentsOf({})).toEqual(deploymentsOf({ open: [] }));
    expect(deploymentsOf({})).not.toEqual(deploymentsOf({ open: ['GET /health'] }));
  });

  it('is renewed as well where it is one of their own', () => {
    const own = (options: Options) => {
      const stack = newStack();
      const api = restApi(stack, { deploy: false });
      api.root.addMethod('GET', mock);
      new Deployment(stack, 'Own', { api: api as IRestApi });
      revocable(api, options);
      return resourcesOf(stack, 'AWS::ApiGateway::Deployment').map(({ id }) => id);
    };
    expect(own({})).not.toEqual(own({ open: ['GET /'] }));
    expect(own({})).not.toEqual(own(minute));
  });

  it('is warned of where CDK does not renew it', () => {
    const stack = newStack();
    const api = restApi(stack, { deploy: false });
    api.root.addMethod('GET', mock);
    new CfnDeployment(stack, 'Own', { restApiId: api.restApiId });
    revocable(api);
    expect(warningsOf(stack)).toEqual([expect.stringContaining('Shop/Own is deployed by hand')]);
    expect(warningsOf(restStack({ '/': {} }))).toEqual([]);
  });
});

describe('methods that require an API key', () => {
  const methods = { '/orders': {}, '/partner': { apiKeyRequired: true } };
  const authorizers = (stack: Stack) =>
    Object.fromEntries(
      resourcesOf(stack, 'AWS::ApiGateway::Authorizer').map(({ id, Properties }) => [
        render({ Ref: id }),
        [Properties.IdentitySource, Properties.AuthorizerResultTtlInSeconds],
      ]),
    );
  const header = 'method.request.header.Authorization';

  it('want a token beside the key', () => {
    const stack = restStack(methods);
    expect(methodsOf(stack)).toEqual([token, token]);
    expect(authorizers(stack)).toEqual({ [token]: [header, 0] });
  });

  it('want the key alone where that is said, and the others still want a token', () => {
    const stack = restStack(methods, { apiKeys: true });
    expect(method(stack, 'Restorders')).toBe(token);
    expect(method(stack, 'Restpartner')).toBe('RevocableByKey');
    expect(authorizers(stack)).toEqual({ [token]: [header, 0], RevocableByKey: ['', 0] });
    expect(resourcesOf(stack, 'AWS::Lambda::Permission')).toHaveLength(2);
  });

  it.each([
    [{ apiKeys: false }, header],
    [{ apiKeys: true }, ''],
  ])('are asked about each time while answers about tokens are kept: %j', (apiKeys, source) => {
    const stack = restStack(methods, { ...minute, ...apiKeys });
    expect(method(stack, 'Restpartner')).toBe('RevocableByKey');
    expect(authorizers(stack)).toEqual({ [token]: [header, 60], RevocableByKey: [source, 0] });
    expect(warningsOf(stack)).toEqual([expect.stringContaining('enforcement.caches')]);
  });

  it('are not to be had on HTTP APIs', () => {
    expect(() => httpStack(['/'], { apiKeys: true })).toThrow(expect.objectContaining({ field: 'apiKeys' }));
  });
});

describe('a revocable HTTP API', () => {
  it('protects routes that were there before and routes that come later, and the default one', () => {
    const stack = newStack();
    const api = httpApi(stack, { defaultIntegration: backend() });
    api.addRoutes({ path: '/a', integration: backend(), authorizer: new HttpNoneAuthorizer() });
    revocable(api);
    api.addRoutes({ path: '/b', methods: [HttpMethod.POST], integration: backend() });
    new CfnRoute(stack, 'Plain', { apiId: api.apiId, routeKey: 'GET /c' });
    expect(routesOf(stack)).toEqual({ $default: token, 'ANY /a': token, 'POST /b': token, 'GET /c': token });
  });

  it('leaves open what is named, and preflights', () => {
    const stack = newStack();
    const api = httpApi(stack, { defaultIntegration: backend() });
    api.addRoutes({ path: '/a', methods: [HttpMethod.GET, HttpMethod.OPTIONS], integration: backend() });
    revocable(api, { open: ['$default'] });
    expect(routesOf(stack)).toEqual({ $default: 'NONE', 'GET /a': token, 'OPTIONS /a': 'NONE' });
  });

  it('fails the synth where a route is named that is not there', () => {
    expect(() => Template.fromStack(httpStack(['/a'], { open: ['GET /b'] }))).toThrow('open names GET /b');
  });

  it('leaves another authorizer in place, and warns of it', () => {
    const stack = newStack();
    const api = httpApi(stack);
    api.addRoutes({ path: '/a', integration: backend(), authorizer: new HttpIamAuthorizer() });
    revocable(api);
    expect(routesOf(stack)).toEqual({ 'ANY /a': 'AWS_IAM' });
    expect(warningsOf(stack)).toEqual([expect.stringContaining('knows nothing of revocations')]);
  });

  it('leaves other APIs alone', () => {
    const stack = httpStack(['/a']);
    const another = httpApi(new Stack(stack.node.root, 'Other'));
    new HttpRoute(another, 'Route', {
      httpApi: another,
      routeKey: HttpRouteKey.DEFAULT,
      integration: backend(),
    });
    expect(routesOf(another.stack)).toEqual({ $default: 'NONE' });
  });

  it('hands on how long answers are kept and in which form they come', () => {
    const { Properties } =
      resourcesOf(httpStack(['/a'], { ...minute, responses: 'iam' }), 'AWS::ApiGatewayV2::Authorizer')[0] ??
      {};
    expect(Properties).toMatchObject({ AuthorizerResultTtlInSeconds: 60, EnableSimpleResponses: false });
  });

  it('is warned of where its stage is deployed by hand', () => {
    const stack = newStack();
    const api = httpApi(stack, { createDefaultStage: false });
    api.addRoutes({ path: '/a', integration: backend() });
    new HttpStage(stack, 'Own', { httpApi: api, stageName: 'own' });
    revocable(api);
    expect(warningsOf(stack)).toEqual([expect.stringContaining('is deployed by hand')]);
    expect(warningsOf(httpStack(['/a']))).toEqual([]);
  });
});

it.each<[string, (stack: Stack) => unknown]>([
  ['comes from a definition', (stack) => new SpecRestApi(stack, 'Spec', { apiDefinition: definition })],
  ['is imported', (stack) => RestApi.fromRestApiId(stack, 'Imported', 'abc123')],
])('refuses an API that %s, whose routes no construct shows', (_, make) => {
  const stack = newStack();
  const api = make(stack) as RestApi;
  const protect = () => new RevocableApi(stack, 'Revocable', { api, authorize: authorizeArn });
  expect(protect).toThrow(expect.objectContaining({ code: 'invalid-input', field: 'api' }));
});
