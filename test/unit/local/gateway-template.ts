const rootOf = { 'Fn::GetAtt': ['Api', 'RootResourceId'] };
const rest = { RestApiId: { Ref: 'Api' } };
const integration = {
  Type: 'MOCK',
  IntegrationResponses: [
    { StatusCode: '200', ResponseTemplates: { 'application/json': '{"message":"hello"}' } },
  ],
};
const method = { ...rest, HttpMethod: 'GET', AuthorizationType: 'CUSTOM', Integration: integration };
const authorizer = { ...rest, Type: 'REQUEST', AuthorizerResultTtlInSeconds: 0 };

type Resources = Record<string, { Type: string; Properties: Record<string, unknown> }>;

const resources: Resources = {
  Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'orders' } },
  Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { ...rest, StageName: 'prod' } },
  Hello: { Type: 'AWS::ApiGateway::Resource', Properties: { ...rest, ParentId: rootOf, PathPart: 'hello' } },
  Partner: {
    Type: 'AWS::ApiGateway::Resource',
    Properties: { ...rest, ParentId: rootOf, PathPart: 'partner' },
  },
  ByToken: {
    Type: 'AWS::ApiGateway::Authorizer',
    Properties: { ...authorizer, IdentitySource: 'method.request.header.Authorization' },
  },
  ByKey: { Type: 'AWS::ApiGateway::Authorizer', Properties: authorizer },
  GetHello: {
    Type: 'AWS::ApiGateway::Method',
    Properties: { ...method, ResourceId: { Ref: 'Hello' }, AuthorizerId: { Ref: 'ByToken' } },
  },
  GetPartner: {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      ...{ ...method, ResourceId: { Ref: 'Partner' } },
      ...{ AuthorizerId: { Ref: 'ByKey' }, ApiKeyRequired: true },
    },
  },
  Unrelated: { Type: 'AWS::SQS::Queue', Properties: {} },
};

const changed = (base: Resources, change: Record<string, Record<string, unknown>>): Resources =>
  Object.fromEntries(
    Object.entries(base).map(([id, { Type, Properties }]) => [
      id,
      { Type, Properties: { ...Properties, ...change[id] } },
    ]),
  );

/** A synthesised template by hand, with properties of single resources changed, and resources of its own added. */
export const gatewayTemplate = (
  change: Record<string, Record<string, unknown>> = {},
  added: Resources = {},
) => ({ Resources: { ...changed(resources, change), ...added } });

/** A resource below the root, or below another one, with a method that is open unless told otherwise. */
export const restRoute = (
  id: string,
  path: string,
  { below, ...properties }: Record<string, unknown> = {},
): Resources => ({
  [id]: {
    Type: 'AWS::ApiGateway::Resource',
    Properties: { ...rest, ParentId: below ? { Ref: below } : rootOf, PathPart: path },
  },
  [`${id}Method`]: {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      ...{ ...rest, HttpMethod: 'GET', AuthorizationType: 'NONE', ResourceId: { Ref: id } },
      ...{ Integration: { Type: 'AWS_PROXY' }, ...properties },
    },
  },
});

const ofHttpApi = { ApiId: { Ref: 'HttpApi' } };

const httpResources: Resources = {
  HttpApi: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'parcels', ProtocolType: 'HTTP' } },
  HttpStage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ...ofHttpApi, StageName: '$default' } },
  HttpAuthorizer: {
    Type: 'AWS::ApiGatewayV2::Authorizer',
    Properties: {
      ...{ ...ofHttpApi, AuthorizerType: 'REQUEST', AuthorizerPayloadFormatVersion: '2.0' },
      ...{ EnableSimpleResponses: true, AuthorizerResultTtlInSeconds: 0 },
      IdentitySource: ['$request.header.Authorization'],
    },
  },
};

/** An HTTP API of these routes, all behind its authorizer, but for `GET /health`. */
export const httpTemplate = (
  routeKeys: readonly string[],
  change: Record<string, Record<string, unknown>> = {},
) => {
  const routes = routeKeys.map((RouteKey, index): [string, Resources[string]] => {
    const guarded = { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'HttpAuthorizer' } };
    const authorization = RouteKey === 'GET /health' ? { AuthorizationType: 'NONE' } : guarded;
    return [
      `Route${index}`,
      { Type: 'AWS::ApiGatewayV2::Route', Properties: { ...ofHttpApi, RouteKey, ...authorization } },
    ];
  });
  return { Resources: changed({ ...httpResources, ...Object.fromEntries(routes) }, change) };
};
