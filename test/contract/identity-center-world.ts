import { randomUUID } from 'node:crypto';
import {
  CreateGroupCommand,
  CreateGroupMembershipCommand,
  CreateUserCommand,
} from '@aws-sdk/client-identitystore';
import {
  CreateAccountAssignmentCommand,
  CreatePermissionSetCommand,
  ListInstancesCommand,
  type PrincipalType,
  ProvisionPermissionSetCommand,
} from '@aws-sdk/client-sso-admin';
import type { IdentityCenterDependencies } from '../../functions/credentials/identity-center-instance.ts';
import type {
  IdentityCenterAssignment,
  IdentityCenterMembership,
} from '../../functions/domain/credential.ts';
import { credentialsSchema } from '../../functions/domain/credential-settings.ts';
import { home, type StandIn } from './stand-ins.ts';

export interface Center {
  readonly InstanceArn: string;
  readonly IdentityStoreId: string;
}

/** The instance that the stand-in has; moto makes one up. */
export const centerOf = async ({ admin }: StandIn): Promise<Center> => {
  const { Instances } = await admin.ssoAdmin.send(new ListInstancesCommand({}));
  const { InstanceArn = '', IdentityStoreId = '' } = Instances?.[0] ?? {};
  return { InstanceArn, IdentityStoreId };
};

export const dependenciesOn = ({ clients }: StandIn, center?: Center): IdentityCenterDependencies => ({
  clients,
  home,
  settings: credentialsSchema.parse({ ...(center && { identityCenterInstanceArn: center.InstanceArn }) }),
  identityCenter: center && { identityStoreId: center.IdentityStoreId },
});

/** Under an address of their own: the local endpoint is shared by all tests of a file. */
export const addPerson = async (
  { admin }: StandIn,
  { IdentityStoreId }: Center,
): Promise<{ user: string; email: string }> => {
  const email = `ada-${randomUUID().slice(0, 8)}@example.com`;
  const input = {
    IdentityStoreId,
    UserName: email.split('@')[0],
    DisplayName: 'Ada',
    Name: { GivenName: 'Ada', FamilyName: 'Lovelace' },
    Emails: [{ Value: email, Primary: true }],
  };
  const { UserId = '' } = await admin.identityStore.send(new CreateUserCommand(input));
  return { user: UserId, email };
};

export const addGroup = async (
  { admin }: StandIn,
  { IdentityStoreId }: Center,
  UserId: string,
): Promise<IdentityCenterMembership> => {
  const DisplayName = `group-${randomUUID()}`;
  const { GroupId = '' } = await admin.identityStore.send(
    new CreateGroupCommand({ IdentityStoreId, DisplayName }),
  );
  const input = { IdentityStoreId, GroupId, MemberId: { UserId } };
  await admin.identityStore.send(new CreateGroupMembershipCommand(input));
  const id = `${GroupId}/${UserId}`;
  return { kind: 'identity-center-membership', ...home, id, group: GroupId, user: UserId };
};

export const inputOf = ({ InstanceArn }: Center, assignment: IdentityCenterAssignment) => ({
  InstanceArn,
  TargetId: assignment.target,
  TargetType: 'AWS_ACCOUNT' as const,
  PermissionSetArn: assignment.permissionSet,
  PrincipalType: 'USER' as PrincipalType,
  PrincipalId: assignment.user,
});

/** A permission set of its own, in the account that moto provisions it to, which is home. */
export const addAssignment = async (
  { admin }: StandIn,
  center: Center,
  { user, type = 'USER' }: { user: string; type?: PrincipalType },
): Promise<IdentityCenterAssignment> => {
  const { InstanceArn } = center;
  const Name = `set-${randomUUID().slice(0, 8)}`;
  const made = await admin.ssoAdmin.send(new CreatePermissionSetCommand({ InstanceArn, Name }));
  const permissionSet = made.PermissionSet?.PermissionSetArn ?? '';
  const target = home.account;
  const id = `${target}/${user}/${permissionSet}`;
  const assignment = {
    kind: 'identity-center-assignment',
    ...home,
    id,
    target,
    permissionSet,
    user,
  } as const;
  const input = { ...inputOf(center, assignment), PrincipalType: type };
  await admin.ssoAdmin.send(new CreateAccountAssignmentCommand(input));
  // AWS provisions it with the assignment; moto has to be told.
  const { TargetId, TargetType, PermissionSetArn } = input;
  await admin.ssoAdmin.send(
    new ProvisionPermissionSetCommand({ InstanceArn, PermissionSetArn, TargetId, TargetType }),
  );
  return assignment;
};
