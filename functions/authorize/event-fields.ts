import { isObject } from '../shared/json.ts';
import { Unauthenticated } from './refusal.ts';

/** Characters. Real tokens stay well below this; anything longer is not worth the work of looking at it. */
const longestCredential = 8192;

/** RFC 6750 section 2.1; RFC 9110 section 11.1 makes the scheme case-insensitive. */
const bearer = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

export type Fields = Readonly<Record<string, unknown>>;

export const fieldsOf = (value: unknown): Fields => {
  if (value === null || value === undefined) return {};
  if (isObject(value)) return value;
  throw new Unauthenticated('not-understood');
};

export const textOf = (value: unknown): string | undefined => {
  if (value === null || value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw new Unauthenticated('not-understood');
};

/** Every value sent under that name (lower case), in any case, from both header maps of the event. */
export const headerValues = (event: Fields, name: string): Set<string> => {
  const maps = [fieldsOf(event.headers), fieldsOf(event.multiValueHeaders)];
  const values = maps
    .flatMap((headers) => Object.entries(headers))
    .filter(([header]) => header.toLowerCase() === name)
    .flatMap(([, value]) => value)
    .map(textOf)
    .filter((value) => value !== undefined);
  return new Set(values);
};

export const tokenIn = (authorization: string): string => {
  if (authorization.length > longestCredential) throw new Unauthenticated('authorization-too-long');
  const token = bearer.exec(authorization)?.[1];
  if (token === undefined) throw new Unauthenticated('authorization-malformed');
  return token;
};

/** Two different values are refused: which one the backend believes is anybody's guess. */
export const bearerToken = (event: Fields): string | undefined => {
  const [value, another] = headerValues(event, 'authorization');
  if (another !== undefined) throw new Unauthenticated('authorization-ambiguous');
  return value === undefined ? undefined : tokenIn(value);
};

/** A key in a header of your own. */
export const apiKeyIn = (event: Fields, header: string | undefined): string | undefined => {
  if (header === undefined) return undefined;
  const [value, another] = headerValues(event, header);
  if (another !== undefined) throw new Unauthenticated('api-key-ambiguous');
  if (value !== undefined && value.length > longestCredential) throw new Unauthenticated('api-key-too-long');
  return value;
};
