import type { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { apiIdOf, type DeployedStage, usableKeyId } from './gateway-keys.ts';
import { evaluate, type PolicyOutcome } from './gateway-policy.ts';
import {
  authorizerEvent,
  type Caller,
  type GatewayRequest,
  hasIdentity,
  headerOf,
  methodArnOf,
  requestOf,
} from './gateway-request.ts';
import { type Route, restApiOf } from './gateway-routes.ts';
import { type HttpServer, type JsonAnswer, startHttpServer } from './http-server.ts';

export interface GatewayProps {
  /** The synthesised CloudFormation template, with one REST API in it. */
  readonly template: unknown;
  /** Of the local AWS. */
  readonly apiGateway: APIGatewayClient;
  /** Runs the deployed authorizer; rejects with the error that the function threw. */
  readonly invokeAuthorizer: (event: unknown) => Promise<unknown>;
  /** A free one by default. */
  readonly port?: number;
}

interface Stage extends DeployedStage {
  readonly region: string;
}

/** Default bodies of "Gateway response types for API Gateway", and of AWS's troubleshooting articles on 401 and 403. */
const answers = {
  noRoute: { status: 403, body: { message: 'Missing Authentication Token' } },
  unauthorized: { status: 401, body: { message: 'Unauthorized' } },
  forbidden: { status: 403, body: { message: 'Forbidden' } },
  authorizerFailed: { status: 500, body: { message: null } },
} as const;

const denials: Readonly<Record<Exclude<PolicyOutcome, 'allow'>, JsonAnswer>> = {
  'explicit-deny': {
    status: 403,
    body: { message: 'User is not authorized to access this resource with an explicit deny' },
  },
  'implicit-deny': { status: 403, body: { message: 'User is not authorized to access this resource' } },
  invalid: answers.authorizerFailed,
};

/** `Unauthorized` is the one error text that API Gateway knows ("Use API Gateway Lambda authorizers"). */
const authorizerError = (error: unknown): JsonAnswer => {
  const message = error instanceof Error ? error.message : 'failed';
  if (message === 'Unauthorized') return answers.unauthorized;
  console.error(`gateway: the authorizer failed: ${message}`);
  return answers.authorizerFailed;
};

/** The key that was sent, if it opens the stage; `undefined` where the method asks for none. */
const callerOf = async (
  request: GatewayRequest,
  { apiGateway, deployed }: { readonly apiGateway: APIGatewayClient; readonly deployed: DeployedStage },
): Promise<Caller | undefined> => {
  const value = headerOf(request, 'x-api-key');
  const id = value ? await usableKeyId(apiGateway, value, deployed) : undefined;
  return value && id ? { value, id } : undefined;
};

/** `undefined` is a yes. */
const refusalOf = async (
  request: GatewayRequest,
  route: Route,
  { props, stage }: { readonly props: GatewayProps; readonly stage: Stage },
): Promise<JsonAnswer | undefined> => {
  if (route.identitySources && !hasIdentity(request, route.identitySources)) return answers.unauthorized;
  const context = { apiGateway: props.apiGateway, deployed: stage };
  const apiKey = route.apiKeyRequired ? await callerOf(request, context) : undefined;
  if (route.apiKeyRequired && !apiKey) return answers.forbidden;
  if (!route.identitySources) return undefined;
  const methodArn = methodArnOf(route, stage, stage.region);
  try {
    const answer = await props.invokeAuthorizer(
      authorizerEvent(request, methodArn, { deployed: stage, apiKey }),
    );
    const outcome = evaluate(answer, methodArn);
    return outcome === 'allow' ? undefined : denials[outcome];
  } catch (error) {
    return authorizerError(error);
  }
};

/**
 * Plays the REST API of the stack on 127.0.0.1, since local AWS endpoints run neither authorizers nor usage
 * plans: `http://127.0.0.1:PORT/STAGE/hello`, or without the stage.
 *
 * As documented: unknown routes (403 "Missing Authentication Token"), missing identity sources (401), API keys
 * and usage plans (403 "Forbidden"), authorizer events, policies (403) and failures (401, 500), mock answers.
 * Not simulated: caching (a template with a TTL other than 0 is refused), throttling and quotas, resource
 * policies, path parameters, mapping templates beyond literal JSON, customised gateway responses, CORS.
 * Assumption: the API key is looked at before the authorizer is asked. AWS does not document the order; either
 * way both must agree.
 */
export const startGateway = async (props: GatewayProps): Promise<HttpServer> => {
  const api = restApiOf(props.template);
  const region = await props.apiGateway.config.region();
  const stage: Stage = { apiId: await apiIdOf(props.apiGateway, api.name), stage: api.stage, region };
  return startHttpServer('gateway', props.port ?? 0, async (message) => {
    const request = requestOf(message, stage.stage);
    const route = api.routes.find(({ method, path }) => method === request.method && path === request.path);
    if (!route) return answers.noRoute;
    const refusal = await refusalOf(request, route, { props, stage });
    return refusal ?? { status: route.status, body: route.body };
  });
};
