import { Validations } from 'aws-cdk-lib';
import { AccessLogFormat, LogGroupLogDestination, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export const stageName = 'prod';

export const tokenRoutes = {
  byKey: '/token/api-key',
  byIam: '/token/iam',
  documents: ['/.well-known/jwks.json', '/.well-known/openid-configuration'],
} as const;

/**
 * Requests a second, of all callers of one route together: each token is a signature of KMS and a handful of reads. Every
 * method is named, so that each has a bucket of its own ("Throttle requests to your REST APIs", API Gateway Developer
 * Guide): anybody may flood the documents, and nobody waits for a token because of that.
 */
const throttle = { throttlingRateLimit: 50, throttlingBurstLimit: 100 };
const perMethod = Object.fromEntries([
  ...[tokenRoutes.byKey, tokenRoutes.byIam].map((path) => [`${path}/POST`, throttle]),
  ...tokenRoutes.documents.map((path) => [`${path}/GET`, throttle]),
]);

/** Who came and how it ended, by ids. Neither header nor body: keys, signatures and tokens are there. */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    time: '$context.requestTime',
    ip: '$context.identity.sourceIp',
    method: '$context.httpMethod',
    route: '$context.resourcePath',
    apiKeyId: '$context.identity.apiKeyId',
    userArn: '$context.identity.userArn',
    status: '$context.status',
    latency: '$context.responseLatency',
    error: '$context.error.responseType',
    integrationError: '$context.integrationErrorMessage',
  }),
);

/** The API in front of `token`, without its routes. */
export const makeTokenApi = (scope: Construct): RestApi => {
  const accessLog = new LogGroup(scope, 'AccessLog', { retention: RetentionDays.SIX_MONTHS });
  const api = new RestApi(scope, 'Api', {
    restApiName: 'cutoff-tokens',
    // REST access logs need the account's logging role; an account that never had one could not deploy.
    cloudWatchRole: true,
    deployOptions: {
      stageName,
      ...throttle,
      methodOptions: perMethod,
      accessLogDestination: new LogGroupLogDestination(accessLog),
      accessLogFormat,
    },
  });
  // CDK adds an output of its own; `infra/outputs.ts` names all there are.
  api.node.tryRemoveChild('Endpoint');
  Validations.of(api).acknowledge(
    { id: 'AwsSolutions-APIG2', reason: 'the routes take neither body nor parameters' },
    {
      id: 'AwsSolutions-APIG3',
      reason:
        'callers are machines with a key or a signature, and every route is throttled; put your own firewall before it',
    },
    {
      id: 'AwsSolutions-APIG6',
      reason: 'execution logs would hold keys and tokens; the access log does not',
    },
    {
      id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      reason: 'the policy that AWS prescribes for the logging role of API Gateway',
    },
  );
  return api;
};
