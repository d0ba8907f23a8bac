import { buffer } from 'node:stream/consumers';
import type { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import type { IAMClient } from '@aws-sdk/client-iam';
import { InvalidInput } from '../../functions/domain/errors.ts';
import type { ApiKeyUsage } from './api-key-usage.ts';
import type { AuthorizerCaches } from './authorizer-caches.ts';
import type { HttpApi, RestApi } from './gateway-api.ts';
import { type AskDeps, AuthorizerResults } from './gateway-authorizer.ts';
import { type Admitted, askBackend, type InvokeBackend } from './gateway-backend.ts';
import type { Arrived } from './gateway-events.ts';
import { httpRefusals, httpVerdictOn } from './gateway-http.ts';
import { apiOf } from './gateway-http-routes.ts';
import { apiIdOf, type DeployedStage } from './gateway-keys.ts';
import { matchOf } from './gateway-paths.ts';
import { requestOf } from './gateway-request.ts';
import { type RestDeps, restRefusals, restVerdictOn } from './gateway-rest.ts';
import { type HttpServer, type JsonAnswer, startHttpServer } from './http-server.ts';

export interface GatewayProps extends Pick<AskDeps, 'invokeAuthorizer'> {
  /** The synthesised CloudFormation template. */
  readonly template: unknown;
  /** Logical id or name of the API; without it, the only REST API of the template, or else its only HTTP API. */
  readonly api?: string;
  /** Under which the API is known; without it, the id that the local AWS gave to the REST API of that name. */
  readonly apiId?: string;
  /** Of the local AWS. */
  readonly apiGateway: APIGatewayClient;
  /** Of the local AWS: asked whose access keys are. Without it, an API with a route that IAM guards is not played. */
  readonly iam?: IAMClient;
  /** The function behind Lambda proxy integrations of a REST API. Without it they answer as any other integration. */
  readonly invokeBackend?: InvokeBackend;
  /** A free one by default. */
  readonly port?: number;
  /** Where a flush of the stage is asked for. */
  readonly caches?: AuthorizerCaches;
  /** What keys are used is counted there. */
  readonly usage?: Pick<ApiKeyUsage, 'count'>;
  /** By which kept results grow old. */
  readonly now?: () => Date;
}

const deployedStage = async (api: RestApi | HttpApi, props: GatewayProps): Promise<DeployedStage> => ({
  apiId: props.apiId ?? (await apiIdOf(props.apiGateway, api.name)),
  stage: api.stage,
  region: await props.apiGateway.config.region(),
});

type Judge = (arrived: Arrived) => Promise<JsonAnswer | Admitted>;

/** In the words of the API's kind. */
const judgeOf = (
  api: RestApi | HttpApi,
  { apiGateway, iam, usage, ...deps }: Omit<RestDeps, 'apiKeySource'>,
): { readonly noRoute: JsonAnswer; readonly judge: Judge } => {
  if (api.kind === 'http') {
    return { noRoute: httpRefusals.noRoute, judge: (arrived) => httpVerdictOn(arrived, deps) };
  }
  if (!iam && api.routes.some(({ isSigned }) => isSigned))
    throw new InvalidInput('template', 'has a method that IAM guards, and nobody knows whose keys are');
  const { apiKeySource } = api;
  const judge: Judge = (arrived) => restVerdictOn(arrived, { ...deps, apiGateway, iam, apiKeySource, usage });
  return { noRoute: restRefusals.noRoute, judge };
};

/**
 * Plays one stage of one API of a template on 127.0.0.1, since local AWS endpoints run neither authorizers nor
 * usage plans: `http://127.0.0.1:PORT/STAGE/hello`, or without the stage. MOCK integrations of a REST API answer
 * what the template says, Lambda proxy integrations what `invokeBackend` does; every other integration, and all of an HTTP
 * API, is 200 `{"message":"reached the backend"}`.
 *
 * As documented, REST: unknown routes (403 "Missing Authentication Token"), missing identity sources and tokens
 * that do not match the validation expression (401), API keys of both sources and usage plans (403 "Forbidden"),
 * events of REQUEST and TOKEN authorizers, policies (403) and failures (401, 500), error types in
 * `x-amzn-errortype`. HTTP: unknown routes (404) and the default one, missing identity sources (401), payload 2.0
 * with simple answers and policies (403), failures (500). Both: path parameters, greedy ones, ANY; results kept by
 * identity sources for as long as the authorizer says and shared by all of its routes, each evaluated for its own
 * ARN; a flush of the stage.
 *
 * Assumption: identity sources are looked at first, then the API key of the header, then the authorizer is asked.
 * AWS does not document the order of the latter two; either way both must agree. More stand where the code relies
 * on them.
 *
 * Not simulated: throttling and quotas, resource policies, routes of an OpenAPI `Body`, mapping templates beyond
 * literal JSON, customised gateway responses, CORS, stage and context variables beyond the route key as identity
 * sources, payload 1.0, JWT and Cognito authorizers, IAM in front of HTTP APIs, mutual TLS, decoding of paths. Where IAM
 * guards a route, only whose access key was named is looked at: see `signerOf`. Nothing says which function an authorizer
 * calls: all of them are `invokeAuthorizer`, and all that is proxied to is `invokeBackend`.
 *
 * Throws `InvalidInput` for a template that asks for what is not played.
 */
export const startGateway = async (props: GatewayProps): Promise<HttpServer> => {
  const { apiGateway, iam, usage, invokeAuthorizer, invokeBackend, now = () => new Date() } = props;
  const api = apiOf(props.template, props.api);
  const deployed = await deployedStage(api, props);
  const results = new AuthorizerResults(now);
  const { noRoute, judge } = judgeOf(api, { apiGateway, iam, usage, invokeAuthorizer, results });
  const server = await startHttpServer('gateway', props.port ?? 0, async (message) => {
    const request = requestOf(message, deployed.stage);
    const match = matchOf(api.routes, request, api.kind);
    if (!match) return noRoute;
    const arrived = { ...match, request, deployed };
    const verdict = await judge(arrived);
    if ('status' in verdict) return verdict;
    const { isProxy, status, body } = match.route;
    if (!isProxy || !invokeBackend) return { status, body };
    return askBackend(arrived, { admitted: verdict, body: await buffer(message) }, invokeBackend);
  });
  props.caches?.add({ api: deployed.apiId, stage: deployed.stage, flush: () => results.flush() });
  return server;
};
