import {
  IdentitystoreClient,
  ListGroupMembershipsCommand,
  ListGroupsCommand,
  ListUsersCommand,
} from '@aws-sdk/client-identitystore';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { learnDirectory } from '../../../functions/identity/directory-inventory.ts';
import { MemoryLinks, MemoryMemberships } from '../../support/memory-directory.ts';

const store = mockClient(IdentitystoreClient);
const IdentityStoreId = 'd-1234567890';
const user = (UserId: string, UserName: string) => ({ IdentityStoreId, UserId, UserName });
const membership = (MembershipId: string, UserId: string) => ({
  IdentityStoreId,
  MembershipId,
  MemberId: { UserId },
});

beforeEach(() => {
  store.reset();
  store
    .on(ListUsersCommand)
    .resolves({ Users: [user('u-1', 'dana@acme.example')], NextToken: 'more' })
    .on(ListUsersCommand, { IdentityStoreId, NextToken: 'more', MaxResults: 100 })
    .resolves({ Users: [user('u-2', 'erin@acme.example'), user('u-3', 'no-address')] })
    .on(ListGroupsCommand)
    .resolves({ Groups: [{ IdentityStoreId, GroupId: 'g-1' }] })
    .on(ListGroupMembershipsCommand, { GroupId: 'g-1' })
    .resolves({ GroupMemberships: [membership('m-1', 'u-1')] });
});

const deps = () => ({
  client: new IdentitystoreClient({}),
  storeId: IdentityStoreId,
  links: new MemoryLinks(),
  memberships: new MemoryMemberships(),
});

it('learns who is who and who is where, from every page', async () => {
  const all = deps();
  expect(await learnDirectory(all)).toEqual({ linked: 2, contested: 0, memberships: 1 });
  const person = await all.links.personOf({ format: 'opaque', id: 'u-2' });
  expect(await all.links.personOf({ format: 'email', email: 'erin@acme.example' })).toBe(person);
  expect(await all.memberships.byId('m-1')).toEqual({ membershipId: 'm-1', groupId: 'g-1', userId: 'u-1' });
});

it('takes no name from whom it belongs to already, and says so', async () => {
  const all = deps();
  const email = { format: 'email', email: 'dana@acme.example' } as const;
  await all.links.link([email, { format: 'opaque', id: '00uDana' }]);
  await all.links.link([
    { format: 'opaque', id: 'u-1' },
    { format: 'opaque', id: 'somebody-else' },
  ]);
  expect(await learnDirectory(all)).toMatchObject({ linked: 1, contested: 1 });
});

it('keeps a membership that is gone, for the event that tells of it', async () => {
  const all = deps();
  await learnDirectory(all);
  store.on(ListGroupMembershipsCommand, { GroupId: 'g-1' }).resolves({ GroupMemberships: [] });
  expect(await learnDirectory(all)).toMatchObject({ memberships: 0 });
  expect(await all.memberships.ofGroup('g-1')).toHaveLength(1);
});
