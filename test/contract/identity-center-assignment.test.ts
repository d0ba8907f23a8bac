import { DeleteUserCommand } from '@aws-sdk/client-identitystore';
import { CreateAccountAssignmentCommand, DeleteAccountAssignmentCommand } from '@aws-sdk/client-sso-admin';
import { expect, it } from 'vitest';
import type { CredentialRevoker, Search } from '../../functions/credentials/credential-revoker.ts';
import { IdentityCenterAssignmentRevoker } from '../../functions/credentials/identity-center-assignment.ts';
import type { IdentityCenterAssignment } from '../../functions/domain/credential.ts';
import { describeRevokerContract } from './credential-revoker.contract.ts';
import {
  addAssignment,
  addGroup,
  addPerson,
  type Center,
  centerOf,
  dependenciesOn,
  inputOf,
} from './identity-center-world.ts';
import { home, onEveryStandIn, type StandIn } from './stand-ins.ts';
import { addUser, order } from './worlds.ts';

const revokerOn = (aws: StandIn, center?: Center): CredentialRevoker<IdentityCenterAssignment> =>
  new IdentityCenterAssignmentRevoker(dependenciesOn(aws, center));

const byId = (id: string): Search => ({ for: 'subject', subjects: [{ format: 'opaque', id }] });
const byEmail = (email: string): Search => ({ for: 'subject', subjects: [{ format: 'email', email }] });

const listedBy = async (revoker: CredentialRevoker<IdentityCenterAssignment>, search: Search) =>
  (await Array.fromAsync(revoker.discover(search))).map(({ credential }) => credential);

// moto pages nothing by itself, and lists of a user no more than what they have directly.
onEveryStandIn((standIn) => {
  describeRevokerContract('identity-center-assignment', async () => {
    const aws = standIn();
    const center = await centerOf(aws);
    const { user, email } = await addPerson(aws, center);
    const credential = await addAssignment(aws, center, { user });
    return {
      revoker: revokerOn(aws, center),
      credential,
      order,
      log: aws.log,
      finds: [{ for: 'everyone' }, byId(user), byEmail(email)],
      ignores: [
        { for: 'principal', principal: await addUser(aws) },
        byId('ada'),
        byEmail('nobody@example.com'),
      ],
      missingAction: 'sso:DeleteAccountAssignment',
      cutByOthers: async () => {
        await aws.admin.ssoAdmin.send(new DeleteAccountAssignmentCommand(inputOf(center, credential)));
      },
      deletedByOthers: async () => {
        const { IdentityStoreId } = center;
        await aws.admin.identityStore.send(new DeleteUserCommand({ IdentityStoreId, UserId: user }));
      },
    };
  });

  it('finds all that the user has directly, on every page, and nothing that comes through a group', async () => {
    const aws = standIn();
    const center = await centerOf(aws);
    const { user } = await addPerson(aws, center);
    const own = [];
    for (const _ of [1, 2, 3]) own.push(await addAssignment(aws, center, { user }));
    const { group } = await addGroup(aws, center, user);
    const shared = await addAssignment(aws, center, { user: group, type: 'GROUP' });
    const revoker = revokerOn(aws, center);
    expect(await listedBy(revoker, byId(user))).toEqual(own);
    const everyone = await listedBy(revoker, { for: 'everyone' });
    expect(everyone).toEqual(expect.arrayContaining(own));
    expect(everyone.map(({ permissionSet }) => permissionSet)).not.toContain(shared.permissionSet);
  });

  it('touches one assignment only', async () => {
    const aws = standIn();
    const center = await centerOf(aws);
    const { user } = await addPerson(aws, center);
    const [first, second] = [
      await addAssignment(aws, center, { user }),
      await addAssignment(aws, center, { user }),
    ];
    const revoker = revokerOn(aws, center);
    await revoker.revoke(first, order);
    expect((await revoker.inspect(first, order)).state).toBe('dead');
    expect((await revoker.inspect(second, order)).state).toBe('live');
  });

  it('does not take the assignment to another account for this one', async () => {
    const aws = standIn();
    const center = await centerOf(aws);
    const { user } = await addPerson(aws, center);
    const credential = await addAssignment(aws, center, { user });
    const elsewhere = { ...inputOf(center, credential), TargetId: '999999999999' };
    await aws.admin.ssoAdmin.send(new CreateAccountAssignmentCommand(elsewhere));
    const revoker = revokerOn(aws, center);
    await revoker.revoke(credential, order);
    expect((await revoker.inspect(credential, order)).state).toBe('dead');
  });

  it('tells whose it is by the id and the addresses of its user, and protects it with its permission set', async () => {
    const aws = standIn();
    const center = await centerOf(aws);
    const { user, email } = await addPerson(aws, center);
    const credential = await addAssignment(aws, center, { user });
    const revoker = revokerOn(aws, center);
    const facts = {
      arn: credential.permissionSet,
      name: `${home.account} ${credential.permissionSet.split('/').at(-1)}`,
      tags: {},
      inherentOwners: [`opaque:${user}`, `email:${email}`],
    };
    expect(await revoker.describe(credential)).toEqual(facts);
    for (const search of [byId(user), byEmail(email)]) {
      expect(await Array.fromAsync(revoker.discover(search))).toEqual([{ credential, facts }]);
    }
  });

  it('looks an address up only where none of the ids is in the directory', async () => {
    const aws = standIn();
    const center = await centerOf(aws);
    const [ada, grace] = [await addPerson(aws, center), await addPerson(aws, center)];
    const assignment = await addAssignment(aws, center, { user: grace.user });
    const revoker = revokerOn(aws, center);
    const address = { format: 'email', email: grace.email } as const;
    const search = (id: string): Search => ({
      for: 'subject',
      subjects: [{ format: 'opaque', id }, address],
    });
    expect(await listedBy(revoker, search(ada.user))).toEqual([]);
    expect(await listedBy(revoker, search('11111111-2222-3333-4444-555555555555'))).toEqual([assignment]);
  });

  it('still finds what a user left behind who is gone', async () => {
    const aws = standIn();
    const center = await centerOf(aws);
    const { user } = await addPerson(aws, center);
    const credential = await addAssignment(aws, center, { user });
    const { IdentityStoreId } = center;
    await aws.admin.identityStore.send(new DeleteUserCommand({ IdentityStoreId, UserId: user }));
    const revoker = revokerOn(aws, center);
    const [found] = await Array.fromAsync(revoker.discover(byId(user)));
    expect(found).toMatchObject({ credential, facts: { inherentOwners: [`opaque:${user}`] } });
    expect((await revoker.inspect(credential, order)).state).toBe('live');
  });

  it('is assigned again also while it is still listed, since its deletion may not have ended', async () => {
    const aws = standIn();
    const center = await centerOf(aws);
    const { user } = await addPerson(aws, center);
    const credential = await addAssignment(aws, center, { user });
    const revoker = revokerOn(aws, center);
    const { original } = await revoker.inspect(credential, order);
    await revoker.restore(credential, original);
    expect(aws.log.calls).toContain('CreateAccountAssignment');
    expect((await revoker.inspect(credential, order)).state).toBe('live');
  });

  it('looks for nothing, and calls nothing, where the settings name no instance', async () => {
    const aws = standIn();
    const center = await centerOf(aws);
    const { user } = await addPerson(aws, center);
    const credential = await addAssignment(aws, center, { user });
    const revoker = revokerOn(aws);
    expect(revoker.isConfigured).toBe(false);
    for (const search of [byId(user), { for: 'everyone' } as const]) {
      expect(await listedBy(revoker, search)).toEqual([]);
    }
    await expect(revoker.inspect(credential, order)).rejects.toMatchObject({ code: 'foreign-account' });
    expect(aws.log.calls).toEqual([]);
  });
});
