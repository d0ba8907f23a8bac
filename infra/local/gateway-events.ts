import { randomUUID } from 'node:crypto';
import { type Authorizer, routeKeyOf } from './gateway-api.ts';
import type { Caller, DeployedStage } from './gateway-keys.ts';
import type { Match } from './gateway-paths.ts';
import { type GatewayRequest, headerOf, valuesByName } from './gateway-request.ts';
import { localAccount } from './local-account.ts';

/** A request that found its route, at the stage that is played. */
export interface Arrived extends Match {
  readonly request: GatewayRequest;
  readonly deployed: DeployedStage;
}

/** The ARN of what was asked for, not of the route that took it. */
export const invokedArn = ({ request, deployed: { region, apiId, stage } }: Arrived): string =>
  `arn:aws:execute-api:${region}:${localAccount}:${apiId}/${stage}/${request.method}${request.path}`;

const domain = { domainName: '127.0.0.1', domainPrefix: '127' } as const;

const requestContextOf = ({ request, route, deployed }: Arrived, apiKey: Caller | undefined) => ({
  accountId: localAccount,
  apiId: deployed.apiId,
  ...domain,
  httpMethod: request.method,
  identity: {
    ...{ accessKey: null, accountId: null, caller: null, user: null, userArn: null },
    ...(apiKey && { apiKey: apiKey.value, apiKeyId: apiKey.id }),
    sourceIp: request.sourceIp,
    userAgent: headerOf(request, 'user-agent') ?? null,
  },
  path: `/${deployed.stage}${request.path}`,
  protocol: 'HTTP/1.1',
  requestId: randomUUID(),
  requestTimeEpoch: Date.now(),
  resourceId: 'local0',
  resourcePath: route.path,
  stage: deployed.stage,
});

/**
 * The event of a REST API's REQUEST authorizer ("Input to an API Gateway Lambda authorizer"). Where a name was sent
 * twice, `headers` holds the last value and `multiValueHeaders` all of them.
 */
export const requestEvent = (arrived: Arrived, apiKey: Caller | undefined) => {
  const { request, route, parameters } = arrived;
  return {
    type: 'REQUEST',
    methodArn: invokedArn(arrived),
    resource: route.path,
    path: request.path,
    httpMethod: request.method,
    headers: Object.fromEntries(request.headers),
    multiValueHeaders: valuesByName(request.headers),
    queryStringParameters: Object.fromEntries(request.query),
    multiValueQueryStringParameters: valuesByName(request.query),
    pathParameters: parameters,
    stageVariables: {},
    requestContext: requestContextOf(arrived, apiKey),
  };
};

/** The event of the authorizer's type (the same page). A TOKEN authorizer is told the token and what it is for. */
export const restEvent = (
  arrived: Arrived,
  { type }: Authorizer,
  sent: { readonly identity: readonly string[]; readonly apiKey: Caller | undefined },
) =>
  type === 'TOKEN'
    ? { type, authorizationToken: sent.identity[0] ?? '', methodArn: invokedArn(arrived) }
    : requestEvent(arrived, sent.apiKey);

/** Joined by commas, where a name was sent several times. */
const joinedByName = (pairs: GatewayRequest['headers']): Record<string, string> =>
  Object.fromEntries(Object.entries(valuesByName(pairs)).map(([name, values]) => [name, values.join(',')]));

/** Of the payload, `http` and the rest of the context. Assumption: its path shows the stage where the URL did. */
const httpContextOf = ({ request, route, deployed }: Arrived, now: Date) => ({
  accountId: localAccount,
  apiId: deployed.apiId,
  ...domain,
  http: {
    method: request.method,
    path: request.rawPath,
    protocol: 'HTTP/1.1',
    sourceIp: request.sourceIp,
    userAgent: headerOf(request, 'user-agent') ?? '',
  },
  requestId: randomUUID(),
  routeKey: routeKeyOf(route),
  stage: deployed.stage,
  time: now.toISOString(),
  timeEpoch: now.getTime(),
});

/**
 * The event of an HTTP API's authorizer, payload 2.0 ("Control access to HTTP APIs with AWS Lambda authorizers").
 * Header names are in lower case; cookies stand apart.
 */
export const httpEvent = (arrived: Arrived, identity: readonly string[]) => {
  const { request, route, parameters } = arrived;
  const lowerCase = request.headers.map(([name, value]) => [name.toLowerCase(), value] as const);
  const { cookie, ...headers } = joinedByName(lowerCase);
  return {
    version: '2.0',
    type: 'REQUEST',
    routeArn: invokedArn(arrived),
    identitySource: identity,
    routeKey: routeKeyOf(route),
    rawPath: request.rawPath,
    rawQueryString: request.rawQuery,
    ...(cookie !== undefined && { cookies: cookie.split(/[;,]\s*/) }),
    headers,
    ...(request.query.length > 0 && { queryStringParameters: joinedByName(request.query) }),
    requestContext: httpContextOf(arrived, new Date()),
    ...(Object.keys(parameters).length > 0 && { pathParameters: parameters }),
  };
};
