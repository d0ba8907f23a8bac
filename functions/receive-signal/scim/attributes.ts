import { isObject } from '../../shared/json.ts';
import { InvalidScim } from './problem.ts';

/** Attributes by name in lower case, without the schema in front. */
export type Attributes = ReadonlyMap<string, unknown>;

const coreSchema = /^urn:ietf:params:scim:schemas:core:2\.0:(?:user|group):/i;
const longestText = 256;

/** The URI of the core schema may stand in front of a name (RFC 7644 section 3.10). */
export const withoutSchema = (name: string): string => name.trim().replace(coreSchema, '');

/** Names are alike in any case (RFC 7643 section 2.1). */
export const attributeName = (name: string): string => withoutSchema(name).toLowerCase();

/** One attribute in two spellings is refused: which of them counts must not depend on who reads it. */
export const attributesOf = (value: unknown, field: string): Attributes => {
  if (!isObject(value)) throw new InvalidScim('invalidSyntax', field, 'is not an object');
  const named = new Map<string, unknown>();
  for (const [key, one] of Object.entries(value)) {
    const name = attributeName(key);
    if (named.has(name)) throw new InvalidScim('invalidSyntax', field, 'names one attribute twice');
    named.set(name, one);
  }
  return named;
};

/** Entra's older patches wrap single values: `[{"$ref": null, "value": "x"}]`. */
const unwrapped = (value: unknown): unknown => {
  const one = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return isObject(one) && 'value' in one ? one.value : one;
};

/** Entra sends booleans as text, in any case ("Known issues … with SCIM 2.0 protocol compliance"). */
export const readBoolean = (value: unknown, field: string): boolean => {
  const one = unwrapped(value);
  if (typeof one === 'boolean') return one;
  const text = typeof one === 'string' ? one.trim().toLowerCase() : '';
  if (text !== 'true' && text !== 'false') throw new InvalidScim('invalidValue', field, 'is not a boolean');
  return text === 'true';
};

/** Kept as it was sent. */
export const readText = (value: unknown, field: string): string => {
  const one = unwrapped(value);
  if (typeof one !== 'string' || one.trim() === '')
    throw new InvalidScim('invalidValue', field, 'is not a text');
  if (!one.isWellFormed()) throw new InvalidScim('invalidValue', field, 'is not Unicode text');
  if (one.length <= longestText) return one;
  throw new InvalidScim('invalidValue', field, `is longer than ${longestText} characters`);
};

/** `null` and an empty text unassign an attribute (RFC 7643 section 2.5). */
export const readOptionalText = (value: unknown, field: string): string | undefined => {
  const one = unwrapped(value);
  return one === null || one === undefined || one === '' ? undefined : readText(one, field);
};

/** With or without the attribute: an optional one that is `undefined` would be another resource. */
export const withExternalId = <T extends { readonly externalId?: string }>(
  resource: T,
  externalId: string | undefined,
): T => {
  const { externalId: _, ...rest } = resource;
  return { ...rest, ...(externalId !== undefined && { externalId }) } as T;
};
