import { attributesOf, readBoolean } from './attributes.ts';
import type { ScimChangeKind } from './changes.ts';
import { groupAttributes, membersIn } from './groups.ts';
import { operationsOf } from './patch-operations.ts';
import { userAttributes } from './users.ts';

/** A request as it was recorded; `body` is its JSON. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** Without `userId`: the user that is made, or whoever is a member and is not named again. */
export interface RequestMeaning {
  readonly change: ScimChangeKind;
  readonly userId?: string;
  readonly groupId?: string;
}

const ofActive = (isActive: boolean): ScimChangeKind => (isActive ? 'user-reactivated' : 'user-deactivated');

const ofUserPatch = (body: unknown, userId: string): RequestMeaning[] => {
  const active = operationsOf(body, userAttributes).findLast(({ attribute }) => attribute === 'active');
  return active ? [{ change: ofActive(readBoolean(active.value, active.field)), userId }] : [];
};

/** A whole user that is active is an update like any other: whether it was inactive before is not in the request. */
const ofWholeUser = (body: unknown, userId: string | undefined): RequestMeaning[] => {
  const active = attributesOf(body, 'body').get('active') ?? true;
  return readBoolean(active, 'active') ? [] : [{ change: 'user-deactivated', ...(userId && { userId }) }];
};

const ofGroupPatch = (body: unknown, groupId: string): RequestMeaning[] => {
  const removed = new Set<string | undefined>();
  for (const operation of operationsOf(body, groupAttributes)) {
    if (operation.attribute !== 'members') continue;
    const named = membersIn(operation);
    if (operation.op === 'replace' || !named) removed.add(undefined);
    for (const id of named ?? []) {
      if (operation.op === 'remove') removed.add(id);
      else removed.delete(id);
    }
  }
  return [...removed].map((userId) => ({ change: 'member-removed', ...(userId && { userId }), groupId }));
};

const ofUser = (method: string, body: unknown, id: string | undefined): RequestMeaning[] => {
  if (method === 'POST' && !id) return ofWholeUser(body, undefined);
  if (method === 'PUT' && id) return ofWholeUser(body, id);
  if (method === 'PATCH' && id) return ofUserPatch(body, id);
  return method === 'DELETE' && id ? [{ change: 'user-deleted', userId: id }] : [];
};

const ofGroup = (method: string, body: unknown, id: string | undefined): RequestMeaning[] => {
  if (method === 'PATCH' && id) return ofGroupPatch(body, id);
  const isReplaced = method === 'PUT' && attributesOf(body, 'body').has('members');
  return id && (isReplaced || method === 'DELETE') ? [{ change: 'member-removed', groupId: id }] : [];
};

/**
 * What a recorded request means without the directory, which alone knows who was active or a member before. Pure.
 * Nothing for paths that are none of SCIM's; throws `InvalidScim`, naming the field, where the body cannot be read.
 */
export const scimRequestOf = ({ method, path, body }: RecordedRequest): RequestMeaning[] => {
  const [, endpoint, id] = /\/(Users|Groups)(?:\/([^/?]+))?\/?(?:\?.*)?$/.exec(path) ?? [];
  if (endpoint === 'Users') return ofUser(method.toUpperCase(), body, id);
  return endpoint === 'Groups' ? ofGroup(method.toUpperCase(), body, id) : [];
};
