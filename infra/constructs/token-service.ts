import { Aws, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  AuthorizationType,
  LambdaIntegration,
  LogGroupLogDestination,
  type Method,
  type MethodOptions,
  RestApi,
  type UsagePlan,
} from 'aws-cdk-lib/aws-apigateway';
import { Alias, Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { TokenSettings } from '../../functions/domain/issue-settings.ts';
import type { Issuer } from '../../functions/domain/settings.ts';
import { allow, type Grantee } from './allow.ts';
import type { ServiceFunction } from './service-function.ts';
import { TokenAuthorizer } from './token-authorizer.ts';

const stageName = 'prod';

/** Requests a second, of all callers together: each token is a signature of KMS and a handful of reads. */
const throttle = { throttlingRateLimit: 50, throttlingBurstLimit: 100 };

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

const byOther = {
  id: 'AwsSolutions-COG4',
  reason: 'callers show an API key or a signature of IAM, and have no Cognito user',
};

/**
 * Short-lived access tokens: the key that signs them, and the API that exchanges keys and IAM identities for them.
 *
 * KMS rotates no asymmetric key. Another one takes its place with the setting `key`: this one stays, since deleting it would be
 * final, and is published for as long as `formerKeys` names it.
 */
export class TokenService extends Construct {
  readonly api: RestApi;
  /** Keys of it may be exchanged. */
  readonly usagePlan: UsagePlan;
  readonly keyId: string;
  /** As the authorizer and the revokers know it. */
  readonly issuer: Issuer;
  readonly #key: Key;
  readonly #formerKeys: readonly string[];

  constructor(scope: Construct, id: string, { tokens }: { tokens: TokenSettings }) {
    super(scope, id);
    this.#key = new Key(this, tokens.key === 1 ? 'Key' : `Key${tokens.key}`, {
      description: 'Signs access tokens of Cutoff',
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new Alias(this, 'Alias', { aliasName: 'alias/cutoff-tokens', targetKey: this.#key });
    this.keyId = this.#key.keyId;
    this.#formerKeys = tokens.formerKeys;
    this.api = this.#makeApi();
    this.usagePlan = this.api.addUsagePlan('Plan', {
      name: 'cutoff-tokens',
      apiStages: [{ stage: this.api.deploymentStage }],
    });
    const { restApiId } = this.api;
    const own = `https://${restApiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}/${stageName}`;
    const issuer = tokens.issuer ?? own;
    this.issuer = {
      issuer,
      audience: tokens.audience,
      jwksUri: `${issuer}/.well-known/jwks.json`,
      subjectClaim: 'sub',
      subjectFormat: 'email',
      longestTokenSeconds: tokens.minutes * 60,
    };
  }

  /** The routes, once there is a function behind them. */
  serve({
    token,
    authorize,
  }: {
    readonly token: ServiceFunction;
    readonly authorize: ServiceFunction;
  }): void {
    const integration = new LambdaIntegration(token.lambda, { allowTestInvoke: false });
    const route = (method: string, path: string, options: MethodOptions): Method =>
      this.api.root.resourceForPath(path).addMethod(method, integration, options);
    // By the id of the key alone: who has only that has no token to show yet.
    const byKey = new TokenAuthorizer(this, 'ByKey', {
      api: this.api,
      authorize: authorize.lambda,
      headers: [],
    });
    const exchanges = [
      route('POST', '/token/api-key', { authorizer: byKey, apiKeyRequired: true }),
      route('POST', '/token/iam', { authorizationType: AuthorizationType.IAM }),
    ];
    for (const method of exchanges) Validations.of(method).acknowledge(byOther);
    for (const document of ['jwks.json', 'openid-configuration']) {
      const method = route('GET', `/.well-known/${document}`, { authorizationType: AuthorizationType.NONE });
      const reason =
        'public keys, and where they are: whoever checks a token needs them, and nothing in them is secret';
      Validations.of(method).acknowledge(byOther, { id: 'AwsSolutions-APIG4', reason });
    }
  }

  grantSign(grantee: Grantee): void {
    allow(grantee, { actions: ['kms:Sign', 'kms:GetPublicKey'], resources: [this.#key.keyArn] });
    if (this.#formerKeys.length === 0) return;
    const arnOf = (resourceName: string) =>
      Stack.of(this).formatArn({ service: 'kms', resource: 'key', resourceName });
    allow(grantee, { actions: ['kms:GetPublicKey'], resources: this.#formerKeys.map(arnOf) });
  }

  #makeApi(): RestApi {
    const accessLog = new LogGroup(this, 'AccessLog', { retention: RetentionDays.SIX_MONTHS });
    const api = new RestApi(this, 'Api', {
      restApiName: 'cutoff-tokens',
      // REST access logs need the account's logging role; an account that never had one could not deploy.
      cloudWatchRole: true,
      deployOptions: {
        stageName,
        ...throttle,
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
          'callers are machines with a key or a signature, and the stage is throttled; put your own firewall before it',
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
  }
}
