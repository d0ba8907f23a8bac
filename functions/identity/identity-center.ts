import {
  DescribeUserCommand,
  type IdentitystoreClient,
  type ListGroupMembershipsResponse,
  paginateListGroupMemberships,
  type User,
} from '@aws-sdk/client-identitystore';
import { calling, callingPages } from '../credentials/aws-errors.ts';
import type { Change } from '../domain/change.ts';
import { distinctSubjects, type Subject } from '../domain/subject.ts';
import type { Links } from '../stores/links.ts';
import type { Membership, Memberships } from '../stores/memberships.ts';
import { addressesIn } from './addresses.ts';
import { held, type LookUp, nothing } from './look-up.ts';
import { unlessNotFound } from './unless-not-found.ts';

export interface IdentityCenter {
  readonly client: IdentitystoreClient;
  /** The one store that the settings name. */
  readonly storeId: string;
  readonly links: Pick<Links, 'assign'>;
  readonly memberships: Memberships;
}

/** What a user is called there: its UUID, and the addresses among its user name and emails. */
export const namesOf = ({ UserId = '', UserName, Emails = [] }: Partial<User>): Subject[] => {
  const addresses = addressesIn([UserName, ...Emails.map(({ Value }) => Value)]);
  return distinctSubjects([{ format: 'opaque', id: UserId }, ...addresses]);
};

/** Events of its SCIM endpoint and of assignments name no store, and a directory is one an organisation: it is ours. */
const isThere = (named: string, configured: string): boolean => named === '' || named === configured;

/** The user as it is now. Events mask names; what is learnt here is remembered for the event of the deletion. */
export const identityCenterUserLookUp =
  ({ client, storeId, links }: IdentityCenter): LookUp<'identity-center-user'> =>
  async (change, { identityStoreId, userId, onlyIfDisabled }) => {
    if (!isThere(identityStoreId, storeId)) return held(change, 'directory-not-configured');
    const describe = new DescribeUserCommand({ IdentityStoreId: storeId, UserId: userId });
    const user = await unlessNotFound(calling('identitystore:DescribeUser', () => client.send(describe)));
    // Gone: the link table may still know who it was; `identify` asks it.
    if (!user) return onlyIfDisabled ? nothing('the user is gone') : { changes: [change] };
    if (onlyIfDisabled && user.UserStatus !== 'DISABLED') return nothing('the user is not disabled');
    const [id, ...emails] = namesOf({ ...user, UserId: userId });
    if (id && emails.length > 0) await links.assign(id, emails);
    return { changes: [{ ...change, aliases: emails }] };
  };

const lost = (change: Change, { userId, groupId }: Membership): Change => ({
  ...change,
  subject: { format: 'opaque', id: userId },
  entitlement: { kind: 'group', id: groupId },
});

/** A deleted membership says neither whose it was nor of which group; the last inventory does. */
export const membershipLookUp =
  ({ memberships }: IdentityCenter): LookUp<'identity-center-membership'> =>
  async (change, { membershipId }) => {
    const membership = await memberships.byId(membershipId);
    if (!membership) return held(change, 'not-found-on-look-up');
    return { changes: [lost(change, membership)], settle: () => memberships.leave(membership) };
  };

const usersIn = (pages: readonly ListGroupMembershipsResponse[]): Set<string> =>
  new Set(
    pages.flatMap((page) => page.GroupMemberships ?? []).flatMap(({ MemberId }) => MemberId?.UserId ?? []),
  );

/** Who is no longer in the group, by comparing it with what is remembered. Nobody is lost who was never seen in it. */
export const groupLookUp =
  ({ client, storeId, memberships }: IdentityCenter): LookUp<'identity-center-group'> =>
  async (change, { identityStoreId, groupId }) => {
    if (!isThere(identityStoreId, storeId)) return held(change, 'directory-not-configured');
    const before = await memberships.ofGroup(groupId);
    const pages = paginateListGroupMemberships(
      { client, pageSize: 100 },
      { IdentityStoreId: storeId, GroupId: groupId },
    );
    const listing = Array.fromAsync(callingPages('identitystore:ListGroupMemberships', pages));
    const now = usersIn((await unlessNotFound(listing)) ?? []);
    // By user: one who was taken out and put in again has another membership, and lost nothing.
    const gone = before.filter(({ userId }) => !now.has(userId));
    if (gone.length === 0) return nothing('nobody who was known to be in the group has left it');
    const settle = async () => {
      for (const membership of gone) await memberships.leave(membership);
    };
    return { changes: gone.map((membership) => lost(change, membership)), settle };
  };
