import { isObject } from '../../shared/json.ts';
import { mostMembers, type ScimGroup, type Versioned } from '../../stores/scim-directory.ts';
import { attributesOf, readOptionalText, readText, withExternalId } from './attributes.ts';
import { type Operation, operationsOf } from './patch-operations.ts';
import { InvalidScim } from './problem.ts';

export const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';

export const groupAttributes: ReadonlySet<string> = new Set(['displayname', 'externalid', 'members']);

/** Ids are given out by this service and have 36 characters; a group of these fits into an item of the table. */
const idPattern = /^[\x21-\x7e]{1,64}$/;

const readId = (value: unknown, field: string): string => {
  const id = isObject(value) ? attributesOf(value, field).get('value') : value;
  if (typeof id === 'string' && idPattern.test(id)) return id;
  throw new InvalidScim('invalidValue', field, 'names a member without an id');
};

/** `[{"value": ID}]`, one of them without the list, or bare ids. */
const readIds = (value: unknown, field: string): string[] =>
  [value ?? []].flat().map((one) => readId(one, field));

/** The members that an operation names: by their ids, or inside the filter. `undefined`: all of them. */
export const membersIn = ({ op, where, sub, value, field }: Operation): readonly string[] | undefined => {
  if (sub !== undefined && sub !== 'value')
    throw new InvalidScim('invalidPath', `${field}.path`, 'is not kept');
  if (where.length === 0) {
    const isWhole = op === 'remove' && (value === undefined || value === null);
    return isWhole ? undefined : readIds(value, field);
  }
  const ids = where.filter(({ attribute }) => attribute === 'value').map((one) => String(one.value));
  if (ids.length === 1 && op === 'remove') return ids;
  throw new InvalidScim('invalidFilter', `${field}.path`, 'does not remove one member by its value');
};

const patchMembers = (members: readonly string[], operation: Operation): readonly string[] => {
  const named = membersIn(operation);
  if (operation.op === 'replace') return [...new Set(named)];
  if (operation.op === 'add') return [...new Set([...members, ...(named ?? [])])];
  const removed = new Set(named ?? members);
  return members.filter((id) => !removed.has(id));
};

const bounded = (group: ScimGroup): ScimGroup => {
  if (group.members.length <= mostMembers) return group;
  throw new InvalidScim('invalidValue', 'members', `has more than ${mostMembers} entries`);
};

export const blankGroup = (base: Versioned): ScimGroup => ({ ...base, displayName: '', members: [] });

/** As with users, what a PUT does not name stays: a rename without the list of members removes nobody. */
export const readGroup = (body: unknown, before: ScimGroup): ScimGroup => {
  const attributes = attributesOf(body, 'body');
  const members = attributes.has('members')
    ? [...new Set(readIds(attributes.get('members'), 'members'))]
    : before.members;
  const displayName = readText(attributes.get('displayname') ?? before.displayName, 'displayName');
  const group = bounded({ ...before, displayName, members });
  if (!attributes.has('externalid')) return group;
  return withExternalId(group, readOptionalText(attributes.get('externalid'), 'externalId'));
};

const patchAttribute = (group: ScimGroup, operation: Operation): ScimGroup => {
  const { op, attribute, where, sub, value, field } = operation;
  if (attribute === 'members') return { ...group, members: patchMembers(group.members, operation) };
  if (where.length > 0 || sub) throw new InvalidScim('invalidPath', `${field}.path`, 'is a simple attribute');
  if (attribute === 'externalid') {
    return withExternalId(group, op === 'remove' ? undefined : readOptionalText(value, field));
  }
  if (op === 'remove') throw new InvalidScim('mutability', field, 'removes a required attribute');
  return { ...group, displayName: readText(value, field) };
};

export const patchGroup = (group: ScimGroup, body: unknown): ScimGroup =>
  bounded(operationsOf(body, groupAttributes).reduce(patchAttribute, group));

export const presentGroup = (
  { id, displayName, externalId, members }: ScimGroup,
  withMembers: boolean,
): object => ({
  schemas: [groupSchema],
  id,
  ...(externalId !== undefined && { externalId }),
  displayName,
  ...(withMembers && { members: members.map((value) => ({ value })) }),
  meta: { resourceType: 'Group', location: `/scim/v2/Groups/${id}` },
});
