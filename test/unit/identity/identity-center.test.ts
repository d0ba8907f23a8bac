import {
  DescribeUserCommand,
  IdentitystoreClient,
  ListGroupMembershipsCommand,
} from '@aws-sdk/client-identitystore';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  groupLookUp,
  identityCenterUserLookUp,
  membershipLookUp,
} from '../../../functions/identity/identity-center.ts';
import { MemoryLinks, MemoryMemberships } from '../../support/memory-directory.ts';
import { changeOf } from '../../support/world.ts';

const store = mockClient(IdentitystoreClient);
beforeEach(() => store.reset());

const identityStoreId = 'd-1234567890';
const userId = '11111111-2222-3333-4444-555555555555';
const subject = { format: 'opaque', id: userId } as const;
const email = { format: 'email', email: 'dana@acme.example' } as const;
const disabled = changeOf('x@acme.example', 'suspended', { subject, aliases: [] });

const center = (storeId: string | undefined = identityStoreId) => ({
  client: new IdentitystoreClient({}),
  storeId,
  links: new MemoryLinks(),
  memberships: new MemoryMemberships(),
});
const gone = Object.assign(new Error('gone'), { name: 'ResourceNotFoundException' });
const userIs = (UserStatus: 'ENABLED' | 'DISABLED') =>
  store.on(DescribeUserCommand, { IdentityStoreId: identityStoreId, UserId: userId }).resolves({
    IdentityStoreId: identityStoreId,
    UserId: userId,
    UserName: 'Dana@ACME.example',
    DisplayName: 'erin@acme.example',
    Emails: [{ Value: 'dana@acme.example', Primary: true }],
    UserStatus,
  });

describe('masked-values: an Identity Center user', () => {
  const inquiry = { ask: 'identity-center-user', identityStoreId, userId, onlyIfDisabled: true } as const;

  it('that is disabled is named by addresses, and the names are remembered', async () => {
    userIs('DISABLED');
    const deps = center();
    const { changes } = await identityCenterUserLookUp(deps)(disabled, inquiry);
    expect(changes).toMatchObject([{ subject, aliases: [email] }]);
    expect(await deps.links.personOf(email)).toBe(await deps.links.personOf(subject));
    expect(await deps.links.personOf({ format: 'email', email: 'erin@acme.example' })).toBeUndefined();
  });

  it('that was only edited is no change', async () => {
    userIs('ENABLED');
    const answer = await identityCenterUserLookUp(center())(disabled, inquiry);
    expect(answer).toEqual({ changes: [], reason: 'the user is not disabled' });
  });

  it('that is gone stays a change by its id, since the link table may know it', async () => {
    store.on(DescribeUserCommand).rejects(gone);
    const look = identityCenterUserLookUp(center());
    expect((await look(disabled, { ...inquiry, onlyIfDisabled: false })).changes).toEqual([disabled]);
    expect((await look(disabled, inquiry)).changes).toEqual([]);
  });

  it('of a store that the settings do not name is held', async () => {
    const { changes } = await identityCenterUserLookUp(center('d-0000000000'))(disabled, inquiry);
    expect(changes).toMatchObject([{ byHand: 'directory-not-configured' }]);
    expect(store.calls()).toEqual([]);
  });

  it('of an event that names no store is looked for in the one there is', async () => {
    userIs('DISABLED');
    const { changes } = await identityCenterUserLookUp(center())(disabled, {
      ...inquiry,
      identityStoreId: '',
    });
    expect(changes).toMatchObject([{ aliases: [email] }]);
  });

  it('is asked again later where the directory is down', async () => {
    store.on(DescribeUserCommand).rejects(new Error('down'));
    await expect(identityCenterUserLookUp(center())(disabled, inquiry)).rejects.toMatchObject({
      code: 'unavailable',
      retryable: true,
    });
  });
});

describe('a lost membership', () => {
  const lost = changeOf('x@acme.example', 'entitlement-removed', {
    subject: { format: 'opaque', id: 'm-1' },
  });
  const membership = { membershipId: 'm-1', groupId: 'g-1', userId };
  const entitled = { subject, entitlement: { kind: 'group', id: 'g-1' } };
  const inquiry = { ask: 'identity-center-membership', identityStoreId, membershipId: 'm-1' } as const;

  it('is named from what was seen before it was deleted, as often as the event comes', async () => {
    const deps = center();
    await deps.memberships.remember(membership);
    for (const _ of ['first', 'again']) {
      const { changes, settle } = await membershipLookUp(deps)(lost, inquiry);
      expect(changes).toMatchObject([entitled]);
      await settle?.();
    }
  });

  it('that nobody saw is held', async () => {
    const { changes } = await membershipLookUp(center())(lost, inquiry);
    expect(changes).toMatchObject([{ byHand: 'not-found-on-look-up' }]);
  });

  it('hidden in a group’s patch is found by comparing, once', async () => {
    const deps = center();
    await deps.memberships.remember(membership);
    await deps.memberships.remember({ membershipId: 'm-2', groupId: 'g-1', userId: 'other' });
    const page = (users: string[], NextToken?: string) => ({
      GroupMemberships: users.map((UserId) => ({
        ...{ IdentityStoreId: identityStoreId, MembershipId: `new-of-${UserId}` },
        MemberId: { UserId },
      })),
      ...(NextToken && { NextToken }),
    });
    store
      .on(ListGroupMembershipsCommand)
      .resolves(page(['somebody-new'], 'next'))
      .on(ListGroupMembershipsCommand, { NextToken: 'next' })
      .resolves(page(['other'])); // under another membership than before
    const ask = { ask: 'identity-center-group', identityStoreId, groupId: 'g-1' } as const;
    const { changes, settle } = await groupLookUp(deps)(lost, ask);
    expect(changes).toMatchObject([entitled]);
    await settle?.();
    expect((await groupLookUp(deps)(lost, ask)).changes).toEqual([]);
  });
});
