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

const resources: Record<string, { Type: string; Properties: Record<string, unknown> }> = {
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

/** A synthesised template by hand, with properties of single resources changed. */
export const gatewayTemplate = (change: Record<string, Record<string, unknown>> = {}) => ({
  Resources: Object.fromEntries(
    Object.entries(resources).map(([id, { Type, Properties }]) => [
      id,
      { Type, Properties: { ...Properties, ...change[id] } },
    ]),
  ),
});
