import { z } from 'zod';
import type { ChangeKind } from '../domain/change.ts';
import {
  type CloudTrailRecord,
  type Meaning,
  type Meant,
  parametersOf,
  unmasked,
} from './cloudtrail-record.ts';

/** "UserId", "GroupId" and "MembershipId" in the Identity Store API Reference; the prefix is an old store's. */
const id = z
  .string()
  .regex(
    /^([0-9a-f]{10}-)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    'is not an id of the identity store',
  );

/** Which field of `requestParameters` holds the id: SCIM calls it `id` for users and groups alike. */
type IdField = 'id' | 'userId' | 'groupId' | 'membershipId';

const idIn = (record: CloudTrailRecord, field: IdField): string =>
  parametersOf(z.object({ [field]: id }), record)[field] as string;

const storeSchema = z.object({ identityStoreId: unmasked });

/**
 * Empty where the event names no store: SCIM gives the id of its own tenant, and assignments that of the instance.
 * An account or organisation has one store.
 */
const storeOf = ({ requestParameters }: CloudTrailRecord): string =>
  storeSchema.safeParse(requestParameters).data?.identityStoreId ?? '';

/** Events mask every name, so the user is asked for under the id, which survives a rename. */
const user = (record: CloudTrailRecord, userId: string, onlyIfDisabled = false) =>
  ({
    subject: { format: 'opaque', id: userId },
    ask: { ask: 'identity-center-user', identityStoreId: storeOf(record), userId, onlyIfDisabled },
  }) as const;

export const ofUser =
  (change: ChangeKind, field: IdField): Meaning =>
  (record) => [{ change, ...user(record, idIn(record, field)) }];

/** A call that may disable somebody or only rename them: SCIM's `active` is masked, so the user is looked at. */
export const maybeDisabled =
  (field: IdField): Meaning =>
  (record) => [{ change: 'suspended', ...user(record, idIn(record, field), true) }];

const groupCompared = (record: CloudTrailRecord, groupId: string): Meant => ({
  change: 'entitlement-removed',
  subject: { format: 'opaque', id: groupId },
  ask: { ask: 'identity-center-group', identityStoreId: storeOf(record), groupId },
});

/** Who left, or that anybody did, is hidden; a deleted group is left by all. */
export const ofGroup =
  (field: IdField): Meaning =>
  (record) => [groupCompared(record, idIn(record, field))];

export const membershipDeleted: Meaning = (record) => {
  const membershipId = idIn(record, 'membershipId');
  const ask = { ask: 'identity-center-membership', identityStoreId: storeOf(record), membershipId } as const;
  return [{ change: 'entitlement-removed', subject: { format: 'opaque', id: membershipId }, ask }];
};

const memberSchema = z.union([
  z.object({ member: z.object({ memberId: id }) }).transform(({ member }) => member.memberId),
  z.object({ memberId: z.object({ userId: id }) }).transform(({ memberId }) => memberId.userId),
  z.object({ memberId: id }).transform(({ memberId }) => memberId),
]);

/**
 * Assumption: the console's call names the member in one of these ways; no record of it was found in public. One that
 * does not is answered by comparing the group.
 */
export const memberRemoved: Meaning = (record) => {
  const groupId = idIn(record, 'groupId');
  const member = memberSchema.safeParse(record.requestParameters).data;
  if (member === undefined) return [groupCompared(record, groupId)];
  const entitlement = { kind: 'group', id: groupId } as const;
  return [{ change: 'entitlement-removed', ...user(record, member), entitlement }];
};

const assignmentSchema = z.object({ principalType: z.string(), principalId: id });

/** A permission set or an application that is no longer somebody's. What a group loses names none of its members. */
export const assignmentDeleted =
  (kind: 'role' | 'application', field: 'permissionSetArn' | 'applicationArn'): Meaning =>
  (record) => {
    const { principalType, principalId } = parametersOf(assignmentSchema, record);
    if (principalType !== 'USER') return 'a group lost it, and its members are not named';
    const arn = parametersOf(z.object({ [field]: unmasked }), record)[field] as string;
    return [{ change: 'entitlement-removed', ...user(record, principalId), entitlement: { kind, id: arn } }];
  };
