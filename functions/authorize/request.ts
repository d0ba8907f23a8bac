import { Unauthenticated } from './refusal.ts';

/** What the decision needs of an authorizer event. At least one of `token` and `apiKeyId` is there. */
export interface AuthorizeRequest {
  /** ARN of every method of the stage, `arn:…:execute-api:REGION:ACCOUNT:API/STAGE/*`. */
  readonly stageArn: string;
  /** The bearer token as sent; not verified yet. */
  readonly token?: string;
  /** Id of the usage-plan key, not its value. */
  readonly apiKeyId?: string;
  readonly requestId?: string;
}

/** Characters. Real tokens stay well below this; anything longer is not worth the work of looking at it. */
const longestAuthorization = 8192;

/** RFC 6750 section 2.1; RFC 9110 section 11.1 makes the scheme case-insensitive. */
const bearer = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

const stagePart = /^(arn:[\w-]+:execute-api:[\w-]+:\d{12}:[\w-]+\/[^/*]+)\/./;

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields => {
  if (value === null || value === undefined) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Fields;
  throw new Unauthenticated('not-understood');
};

const textOf = (value: unknown): string | undefined => {
  if (value === null || value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw new Unauthenticated('not-understood');
};

/** Every value sent under that name, in any case, from both header maps of the event. */
const headerValues = (event: Fields, name: string): Set<string> => {
  const maps = [fieldsOf(event.headers), fieldsOf(event.multiValueHeaders)];
  const values = maps
    .flatMap((headers) => Object.entries(headers))
    .filter(([header]) => header.toLowerCase() === name)
    .flatMap(([, value]) => value)
    .map(textOf)
    .filter((value) => value !== undefined);
  return new Set(values);
};

/** Two different values are refused: which one the backend believes is anybody's guess. */
const bearerToken = (event: Fields): string | undefined => {
  const [value, another] = headerValues(event, 'authorization');
  if (another !== undefined) throw new Unauthenticated('authorization-ambiguous');
  if (value === undefined) return undefined;
  if (value.length > longestAuthorization) throw new Unauthenticated('authorization-too-long');
  const token = bearer.exec(value)?.[1];
  if (token === undefined) throw new Unauthenticated('authorization-malformed');
  return token;
};

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

/**
 * Reads the event of a REST API's authorizer of type REQUEST ("Input to an API Gateway Lambda authorizer").
 * Throws `Unauthenticated` for everything else, TOKEN and payload 2.0 events included.
 */
export const requestOf = (input: unknown): AuthorizeRequest => {
  const event = fieldsOf(input);
  const stage = stagePart.exec(textOf(event.methodArn) ?? '')?.[1];
  if (event.type !== 'REQUEST' || stage === undefined) throw new Unauthenticated('not-understood');
  const context = fieldsOf(event.requestContext);
  const token = bearerToken(event);
  const apiKeyId = apiKeyIdOf(context);
  const requestId = textOf(context.requestId);
  if (token === undefined && apiKeyId === undefined) throw new Unauthenticated('no-credential');
  return {
    stageArn: `${stage}/*`,
    ...(token !== undefined && { token }),
    ...(apiKeyId !== undefined && { apiKeyId }),
    ...(requestId !== undefined && { requestId }),
  };
};
