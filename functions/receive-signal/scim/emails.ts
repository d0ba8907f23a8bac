import { isObject } from '../../shared/json.ts';
import type { ScimEmail } from '../../stores/scim-directory.ts';
import { type Attributes, attributesOf, readOptionalText } from './attributes.ts';
import type { Condition } from './filter.ts';
import type { Operation } from './patch-operations.ts';
import { InvalidScim } from './problem.ts';

type Emails = readonly ScimEmail[];

const mostEmails = 50;
const longestType = 64;

const folded = (value: unknown) =>
  ['string', 'boolean'].includes(typeof value) ? String(value).toLowerCase() : '';

const bounded = (emails: Emails, field: string): Emails => {
  if (emails.length <= mostEmails) return emails;
  throw new InvalidScim('invalidValue', field, `has more than ${mostEmails} entries`);
};

/**
 * An entry without an address is none; whether it is an address of somebody is for the source to judge. A `type` or
 * `primary` that makes no sense is left out: for its sake nobody keeps their access.
 */
const emailOf = (attributes: Attributes, field: string): ScimEmail[] => {
  const value = readOptionalText(attributes.get('value'), field);
  const type = attributes.get('type');
  const primary = folded(attributes.get('primary'));
  if (value === undefined) return [];
  return [
    {
      value,
      ...(typeof type === 'string' && type.length <= longestType && type.isWellFormed() && { type }),
      ...(['true', 'false'].includes(primary) && { primary: primary === 'true' }),
    },
  ];
};

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value ?? []].flat());

export const readEmails = (value: unknown, field = 'emails'): Emails => {
  const read = (one: unknown) =>
    emailOf(typeof one === 'string' ? new Map([['value', one]]) : attributesOf(one, field), field);
  // What is no email at all is left out: for its sake nobody keeps their access.
  const some = listOf(value).filter((one) => typeof one === 'string' || isObject(one));
  return bounded(some.flatMap(read), field);
};

const isAmong = ({ value }: ScimEmail, emails: Emails) =>
  emails.some((one) => folded(one.value) === folded(value));

const patchWhole = (emails: Emails, { op, sub, value, field }: Operation): Emails => {
  if (sub !== undefined) throw new InvalidScim('invalidPath', `${field}.path`, 'needs a filter');
  const named = readEmails(value, field);
  if (op === 'replace') return named;
  if (op === 'add') return [...emails, ...named.filter((email) => !isAmong(email, emails))];
  const isWhole = value === undefined || value === null;
  return isWhole ? [] : emails.filter((email) => !isAmong(email, named));
};

const fits = (email: ScimEmail, where: readonly Condition[]): boolean => {
  const attributes = new Map<string, unknown>(Object.entries(email));
  return where.every(({ attribute, value }) => folded(attributes.get(attribute)) === folded(value));
};

/** `emails[type eq "work"].value`: what is not there yet is made of the filter, since Entra replaces what it never added. */
const patchEntries = (emails: Emails, { op, where, sub, value, field }: Operation): Emails => {
  const isRemoved = op === 'remove' && (sub === undefined || sub === 'value');
  if (isRemoved) return emails.filter((email) => !fits(email, where));
  const change: Attributes =
    sub === undefined
      ? attributesOf(listOf(value)[0], field)
      : new Map([[sub, op === 'remove' ? undefined : value]]);
  const changed = (entry: Iterable<[string, unknown]>) => emailOf(new Map([...entry, ...change]), field);
  if (emails.some((email) => fits(email, where))) {
    return emails.flatMap((email) => (fits(email, where) ? changed(Object.entries(email)) : [email]));
  }
  return [...emails, ...changed(where.map((one) => [one.attribute, one.value]))];
};

export const patchEmails = (emails: Emails, operation: Operation): Emails => {
  const patch = operation.where.length === 0 ? patchWhole : patchEntries;
  return bounded(patch(emails, operation), operation.field);
};
