import { Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  type HttpRouteIntegrationBindOptions,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ServiceFunction } from './service-function.ts';

/** Requests a second, of all senders together. Beyond it API Gateway answers 429, and senders try again. */
const throttle = { rateLimit: 50, burstLimit: 100 };

/** Who came and how it ended. Queries and headers carry names and secrets, and paths what strangers like to write. */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    time: '$context.requestTime',
    ip: '$context.identity.sourceIp',
    method: '$context.httpMethod',
    status: '$context.status',
    responseLength: '$context.responseLength',
    latency: '$context.responseLatency',
    error: '$context.error.message',
    integrationError: '$context.integrationErrorMessage',
  }),
);

/** CDK would let the API call the function on any route of any stage: there is one of each. */
class OnlyRoute extends HttpLambdaIntegration {
  readonly #handler: IFunction;

  constructor(id: string, handler: IFunction) {
    super(id, handler);
    this.#handler = handler;
  }

  protected override completeBind({ route, scope }: HttpRouteIntegrationBindOptions): void {
    this.#handler.addPermission('Signals', {
      scope,
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(route).formatArn({
        service: 'execute-api',
        resource: route.httpApi.apiId,
        resourceName: '$default/$default',
      }),
    });
  }
}

/** Where providers push signals to: one route, whose function knows the channels. */
export class SignalEndpoint extends Construct {
  /** Without a slash at the end. */
  readonly url: string;

  constructor(scope: Construct, id: string, { receiveSignal }: { receiveSignal: ServiceFunction }) {
    super(scope, id);
    const api = new HttpApi(this, 'Api', {
      apiName: 'cutoff-signals',
      createDefaultStage: false,
      defaultIntegration: new OnlyRoute('Receive', receiveSignal.lambda),
    });
    const accessLog = new LogGroup(this, 'AccessLog', { retention: RetentionDays.SIX_MONTHS });
    new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle,
      accessLogSettings: { destination: new LogGroupLogDestination(accessLog), format: accessLogFormat },
    });
    Validations.of(api).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'providers have no AWS identity: the function checks each request by the signature or secret of its channel',
    });
    const { region, urlSuffix } = Stack.of(this);
    this.url = `https://${api.apiId}.execute-api.${region}.${urlSuffix}`;
  }
}
