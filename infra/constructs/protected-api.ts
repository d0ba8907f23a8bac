import { Validations } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  AuthorizationType,
  Integration,
  IntegrationType,
  LogGroupLogDestination,
  type MethodOptions,
  PassthroughBehavior,
  RestApi,
  type UsagePlan,
} from 'aws-cdk-lib/aws-apigateway';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ServiceFunction } from './service-function.ts';
import { TokenAuthorizer } from './token-authorizer.ts';

/**
 * Written out because local AWS demands a method and a URI even of a mock, which `MockIntegration` leaves out.
 * The method is optional for MOCK ("AWS::ApiGateway::Method Integration"). Assumption: so is the URI, and
 * API Gateway, which documents it for the other types only, ignores it here.
 */
const hello = new Integration({
  type: IntegrationType.MOCK,
  integrationHttpMethod: 'GET',
  uri: 'https://example.com',
  options: {
    passthroughBehavior: PassthroughBehavior.NEVER,
    requestTemplates: { 'application/json': '{"statusCode": 200}' },
    integrationResponses: [
      { statusCode: '200', responseTemplates: { 'application/json': '{"message":"hello"}' } },
    ],
  },
});

const answered = { methodResponses: [{ statusCode: '200' }] };

/** Routes behind the authorizer, one a kind: for people with tokens, for partners with keys, and for older clients. */
export class ProtectedApi extends Construct {
  readonly api: RestApi;
  readonly usagePlan: UsagePlan;

  constructor(scope: Construct, id: string, functions: { authorize: ServiceFunction }) {
    super(scope, id);
    const authorize = functions.authorize.lambda;
    const accessLog = new LogGroup(this, 'AccessLog', { retention: RetentionDays.SIX_MONTHS });
    this.api = new RestApi(this, 'Api', {
      restApiName: 'cutoff-protected',
      // REST access logs need the account's logging role; an account that never had one could not deploy.
      cloudWatchRole: true,
      deployOptions: {
        stageName: 'prod',
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: AccessLogFormat.jsonWithStandardFields(),
      },
    });
    // CDK adds an output of its own; `infra/outputs.ts` names all there are.
    this.api.node.tryRemoveChild('Endpoint');
    const { api } = this;
    const byToken = new TokenAuthorizer(this, 'ByToken', { api, authorize });
    // No header: a partner sends no token, and API Gateway refuses a request that lacks a named one before it asks
    // the function, which here decides by the id of the API key.
    const byKey = new TokenAuthorizer(this, 'ByKey', { api, authorize, headers: [] });
    const legacy = new TokenAuthorizer(this, 'Legacy', { api, authorize, type: 'token' });
    this.#route('hello', { authorizer: byToken });
    this.#route('partner', { authorizer: byKey, apiKeyRequired: true });
    this.#route('legacy', { authorizer: legacy });
    this.usagePlan = this.api.addUsagePlan('Partners', {
      name: 'cutoff-partners',
      apiStages: [{ stage: this.api.deploymentStage }],
    });
    this.#acceptFindings();
  }

  #route(path: string, options: MethodOptions): void {
    const method = { ...answered, authorizationType: AuthorizationType.CUSTOM, ...options };
    const route = this.api.root.addResource(path).addMethod('GET', hello, method);
    Validations.of(route).acknowledge({
      id: 'AwsSolutions-COG4',
      reason: 'the Lambda authorizer is the point: it refuses a token that was revoked before it expired',
    });
  }

  #acceptFindings(): void {
    Validations.of(this.api).acknowledge(
      { id: 'AwsSolutions-APIG2', reason: 'the routes take neither body nor parameters' },
      { id: 'AwsSolutions-APIG3', reason: 'a demonstration that answers "hello" needs no web firewall' },
      {
        id: 'AwsSolutions-APIG6',
        reason: 'execution logs would hold bearer tokens; the access log does not',
      },
      {
        id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
        reason: 'the policy that AWS prescribes for the logging role of API Gateway',
      },
    );
  }
}
