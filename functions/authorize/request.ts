import { type CalledRoute, calledRouteOf } from './called-route.ts';
import { apiKeyIn, bearerToken, type Fields, fieldsOf, textOf, tokenIn } from './event-fields.ts';
import { Unauthenticated } from './refusal.ts';

/** What was called, whatever was sent along. */
export interface Call extends CalledRoute {
  readonly api: 'rest' | 'http';
  /** HTTP APIs only: payload 1.0 wants a policy, and 2.0 what its authorizer is set to, which the event does not say. */
  readonly payload?: '1.0' | '2.0';
  readonly requestId?: string;
}

/** What was sent along, none of it checked yet. */
export interface Credentials {
  /** The bearer token. */
  readonly token?: string;
  /** Id of the usage-plan key, not its value. */
  readonly apiKeyId?: string;
  /** Value of a key that came in a header of your own. */
  readonly apiKey?: string;
}

export interface RequestOptions {
  /** Lower case. */
  readonly apiKeyHeader?: string | undefined;
}

/** Only what is there. */
const credentials = (parts: { readonly [Name in keyof Credentials]: string | undefined }): Credentials => ({
  ...(parts.token !== undefined && { token: parts.token }),
  ...(parts.apiKeyId !== undefined && { apiKeyId: parts.apiKeyId }),
  ...(parts.apiKey !== undefined && { apiKey: parts.apiKey }),
});

/**
 * The denylist knows keys by id, so a key without one could not be checked: refused.
 * Assumption: the event carries `identity.apiKeyId` where the method requires a key. It is documented as a
 * `$context` variable ("Variables for data transformations for API Gateway"); the sample in "Input to an API
 * Gateway Lambda authorizer" shows `identity.apiKey` alone.
 */
const apiKeyIdOf = (context: Fields): string | undefined => {
  const identity = fieldsOf(context.identity);
  const id = textOf(identity.apiKeyId);
  if (id === undefined && textOf(identity.apiKey) !== undefined)
    throw new Unauthenticated('api-key-without-id');
  return id;
};

/** REST API, type REQUEST. */
const inRestRequest = (event: Fields, { apiKeyHeader }: RequestOptions): Credentials => {
  const token = bearerToken(event);
  const apiKeyId = apiKeyIdOf(fieldsOf(event.requestContext));
  return credentials({ token, apiKeyId, apiKey: apiKeyIn(event, apiKeyHeader) });
};

/** REST API, type TOKEN: the header alone. What else was sent, an API key for instance, is not in the event. */
const inTokenEvent = (event: Fields): Credentials => {
  const authorization = textOf(event.authorizationToken);
  return authorization === undefined ? {} : { token: tokenIn(authorization) };
};

/** HTTP API. There are no usage plans: nobody would check a key, so it is no identity by itself. */
const inHttpRequest = (event: Fields, { apiKeyHeader }: RequestOptions): Credentials => {
  const token = bearerToken(event);
  if (token === undefined) return {};
  return credentials({ token, apiKeyId: undefined, apiKey: apiKeyIn(event, apiKeyHeader) });
};

/** Only events of HTTP APIs have a version. */
const payloadOf = ({ version }: Fields): { api: 'rest' } | { api: 'http'; payload: '1.0' | '2.0' } => {
  if (version === undefined) return { api: 'rest' };
  if (version === '1.0' || version === '2.0') return { api: 'http', payload: version };
  throw new Unauthenticated('not-understood');
};

/**
 * Reads the event of a Lambda authorizer: TOKEN and REQUEST of a REST API ("Input to an API Gateway Lambda authorizer"),
 * payload 2.0 and 1.0 of an HTTP API ("Control access to HTTP APIs with AWS Lambda authorizers").
 * Throws `Unauthenticated` for everything else.
 */
export const callOf = (input: unknown): Call => {
  const event = fieldsOf(input);
  if (event.type !== 'REQUEST' && event.type !== 'TOKEN') throw new Unauthenticated('not-understood');
  const form = payloadOf(event);
  // Payload 1.0 has the form of a REST API's.
  const route = calledRouteOf(textOf(event.version === '2.0' ? event.routeArn : event.methodArn));
  const requestId = textOf(fieldsOf(event.requestContext).requestId);
  return { ...form, ...route, ...(requestId !== undefined && { requestId }) };
};

const readerOf = ({ type, version }: Fields): typeof inRestRequest => {
  if (type === 'TOKEN') return inTokenEvent;
  return version === undefined ? inRestRequest : inHttpRequest;
};

/**
 * Of an event that `callOf` has understood. At least one is there that somebody checks: a token, or a key that API
 * Gateway knows. Throws `Unauthenticated` otherwise.
 */
export const credentialsOf = (input: unknown, options: RequestOptions = {}): Credentials => {
  const event = fieldsOf(input);
  const found = readerOf(event)(event, options);
  if (Object.keys(found).length === 0) throw new Unauthenticated('no-credential');
  return found;
};
