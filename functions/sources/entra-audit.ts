import { z } from 'zod';
import type { ChangeKind } from '../domain/change.ts';
import type { Entitlement } from '../domain/entitlement.ts';
import { InvalidInput } from '../domain/errors.ts';
import type { Understood } from './event-source.ts';
import { anything, id, instant, label, type Names, nameOf, personNames, text } from './fields.ts';
import { type Finding, type Findings, understoodOf } from './finding.ts';
import { readDetail } from './read-detail.ts';

const property = z.object({ displayName: anything, oldValue: anything });
const target = z.looseObject({ type: anything });
type Target = z.output<typeof target>;

/** A record of the category AuditLogs, as diagnostic settings export it ("directoryAudit resource type", Graph docs). */
const recordSchema = z.object({
  operationName: text,
  properties: z.object({
    id,
    result: text,
    activityDateTime: instant,
    targetResources: z.array(target).nullish(),
  }),
});
type AuditRecord = z.output<typeof recordSchema>;

interface Meaning {
  readonly change: ChangeKind;
  readonly lost?: { readonly kind: Entitlement['kind']; readonly type: string; readonly property?: string };
}

const sessions: Meaning = { change: 'session-revoked' };
const lost = (what: NonNullable<Meaning['lost']>): Meaning => ({ change: 'entitlement-removed', lost: what });

/** "Microsoft Entra audit log categories and activities", in lower case: spellings vary between services. */
const meanings: ReadonlyMap<string, Meaning> = new Map([
  ['disable account', { change: 'deactivated' }],
  ['enable account', { change: 'reactivated' }],
  ['restore user', { change: 'reactivated' }],
  ['delete user', { change: 'deleted' }],
  ['hard delete user', { change: 'deleted' }],
  ['remove member from group', lost({ kind: 'group', type: 'Group', property: 'Group' })],
  ['remove member from role', lost({ kind: 'role', type: 'Role', property: 'Role' })],
  ['remove app role assignment from user', lost({ kind: 'application', type: 'ServicePrincipal' })],
  ['revoke refresh tokens', sessions],
  ['update stsrefreshtokenvalidfrom timestamp', sessions],
  ['change user password', sessions],
  ['reset user password', sessions],
  ['reset password', sessions],
  ['reset password (by admin)', sessions],
  ['reset password (self-service)', sessions],
  ['change password (self-service)', sessions],
  ['disable strong authentication', sessions],
  ['admin deleted security info', sessions],
]);

const field = 'detail.properties.targetResources';
const userSchema = z.object({ id, userPrincipalName: z.string().nullish() });

/** Deleted users' names begin with their object id, so that the name is free: what follows is the name they had. */
const nameBeforeDeletion = (upn: string, own: string): string => {
  const prefix = own.replaceAll('-', '').toLowerCase();
  return upn.toLowerCase().startsWith(prefix) ? upn.slice(prefix.length) : upn;
};

const namesOf = (user: Target): Names => {
  const { id: own, userPrincipalName: upn } = readDetail(userSchema, user, field);
  // A guest's name is made of an address and is none.
  const address = upn && !upn.toUpperCase().includes('#EXT#') ? nameBeforeDeletion(upn, own) : undefined;
  return personNames(own, address);
};

/** Values are JSON texts in JSON: `"\"ee95…\""`. */
const unquoted = (value: unknown): string | undefined => {
  if (typeof value !== 'string') return undefined;
  try {
    return z.string().safeParse(JSON.parse(value)).data;
  } catch {
    return value;
  }
};

const oldValue = (user: Target, name: string): string | undefined => {
  const properties = z.array(property).safeParse(user.modifiedProperties).data ?? [];
  return unquoted(properties.find(({ displayName }) => displayName === name)?.oldValue) || undefined;
};

/** What was left, from the user's own changed properties, else from the target of its type. */
const entitlementOf = (
  user: Target,
  all: readonly Target[],
  what: NonNullable<Meaning['lost']>,
): Entitlement => {
  const other = all.find(({ type }) => type === what.type);
  const own = what.property && oldValue(user, `${what.property}.ObjectID`);
  const name = (what.property && oldValue(user, `${what.property}.DisplayName`)) || other?.displayName;
  const found = id.safeParse(own ?? other?.id);
  if (!found.success) throw new InvalidInput(field, `does not say which ${what.kind} was left`);
  return { kind: what.kind, id: found.data, ...nameOf(label.parse(name)) };
};

const understand = ({ operationName, properties }: AuditRecord): Findings => {
  const meaning = meanings.get(operationName.trim().replace(/\.$/, '').toLowerCase());
  if (!meaning) return `${operationName} does not end anybody's access`;
  if (properties.result.toLowerCase() !== 'success') return `result ${properties.result} changed nothing`;
  const all = properties.targetResources ?? [];
  const users = all.filter(({ type }) => type === 'User');
  if (all.length === 0) throw new InvalidInput(field, 'is empty');
  // Devices and service principals are members of groups too.
  if (users.length === 0) return `${operationName}: not a user`;
  return users.map(
    (user): Finding => ({
      change: meaning.change,
      names: namesOf(user),
      reason: operationName,
      ...(meaning.lost && { entitlement: entitlementOf(user, all, meaning.lost) }),
    }),
  );
};

/** Who did it is in `initiatedBy`, and is not asked. */
export const understandAudit = (detail: unknown): Understood => {
  const record = readDetail(recordSchema, detail);
  const { id: eventId, activityDateTime: occurredAt } = record.properties;
  return understoodOf({ source: 'entra', eventId, occurredAt }, understand(record));
};
