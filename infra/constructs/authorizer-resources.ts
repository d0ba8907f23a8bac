import { Names, Stack } from 'aws-cdk-lib';
import { CfnAuthorizer, type Deployment } from 'aws-cdk-lib/aws-apigateway';
import { CfnAuthorizer as CfnHttpAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

/** `RestApi` or `IRestApi`: under `exactOptionalPropertyTypes` the one is not the other. */
export interface RestApiLike {
  readonly restApiId: string;
  readonly latestDeployment?: Deployment | undefined;
}

/** `HttpApi` or `IHttpApi`. */
export interface HttpApiLike {
  readonly apiId: string;
}

export interface AuthorizerSettings {
  readonly invoked: IFunction;
  readonly headers: readonly string[];
  readonly type: 'request' | 'token';
  readonly responses: 'simple' | 'iam';
  /** How long answers are kept; 0 is not at all. */
  readonly seconds: number;
}

/** `AuthorizerUri` ("AWS::ApiGateway::Authorizer", "AWS::ApiGatewayV2::Authorizer"). */
const uriOf = (scope: Construct, { functionArn }: IFunction): string => {
  const { partition, region } = Stack.of(scope);
  return `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
};

/**
 * Answers the authorizer's id. A deployment is a snapshot ("AWS::ApiGateway::Deployment"): without a new one the
 * stage would go on as it was.
 */
export const restAuthorizer = (scope: Construct, api: RestApiLike, settings: AuthorizerSettings): string => {
  const props = {
    name: Names.uniqueId(scope),
    restApiId: api.restApiId,
    type: settings.type.toUpperCase(),
    authorizerUri: uriOf(scope, settings.invoked),
    authorizerResultTtlInSeconds: settings.seconds,
    identitySource: settings.headers.map((name) => `method.request.header.${name}`).join(','),
  };
  const resource = new CfnAuthorizer(scope, 'Resource', props);
  api.latestDeployment?.node.addDependency(resource);
  api.latestDeployment?.addToLogicalId({ authorizer: props });
  return resource.ref;
};

/**
 * Answers the authorizer's id. Answers are kept for each route by itself ("Control access to HTTP APIs with AWS
 * Lambda authorizers"): what was decided from memory on a best-effort route must not hold on another.
 */
export const httpAuthorizer = (scope: Construct, api: HttpApiLike, settings: AuthorizerSettings): string => {
  const { invoked, headers, responses, seconds } = settings;
  const sources = headers.map((name) => `$request.header.${name}`);
  return new CfnHttpAuthorizer(scope, 'Resource', {
    name: Names.uniqueResourceName(scope, { maxLength: 128 }),
    apiId: api.apiId,
    authorizerType: 'REQUEST',
    authorizerPayloadFormatVersion: '2.0',
    enableSimpleResponses: responses === 'simple',
    authorizerUri: uriOf(scope, invoked),
    authorizerResultTtlInSeconds: seconds,
    identitySource: seconds > 0 ? [...sources, '$context.routeKey'] : sources,
  }).ref;
};
