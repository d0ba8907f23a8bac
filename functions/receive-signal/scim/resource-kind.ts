import type {
  ScimDirectory,
  ScimGroup,
  ScimResource,
  ScimUser,
  Versioned,
} from '../../stores/scim-directory.ts';
import { groupChanges, removedMembers, type ScimChange, userChanges } from './changes.ts';
import { blankGroup, patchGroup, presentGroup, readGroup } from './groups.ts';
import { blankUser, patchUser, presentUser, readUser } from './users.ts';

/** Where users and groups differ. */
export interface ResourceKind<T extends ScimResource> {
  readonly path: 'Users' | 'Groups';
  /** Attributes that lists can be filtered by, as `attributeName` spells them. */
  readonly filters: ReadonlyMap<string, 'name' | 'externalId'>;
  blank(base: Versioned): T;
  /** A whole resource, over what was there. Throws `InvalidScim`. */
  read(body: unknown, before: T): T;
  patch(before: T, body: unknown): T;
  present(resource: T, withMembers: boolean): object;
  /** What somebody lost or got back between two states; absent is not there. */
  changes(before: T | undefined, after: T | undefined): Promise<ScimChange[]>;
}

export const userKind: ResourceKind<ScimUser> = {
  path: 'Users',
  filters: new Map([
    ['username', 'name'],
    ['externalid', 'externalId'],
  ]),
  blank: blankUser,
  read: readUser,
  patch: patchUser,
  present: presentUser,
  changes: async (before, after) => userChanges(before, after),
};

/** Members that are no users of the directory, such as groups in groups, have nothing to lose here. */
export const groupKind = ({ users }: ScimDirectory): ResourceKind<ScimGroup> => ({
  path: 'Groups',
  filters: new Map([
    ['displayname', 'name'],
    ['externalid', 'externalId'],
  ]),
  blank: blankGroup,
  read: readGroup,
  patch: patchGroup,
  present: presentGroup,
  changes: async (before, after) =>
    before ? groupChanges(before, await users.getAll(removedMembers(before, after))) : [],
});
