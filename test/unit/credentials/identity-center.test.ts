import * as identitystore from '@aws-sdk/client-identitystore';
import * as sso from '@aws-sdk/client-sso-admin';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { IdentityCenterAssignmentRevoker } from '../../../functions/credentials/identity-center-assignment.ts';
import type { IdentityCenterDependencies } from '../../../functions/credentials/identity-center-instance.ts';
import { IdentityCenterMembershipRevoker } from '../../../functions/credentials/identity-center-membership.ts';
import type { IdentityCenterAssignment } from '../../../functions/domain/credential.ts';
import { credentialsSchema } from '../../../functions/domain/credential-settings.ts';
import type { Subject } from '../../../functions/domain/subject.ts';
import { awsClients } from '../../../functions/shared/aws-clients.ts';

const admin = mockClient(sso.SSOAdminClient);
const store = mockClient(identitystore.IdentitystoreClient);

const home = { account: '123456789012', region: 'eu-west-1' };
const place = { account: home.account, region: 'eu-central-1' };
const identityCenterInstanceArn = 'arn:aws:sso:::instance/ssoins-1234567890abcdef';
const identityStoreId = 'd-1234567890';
const user = '11111111-2222-3333-4444-555555555555';
const permissionSet = 'arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-1234567890abcdef';
const target = '210987654321';
const listed = {
  AccountId: target,
  PermissionSetArn: permissionSet,
  PrincipalType: 'USER' as const,
  PrincipalId: user,
};

const dependencies: IdentityCenterDependencies = {
  clients: awsClients(home, place.region),
  home,
  settings: credentialsSchema.parse({ identityCenterInstanceArn }),
  identityCenter: { identityStoreId, region: place.region },
};
const assignments = new IdentityCenterAssignmentRevoker(dependencies);
const memberships = new IdentityCenterMembershipRevoker(dependencies);

const id = `${target}/${user}/${permissionSet}`;
const assignment: IdentityCenterAssignment = {
  kind: 'identity-center-assignment',
  ...place,
  id,
  target,
  permissionSet,
  user,
};
const membership = {
  kind: 'identity-center-membership',
  ...place,
  id: `g1/${user}`,
  group: 'g1',
  user,
} as const;

const named = <E>(Thrown: new (options: never) => E, more: object = {}): E =>
  new Thrown({ message: 'secret words', $metadata: {}, ...more } as never);
const noUser = () => named(identitystore.ResourceNotFoundException, { ResourceType: 'USER' });

const discovered = async (subjects: readonly Subject[]) =>
  (await Array.fromAsync(assignments.discover({ for: 'subject', subjects }))).map(
    ({ credential }) => credential,
  );

beforeEach(() => {
  admin.reset();
  store.reset();
  admin.onAnyCommand().resolves({});
  admin.on(sso.ListAccountAssignmentsForPrincipalCommand).resolves({ AccountAssignments: [listed] });
  store
    .on(identitystore.DescribeUserCommand)
    .resolves({ UserName: 'ada', Emails: [{ Value: 'Ada@example.com' }] });
});

describe('an instance that is not where Cutoff is', () => {
  it('gives its credentials its own region', async () => {
    expect(await discovered([{ format: 'opaque', id: user }])).toEqual([assignment]);
  });

  it('is where Cutoff is if no region is named', async () => {
    const revoker = new IdentityCenterAssignmentRevoker({
      ...dependencies,
      clients: awsClients(home),
      identityCenter: { identityStoreId },
    });
    const subjects = [{ format: 'opaque', id: user } as const];
    const [found] = await Array.fromAsync(revoker.discover({ for: 'subject', subjects }));
    expect(found?.credential).toMatchObject(home);
  });

  it.each([
    ['the directory', { settings: credentialsSchema.parse({}) }],
    ['the instance', { identityCenter: undefined }],
  ])('is not configured where only %s is named', (_, missing) => {
    expect(new IdentityCenterAssignmentRevoker({ ...dependencies, ...missing }).isConfigured).toBe(false);
    expect(new IdentityCenterMembershipRevoker({ ...dependencies, ...missing }).isConfigured).toBe(false);
  });
});

describe('who a subject is', () => {
  it.each([
    ['a UUID', user, 1],
    ['a UUID behind the id of its store', `1234567890-${user}`, 1],
    ['something longer', `x${user}`, 0],
    ['an id of Okta', '00u1a2b3c4D5e6F7g8h9', 0],
  ])('an opaque id is taken for a user if it is %s', async (_, text, calls) => {
    await discovered([{ format: 'opaque', id: text }]);
    expect(store.commandCalls(identitystore.DescribeUserCommand)).toHaveLength(calls);
  });

  it('an address is asked for as a unique attribute, and once found, by its id', async () => {
    store.on(identitystore.GetUserIdCommand).resolves({ UserId: user });
    const subjects = ['ada@example.com', 'ada@old.example'].map(
      (email) => ({ format: 'email', email }) as const,
    );
    expect(await discovered(subjects)).toEqual([assignment]);
    const [asked] = store.commandCalls(identitystore.GetUserIdCommand);
    expect(asked?.args[0].input).toEqual({
      IdentityStoreId: identityStoreId,
      AlternateIdentifier: {
        UniqueAttribute: { AttributePath: 'emails.value', AttributeValue: 'ada@example.com' },
      },
    });
  });
});

describe('a listing that does not find what it is asked for', () => {
  beforeEach(() => {
    admin.on(sso.ListAccountAssignmentsForPrincipalCommand).rejects(named(sso.ResourceNotFoundException));
  });

  it('means that the user is gone, if the directory says so', async () => {
    store.on(identitystore.DescribeUserCommand).rejects(noUser());
    expect((await assignments.inspect(assignment)).state).toBe('gone');
    expect(await discovered([{ format: 'opaque', id: user }])).toEqual([]);
  });

  it('is an error if the user is there: it was the instance that was not found', async () => {
    await expect(assignments.inspect(assignment)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(discovered([{ format: 'opaque', id: user }])).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('another change of the same thing', () => {
  it('makes deleting an assignment a conflict, to be tried again', async () => {
    admin.on(sso.DeleteAccountAssignmentCommand).rejects(named(sso.ConflictException));
    const failure = { code: 'conflict', retryable: true, message: expect.not.stringContaining('secret') };
    await expect(assignments.revoke(assignment)).rejects.toMatchObject(failure);
  });

  it('makes adding a member a conflict, to be tried again', async () => {
    store.on(identitystore.ListGroupMembershipsForMemberCommand).resolves({ GroupMemberships: [] });
    store.on(identitystore.CreateGroupMembershipCommand).rejects(named(identitystore.ConflictException));
    const restore = memberships.restore(membership, { member: true });
    await expect(restore).rejects.toMatchObject({ code: 'conflict', retryable: true });
  });

  it('that ended the membership in between is as good as ours', async () => {
    const GroupMemberships = [{ IdentityStoreId: identityStoreId, GroupId: 'g1', MembershipId: 'm1' }];
    store.on(identitystore.ListGroupMembershipsForMemberCommand).resolves({ GroupMemberships });
    const gone = named(identitystore.ResourceNotFoundException, { ResourceType: 'GROUP_MEMBERSHIP' });
    store.on(identitystore.DeleteGroupMembershipCommand).rejects(gone);
    await expect(memberships.revoke(membership)).resolves.toBeUndefined();
    expect(store.commandCalls(identitystore.DeleteGroupMembershipCommand)).toHaveLength(1);
  });
});

describe('a restore', () => {
  beforeEach(() => {
    admin.on(sso.ListAccountAssignmentsForPrincipalCommand).resolves({ AccountAssignments: [] });
  });

  it('assigns the same permissions in the same account to the same user', async () => {
    await assignments.restore(assignment, { assigned: true });
    const [created] = admin.commandCalls(sso.CreateAccountAssignmentCommand);
    expect(created?.args[0].input).toEqual({
      InstanceArn: identityCenterInstanceArn,
      TargetType: 'AWS_ACCOUNT',
      TargetId: target,
      PermissionSetArn: permissionSet,
      PrincipalType: 'USER',
      PrincipalId: user,
    });
  });

  it('of a permission set that is gone has nothing to go back to', async () => {
    admin.on(sso.CreateAccountAssignmentCommand).rejects(named(sso.ResourceNotFoundException));
    await expect(assignments.restore(assignment, { assigned: true })).resolves.toBeUndefined();
  });

  it('assigns nothing to somebody who is gone', async () => {
    store.on(identitystore.DescribeUserCommand).rejects(noUser());
    store.on(identitystore.ListGroupMembershipsForMemberCommand).rejects(noUser());
    await assignments.restore(assignment, { assigned: true });
    await memberships.restore(membership, { member: true });
    expect(admin.commandCalls(sso.CreateAccountAssignmentCommand)).toEqual([]);
    expect(store.commandCalls(identitystore.CreateGroupMembershipCommand)).toEqual([]);
  });
});

describe('a permission that is missing', () => {
  it.each([
    ['identitystore:DeleteGroupMembership', 'm1', () => memberships.revoke(membership)],
    [
      'identitystore:CreateGroupMembership',
      undefined,
      () => memberships.restore(membership, { member: true }),
    ],
    ['identitystore:DescribeUser', 'm1', () => memberships.describe(membership)],
    ['identitystore:GetUserId', 'm1', () => discovered([{ format: 'email', email: 'ada@example.com' }])],
  ])('is named: %s', async (action, MembershipId, call) => {
    const all = MembershipId ? [{ IdentityStoreId: identityStoreId, GroupId: 'g1', MembershipId }] : [];
    store.on(identitystore.ListGroupMembershipsForMemberCommand).resolves({ GroupMemberships: all });
    const denied = named(identitystore.AccessDeniedException);
    store.on(identitystore.DeleteGroupMembershipCommand).rejects(denied);
    store.on(identitystore.CreateGroupMembershipCommand).rejects(denied);
    store.on(identitystore.GetUserIdCommand).rejects(denied);
    if (action.endsWith('DescribeUser')) store.on(identitystore.DescribeUserCommand).rejects(denied);
    const failure = { code: 'access-denied', message: expect.stringContaining(action) };
    await expect(call()).rejects.toMatchObject(failure);
  });

  it.each([
    ['sso:ListPermissionSets', sso.ListPermissionSetsCommand],
    ['sso:ListAccountsForProvisionedPermissionSet', sso.ListAccountsForProvisionedPermissionSetCommand],
    ['sso:ListAccountAssignments', sso.ListAccountAssignmentsCommand],
  ])('is named by the inventory: %s', async (action, command) => {
    admin.on(sso.ListPermissionSetsCommand).resolves({ PermissionSets: [permissionSet] });
    admin.on(sso.ListAccountsForProvisionedPermissionSetCommand).resolves({ AccountIds: [target] });
    admin.on(command as typeof sso.ListPermissionSetsCommand).rejects(named(sso.AccessDeniedException));
    const failure = { code: 'access-denied', message: expect.stringContaining(`${action} `) };
    await expect(Array.fromAsync(assignments.discover({ for: 'everyone' }))).rejects.toMatchObject(failure);
  });
});
