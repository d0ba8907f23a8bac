import type { IncomingMessage } from 'node:http';
import { type Authorizer, type IdentitySource, type Route, routeKeyOf } from './gateway-api.ts';

type Pairs = readonly (readonly [name: string, value: string])[];

/** A request as the gateway sees it. Header names keep the case in which they were sent. */
export interface GatewayRequest {
  readonly method: string;
  /** Below the stage. */
  readonly path: string;
  /** As it was sent, with the stage if it was there. */
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly headers: Pairs;
  readonly query: Pairs;
  readonly sourceIp: string;
}

/**
 * `/STAGE/hello` as on execute-api, and `/hello` as behind a custom domain name. No path shows the stage
 * `$default`.
 */
export const requestOf = (message: IncomingMessage, stage: string): GatewayRequest => {
  const [rawPath = '/', ...query] = (message.url ?? '/').split('?');
  const rawQuery = query.join('?');
  const raw = message.rawHeaders;
  const headers = raw.flatMap((name, index) =>
    index % 2 === 0 ? [[name, raw[index + 1] ?? ''] as const] : [],
  );
  const isInStage = stage !== '$default' && `${rawPath}/`.startsWith(`/${stage}/`);
  return {
    method: message.method ?? 'GET',
    path: (isInStage ? rawPath.slice(stage.length + 1) : rawPath) || '/',
    ...{ rawPath, rawQuery, headers },
    query: [...new URLSearchParams(rawQuery)],
    sourceIp: message.socket.remoteAddress ?? '127.0.0.1',
  };
};

const headerValues = ({ headers }: GatewayRequest, name: string): string[] =>
  headers.filter(([header]) => header.toLowerCase() === name.toLowerCase()).map(([, value]) => value);

/** The last one, where it was sent several times. */
export const headerOf = (request: GatewayRequest, name: string): string | undefined =>
  headerValues(request, name).at(-1);

export const valuesByName = (pairs: Pairs): Record<string, string[]> => {
  const names = new Set(pairs.map(([name]) => name));
  return Object.fromEntries(
    [...names].map((name) => [name, pairs.filter(([other]) => other === name).map(([, value]) => value)]),
  );
};

const valuesAt = (request: GatewayRequest, source: IdentitySource, route: Route): string[] => {
  if (source.in === 'routeKey') return [routeKeyOf(route)];
  if (source.in === 'header') return headerValues(request, source.name);
  return request.query.filter(([name]) => name === source.name).map(([, value]) => value);
};

/**
 * The values of the identity sources, `undefined` where one is not "present, not null, and non-empty" (API Gateway
 * API reference, CreateAuthorizer, `identitySource`) or is no token as it has to look. Assumption: of what was sent
 * several times, a REST API takes the last value, as in `headers` of the event; HTTP APIs join them by commas.
 */
export const identityOf = (
  request: GatewayRequest,
  { authorizer, route }: { readonly authorizer: Authorizer; readonly route: Route },
  kind: 'rest' | 'http',
): string[] | undefined => {
  const { identitySources, validation } = authorizer;
  const values = identitySources.map((source) => {
    const sent = valuesAt(request, source, route);
    return (kind === 'rest' ? sent.at(-1) : sent.join(',')) ?? '';
  });
  const isThere = values.every((value) => value !== '' && (validation?.test(value) ?? true));
  return isThere ? values : undefined;
};
