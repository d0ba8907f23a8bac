import {
  CreateGroupMembershipCommand,
  DeleteGroupCommand,
  DeleteGroupMembershipCommand,
  DeleteUserCommand,
  ListGroupMembershipsForMemberCommand,
} from '@aws-sdk/client-identitystore';
import { expect, it } from 'vitest';
import type { CredentialRevoker, Search } from '../../functions/credentials/credential-revoker.ts';
import { IdentityCenterMembershipRevoker } from '../../functions/credentials/identity-center-membership.ts';
import type { IdentityCenterMembership } from '../../functions/domain/credential.ts';
import { describeRevokerContract } from './credential-revoker.contract.ts';
import { addGroup, addPerson, type Center, centerOf, dependenciesOn } from './identity-center-world.ts';
import { inMemoryOnly, onEveryStandIn, type StandIn } from './stand-ins.ts';
import { addUser, order } from './worlds.ts';

const revokerOn = (aws: StandIn, center?: Center): CredentialRevoker<IdentityCenterMembership> =>
  new IdentityCenterMembershipRevoker(dependenciesOn(aws, center));

const byId = (id: string): Search => ({ for: 'subject', subjects: [{ format: 'opaque', id }] });
const byEmail = (email: string): Search => ({ for: 'subject', subjects: [{ format: 'email', email }] });

const membershipsOf = async ({ admin }: StandIn, { IdentityStoreId }: Center, UserId: string) => {
  const list = new ListGroupMembershipsForMemberCommand({ IdentityStoreId, MemberId: { UserId } });
  return (await admin.identityStore.send(list)).GroupMemberships ?? [];
};

// moto pages nothing by itself, lists the memberships of a user who is gone, and takes the same membership twice.
onEveryStandIn((standIn) => {
  describeRevokerContract('identity-center-membership', async () => {
    const aws = standIn();
    const center = await centerOf(aws);
    const { user, email } = await addPerson(aws, center);
    const credential = await addGroup(aws, center, user);
    const { IdentityStoreId } = center;
    return {
      revoker: revokerOn(aws, center),
      credential,
      order,
      log: aws.log,
      finds: [byId(user), byEmail(email)],
      ignores: [
        { for: 'everyone' },
        { for: 'principal', principal: await addUser(aws) },
        byId('ada'),
        byEmail('nobody@example.com'),
      ],
      missingAction: 'identitystore:ListGroupMembershipsForMember',
      cutByOthers: async () => {
        const [membership] = await membershipsOf(aws, center, user);
        const { MembershipId } = membership ?? {};
        await aws.admin.identityStore.send(
          new DeleteGroupMembershipCommand({ IdentityStoreId, MembershipId }),
        );
      },
      deletedByOthers: async () => {
        await aws.admin.identityStore.send(new DeleteUserCommand({ IdentityStoreId, UserId: user }));
      },
    };
  });

  it('finds every membership of the user, on every page, and ends one only', async () => {
    const aws = standIn();
    const center = await centerOf(aws);
    const { user, email } = await addPerson(aws, center);
    const own = [];
    for (const _ of [1, 2, 3]) own.push(await addGroup(aws, center, user));
    const revoker = revokerOn(aws, center);
    expect(await Array.fromAsync(revoker.discover(byId(user)))).toEqual(
      own.map((credential) => ({
        credential,
        facts: {
          arn: '',
          name: credential.group,
          tags: {},
          inherentOwners: [`opaque:${user}`, `email:${email}`],
        },
      })),
    );
    const [first, second, third] = own as [
      IdentityCenterMembership,
      IdentityCenterMembership,
      IdentityCenterMembership,
    ];
    await revoker.revoke(third, order);
    const states = [];
    for (const one of [first, second, third]) states.push((await revoker.inspect(one, order)).state);
    expect(states).toEqual(['live', 'live', 'dead']);
  });

  it('leaves others in the group', async () => {
    const aws = standIn();
    const center = await centerOf(aws);
    const [ada, grace] = [await addPerson(aws, center), await addPerson(aws, center)];
    const credential = await addGroup(aws, center, ada.user);
    const { IdentityStoreId } = center;
    const input = { IdentityStoreId, GroupId: credential.group, MemberId: { UserId: grace.user } };
    await aws.admin.identityStore.send(new CreateGroupMembershipCommand(input));
    await revokerOn(aws, center).revoke(credential, order);
    expect(await membershipsOf(aws, center, grace.user)).toHaveLength(1);
  });

  it('makes one membership, however often it is restored', async () => {
    const aws = standIn();
    const center = await centerOf(aws);
    const { user } = await addPerson(aws, center);
    const credential = await addGroup(aws, center, user);
    const revoker = revokerOn(aws, center);
    const { original } = await revoker.inspect(credential, order);
    await revoker.restore(credential, original);
    expect(await membershipsOf(aws, center, user)).toHaveLength(1);
  });

  it('restores nothing of a group that is gone', async () => {
    const aws = standIn();
    const center = await centerOf(aws);
    const { user } = await addPerson(aws, center);
    const credential = await addGroup(aws, center, user);
    const revoker = revokerOn(aws, center);
    const { original } = await revoker.inspect(credential, order);
    await revoker.revoke(credential, order);
    const { IdentityStoreId } = center;
    await aws.admin.identityStore.send(
      new DeleteGroupCommand({ IdentityStoreId, GroupId: credential.group }),
    );
    await revoker.restore(credential, original);
    expect((await revoker.inspect(credential, order)).state).toBe('dead');
  });

  it('looks for nothing, and calls nothing, where the settings name no instance', async () => {
    const aws = standIn();
    const center = await centerOf(aws);
    const { user } = await addPerson(aws, center);
    const revoker = revokerOn(aws);
    expect(revoker.isConfigured).toBe(false);
    expect(await Array.fromAsync(revoker.discover(byId(user)))).toEqual([]);
    expect(aws.log.calls).toEqual([]);
  });
});

inMemoryOnly('moto makes a directory of any name', (standIn) => {
  it('takes nobody for gone because the directory itself is not found', async () => {
    const aws = standIn();
    const center = await centerOf(aws);
    const { user } = await addPerson(aws, center);
    const credential = await addGroup(aws, center, user);
    const revoker = revokerOn(aws, { ...center, IdentityStoreId: 'd-0000000000' });
    await expect(revoker.inspect(credential, order)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(revoker.describe(credential)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
