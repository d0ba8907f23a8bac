import type { ScimUser, Versioned } from '../../stores/scim-directory.ts';
import { attributesOf, readBoolean, readOptionalText, readText, withExternalId } from './attributes.ts';
import { patchEmails, readEmails } from './emails.ts';
import { type Operation, operationsOf } from './patch-operations.ts';
import { InvalidScim } from './problem.ts';

export const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';

/** What is kept of a user. Names of people, phone numbers, titles and passwords are read over and stored nowhere. */
export const userAttributes: ReadonlySet<string> = new Set(['active', 'username', 'externalid', 'emails']);

export const blankUser = (base: Versioned): ScimUser => ({ ...base, userName: '', emails: [], active: true });

/**
 * A user as POST and PUT send it. What it does not name stays as it is: RFC 7644 section 3.5.1 leaves that open, and an
 * `active` that a client forgot must neither end nor restore anybody's access.
 */
export const readUser = (body: unknown, before: ScimUser): ScimUser => {
  const attributes = attributesOf(body, 'body');
  const user = {
    ...before,
    userName: readText(attributes.get('username') ?? before.userName, 'userName'),
    emails: attributes.has('emails') ? readEmails(attributes.get('emails')) : before.emails,
    active: attributes.has('active') ? readBoolean(attributes.get('active'), 'active') : before.active,
  };
  if (!attributes.has('externalid')) return user;
  return withExternalId(user, readOptionalText(attributes.get('externalid'), 'externalId'));
};

const patchAttribute = (user: ScimUser, operation: Operation): ScimUser => {
  const { op, attribute, where, sub, value, field } = operation;
  if (attribute === 'emails') return { ...user, emails: patchEmails(user.emails, operation) };
  if (where.length > 0 || sub) throw new InvalidScim('invalidPath', `${field}.path`, 'is a simple attribute');
  if (attribute === 'externalid') {
    return withExternalId(user, op === 'remove' ? undefined : readOptionalText(value, field));
  }
  if (op === 'remove') throw new InvalidScim('mutability', field, 'removes a required attribute');
  return attribute === 'active'
    ? { ...user, active: readBoolean(value, field) }
    : { ...user, userName: readText(value, field) };
};

export const patchUser = (user: ScimUser, body: unknown): ScimUser =>
  operationsOf(body, userAttributes).reduce(patchAttribute, user);

/** `active` is always there: Entra's SCIM validator looks for it on whoever was disabled. */
export const presentUser = ({ id, userName, externalId, emails, active }: ScimUser): object => ({
  schemas: [userSchema],
  id,
  ...(externalId !== undefined && { externalId }),
  userName,
  emails,
  active,
  meta: { resourceType: 'User', location: `/scim/v2/Users/${id}` },
});
