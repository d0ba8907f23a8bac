import { App, CfnParameter, type Duration, Stack, Validations } from 'aws-cdk-lib';
import {
  Integration,
  IntegrationType,
  type MethodOptions,
  PassthroughBehavior,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Construct } from 'constructs';
import { RevocableApi } from 'cutoff';

export interface ShopProps {
  /** Cutoff's output `AuthorizeFunctionArn`; a parameter of the stack without it. */
  readonly authorizeArn?: string;
  /** How long API Gateway keeps the authorizer's answers; not at all without it. */
  readonly cache?: Duration;
}

/** What the shop had before: a REST API and an HTTP API that let everybody in. */
const existingRestApi = (scope: Construct): RestApi => {
  const api = new RestApi(scope, 'Rest', { restApiName: 'shop-rest', cloudWatchRole: false });
  const orders = api.root.addResource('orders');
  orders.addMethod('GET', mock('orders'), answered);
  orders.addResource('{id}').addMethod('GET', mock('order'), answered);
  api.root.addResource('health').addMethod('GET', mock('healthy'), answered);
  api.root.addResource('partner').addMethod('GET', mock('partner'), { ...answered, apiKeyRequired: true });
  api.addUsagePlan('Partners', { name: 'shop-partners', apiStages: [{ stage: api.deploymentStage }] });
  return api;
};

const existingHttpApi = (scope: Construct): HttpApi => {
  const api = new HttpApi(scope, 'Http', { apiName: 'shop-http' });
  const methods = [HttpMethod.GET];
  const backend = new HttpUrlIntegration('Backend', 'https://example.com');
  api.addRoutes({ path: '/orders', methods, integration: backend });
  api.addRoutes({ path: '/health', methods, integration: backend });
  return api;
};

class Shop extends Stack {
  constructor(scope: Construct, id: string, { authorizeArn, cache }: ShopProps) {
    super(scope, id, { description: 'Two APIs of another team, with Cutoff in front' });
    const rest = existingRestApi(this);
    const http = existingHttpApi(this);

    // What Cutoff takes:
    const authorize = authorizeArn ?? new CfnParameter(this, 'AuthorizeFunctionArn').valueAsString;
    const options = { authorize, open: ['GET /health'], ...(cache && { cache }) };
    new RevocableApi(this, 'RevocableRest', { api: rest, apiKeys: true, ...options });
    new RevocableApi(this, 'RevocableHttp', { api: http, ...options });

    acceptFindings(rest, http);
  }
}

/** Method and URI are optional for a mock; local AWS demands them. */
const mock = (message: string): Integration =>
  new Integration({
    type: IntegrationType.MOCK,
    integrationHttpMethod: 'GET',
    uri: 'https://example.com',
    options: {
      passthroughBehavior: PassthroughBehavior.NEVER,
      requestTemplates: { 'application/json': '{"statusCode": 200}' },
      integrationResponses: [
        { statusCode: '200', responseTemplates: { 'application/json': JSON.stringify({ message }) } },
      ],
    },
  });

const answered: MethodOptions = { methodResponses: [{ statusCode: '200' }] };

const acceptFindings = (rest: RestApi, http: HttpApi): void => {
  Validations.of(rest).acknowledge(
    { id: 'AwsSolutions-APIG1', reason: 'an example that answers from mocks keeps no access log' },
    { id: 'AwsSolutions-APIG2', reason: 'mocks read neither bodies nor parameters' },
    { id: 'AwsSolutions-APIG3', reason: 'an example that answers from mocks needs no web firewall' },
    {
      id: 'AwsSolutions-APIG4',
      reason: 'GET /health is for everybody; the synth fails for any other open route',
    },
    { id: 'AwsSolutions-APIG6', reason: 'execution logs would hold bearer tokens' },
    {
      id: 'AwsSolutions-COG4',
      reason: 'Cutoff refuses a token that was revoked before it expires, Cognito does not',
    },
  );
  Validations.of(http).acknowledge(
    { id: 'AwsSolutions-APIG1', reason: 'an example keeps no access log' },
    {
      id: 'AwsSolutions-APIG4',
      reason: 'GET /health is for everybody; the synth fails for any other open route',
    },
  );
};

export const shopApp = ({ outdir, ...props }: ShopProps & { readonly outdir?: string } = {}): App => {
  const app = new App({ analyticsReporting: false, ...(outdir !== undefined && { outdir }) });
  new Shop(app, 'Shop', props);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
};

/** `node examples/protected-apis.ts [FOLDER]`, or `npx cdk deploy --app "node examples/protected-apis.ts"`. */
if (import.meta.main) {
  const [outdir] = process.argv.slice(2);
  console.log(shopApp(outdir === undefined ? {} : { outdir }).synth().directory);
}
