import { z } from 'zod';
import {
  type Authorizer,
  backend,
  defaultRoute,
  type HttpApi,
  type IdentitySource,
  type RestApi,
  type Route,
} from './gateway-api.ts';
import { restApiOf } from './gateway-routes.ts';
import {
  apiIn,
  apisOf,
  authorization,
  authorizerFor,
  checkCacheKey,
  readTemplate,
  requestPart,
  resourcesOf,
  stageOf,
  ttlSchema,
} from './gateway-template.ts';

const apiSchema = z.object({
  Name: z.string(),
  ProtocolType: z.literal('HTTP', 'only HTTP APIs are simulated'),
});

const authorizerSchema = z.object({
  AuthorizerType: z.literal('REQUEST', 'only REQUEST authorizers are simulated'),
  AuthorizerPayloadFormatVersion: z.literal('2.0', 'only payload 2.0 is simulated'),
  EnableSimpleResponses: z.boolean().default(false),
  IdentitySource: z.array(z.string()).default([]),
  /**
   * Assumption: absent is off. AWS::ApiGatewayV2::Authorizer names no default; "You can enable caching […] by
   * specifying" it ("Control access to HTTP APIs with AWS Lambda authorizers"). Terraform's documentation says 300.
   */
  AuthorizerResultTtlInSeconds: ttlSchema.default(0),
});

const routeSchema = z.object({
  RouteKey: z.string().regex(/^(?:\$default|[A-Z]+ \/\S*)$/, 'is no route key'),
  ...authorization,
});

const identitySourceOf = (expression: string): IdentitySource => {
  if (expression === '$context.routeKey') return { in: 'routeKey' };
  return requestPart(expression, /^\$request\.(header|querystring)\.(.+)$/);
};

const authorizerOf = (logicalId: string, properties: z.output<typeof authorizerSchema>): Authorizer => {
  const ttlSeconds = properties.AuthorizerResultTtlInSeconds;
  const identitySources = properties.IdentitySource.map(identitySourceOf);
  checkCacheKey(logicalId, ttlSeconds, identitySources);
  const answers = properties.EnableSimpleResponses ? 'simple' : 'policy';
  return { logicalId, type: 'REQUEST', identitySources, ttlSeconds, answers };
};

const routeOf = (
  route: z.output<typeof routeSchema>,
  authorizers: ReadonlyMap<string, Authorizer>,
): Route => {
  const [method = '', path] = route.RouteKey.split(' ');
  const authorizer = authorizerFor(route, authorizers);
  const place = path === undefined ? { method: 'ANY', path: defaultRoute } : { method, path };
  return { ...place, apiKeyRequired: false, ...(authorizer && { authorizer }), ...backend };
};

const httpApi = 'AWS::ApiGatewayV2::Api';

/** Reads an HTTP API, as `restApiOf` reads a REST API. */
export const httpApiOf = (raw: unknown, wished?: string): HttpApi => {
  const template = readTemplate(raw);
  const api = apiIn(template, { type: httpApi, schema: apiSchema }, wished);
  const of = <S extends z.ZodType>(kind: string, schema: S) =>
    resourcesOf(template, { type: `AWS::ApiGatewayV2::${kind}`, schema }, api.logicalId);
  const authorizers = new Map(
    [...of('Authorizer', authorizerSchema)].map(([id, properties]) => [id, authorizerOf(id, properties)]),
  );
  const routes = [...of('Route', routeSchema).values()].map((route) => routeOf(route, authorizers));
  const stage = stageOf(template, 'AWS::ApiGatewayV2::Stage', api.logicalId);
  return { kind: 'http', name: api.Name, stage, routes };
};

/** Where nothing is wished for, and there are APIs of both kinds: the REST API. */
export const apiOf = (raw: unknown, wished?: string): RestApi | HttpApi => {
  const template = readTemplate(raw);
  const isRest = apisOf(template, 'AWS::ApiGateway::RestApi', wished).length > 0;
  const isHttp = apisOf(template, httpApi, wished).length > 0;
  return isHttp && !isRest ? httpApiOf(raw, wished) : restApiOf(raw, wished);
};
