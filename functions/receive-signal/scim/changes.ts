import { sha256 } from '../../domain/sha256.ts';
import { foldedName, type ScimGroup, type ScimUser } from '../../stores/scim-directory.ts';
import type { Signal } from '../channel.ts';

export type ScimChangeKind = 'user-deactivated' | 'user-reactivated' | 'user-deleted' | 'member-removed';

/** Something that happened to one person, before it is on the bus. */
export interface ScimChange {
  readonly eventId: string;
  readonly change: ScimChangeKind;
  readonly user: ScimUser;
  readonly group?: ScimGroup;
}

/**
 * The same for a request that is repeated, since nothing is stored before the bus has the signals, and another one for
 * every later change, since the version has moved on by then.
 */
const eventIdOf = (...parts: readonly (string | number)[]): string => sha256(JSON.stringify(parts));

/** Renamed and switched off in one request: tags may say the old address or the new one. */
const underBothNames = (before: ScimUser, after: ScimUser): ScimUser => {
  const also = [after.userName, ...after.emails.map(({ value }) => value)];
  const known = new Set([before.userName, ...before.emails.map(({ value }) => value)].map(foldedName));
  const added = also.filter((value) => value.includes('@') && !known.has(foldedName(value)));
  return { ...before, emails: [...before.emails, ...added.map((value) => ({ value }))] };
};

/**
 * What happened to a user between two states; absent is not there. Who loses access is named as before: Entra renames
 * whom it deletes. A user that is new and inactive has a new id at every try, so that its name stands for it.
 */
export const userChanges = (before: ScimUser | undefined, after: ScimUser | undefined): ScimChange[] => {
  const change = (kind: ScimChangeKind, user: ScimUser): ScimChange[] => {
    const key = before ? before.id : `name:${foldedName(user.userName)}`;
    return [{ eventId: eventIdOf(kind, key, (before ?? user).version), change: kind, user }];
  };
  if (!after) return before ? change('user-deleted', before) : [];
  const wasActive = before?.active ?? true;
  if (wasActive === after.active) return [];
  if (after.active) return change('user-reactivated', after);
  return change('user-deactivated', before ? underBothNames(before, after) : after);
};

/** Ids of who is no longer a member. */
export const removedMembers = (before: ScimGroup | undefined, after: ScimGroup | undefined): string[] => {
  const left = new Set(after?.members);
  return (before?.members ?? []).filter((id) => !left.has(id));
};

/** One change for each of the users who are no longer members of the group. */
export const groupChanges = (group: ScimGroup, removed: readonly ScimUser[]): ScimChange[] =>
  removed.map((user) => ({
    eventId: eventIdOf('member-removed', group.id, group.version, user.id),
    change: 'member-removed',
    user,
    group,
  }));

export const signalOf = ({ eventId, change, user, group }: ScimChange, receivedAt: string): Signal => {
  const { id, userName, externalId, emails } = user;
  return {
    source: 'cutoff.scim',
    detailType: 'ScimChange',
    detail: {
      eventId,
      change,
      user: {
        id,
        userName,
        ...(externalId !== undefined && { externalId }),
        emails: emails.map(({ value }) => value),
      },
      ...(group && {
        group: {
          id: group.id,
          displayName: group.displayName,
          ...(group.externalId !== undefined && { externalId: group.externalId }),
        },
      }),
      receivedAt,
    },
  };
};
