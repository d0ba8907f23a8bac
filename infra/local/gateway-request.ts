import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { DeployedStage } from './gateway-keys.ts';
import type { IdentitySource, Route } from './gateway-routes.ts';

/** A request as the gateway sees it. Header names keep the case in which they were sent. */
export interface GatewayRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly query: URLSearchParams;
  readonly sourceIp: string;
}

export interface Caller {
  readonly value: string;
  readonly id: string;
}

/** The account that local AWS endpoints use unless told otherwise. */
const localAccount = '123456789012';

/** `/STAGE/hello` as on execute-api, and `/hello` as behind a custom domain name. */
export const requestOf = (message: IncomingMessage, stage: string): GatewayRequest => {
  const url = new URL(message.url ?? '/', 'http://localhost');
  const raw = message.rawHeaders;
  const headers = raw.flatMap((name, index) =>
    index % 2 === 0 ? [[name, raw[index + 1] ?? ''] as const] : [],
  );
  const inStage = url.pathname === `/${stage}` || url.pathname.startsWith(`/${stage}/`);
  return {
    method: message.method ?? 'GET',
    path: (inStage ? url.pathname.slice(stage.length + 1) : url.pathname) || '/',
    headers,
    query: url.searchParams,
    sourceIp: message.socket.remoteAddress ?? '127.0.0.1',
  };
};

export const headerOf = ({ headers }: GatewayRequest, name: string): string | undefined =>
  headers.find(([header]) => header.toLowerCase() === name.toLowerCase())?.[1];

/** "Present, not null and non-empty" (API Gateway API reference, CreateAuthorizer, `identitySource`). */
export const hasIdentity = (request: GatewayRequest, sources: readonly IdentitySource[]): boolean =>
  sources.every((source) =>
    source.in === 'header' ? headerOf(request, source.name) : request.query.get(source.name),
  );

const valuesByName = (pairs: Iterable<readonly [string, string]>): Record<string, string[]> => {
  const entries = [...pairs];
  const names = new Set(entries.map(([name]) => name));
  return Object.fromEntries(
    [...names].map((name) => [name, entries.filter(([other]) => other === name).map(([, value]) => value)]),
  );
};

const lastByName = (pairs: Iterable<readonly [string, string]>): Record<string, string> =>
  Object.fromEntries(pairs);

export const methodArnOf = (route: Route, deployed: DeployedStage, region: string): string =>
  `arn:aws:execute-api:${region}:${localAccount}:${deployed.apiId}/${deployed.stage}/${route.method}${route.path}`;

const requestContextOf = (request: GatewayRequest, deployed: DeployedStage, apiKey: Caller | undefined) => ({
  accountId: localAccount,
  apiId: deployed.apiId,
  domainName: '127.0.0.1',
  domainPrefix: '127',
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
  resourcePath: request.path,
  stage: deployed.stage,
});

/**
 * The event of a REQUEST authorizer ("Input to an API Gateway Lambda authorizer"). Where a name was sent twice,
 * `headers` holds the last value and `multiValueHeaders` all of them.
 */
export const authorizerEvent = (
  request: GatewayRequest,
  methodArn: string,
  { deployed, apiKey }: { readonly deployed: DeployedStage; readonly apiKey: Caller | undefined },
) => ({
  type: 'REQUEST',
  methodArn,
  resource: request.path,
  path: request.path,
  httpMethod: request.method,
  headers: lastByName(request.headers),
  multiValueHeaders: valuesByName(request.headers),
  queryStringParameters: lastByName(request.query),
  multiValueQueryStringParameters: valuesByName(request.query),
  pathParameters: {},
  stageVariables: {},
  requestContext: requestContextOf(request, deployed, apiKey),
});
