import { GetApiKeyCommand, GetApiKeysCommand, GetUsagePlansCommand } from '@aws-sdk/client-api-gateway';
import { AdminGetUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { ListUsersCommand } from '@aws-sdk/client-iam';
import { ListGroupMembershipsForMemberCommand } from '@aws-sdk/client-identitystore';
import { DescribeSecretCommand, GetResourcePolicyCommand } from '@aws-sdk/client-secrets-manager';
import { ListAccountAssignmentsForPrincipalCommand } from '@aws-sdk/client-sso-admin';
import type { LocalClients } from '../../infra/local/local-clients.ts';
import { roleState, userState } from './iam-state.ts';
import type { OneOfEverything, Place } from './one-of-everything.ts';
import type { Prepared } from './prepared.ts';

const asText = (state: unknown): string => JSON.stringify(state, null, 2);

export const apiKeyState = async ({ apiGateway }: LocalClients, id: string) => {
  const { enabled, tags = {} } = await apiGateway.send(new GetApiKeyCommand({ apiKey: id }));
  const { items = [] } = await apiGateway.send(new GetUsagePlansCommand({ keyId: id, limit: 500 }));
  return { enabled, plans: items.map((plan) => plan.id).sort(), tags };
};

export const poolUserState = async ({ cognito }: LocalClients, pool: string, Username: string) => {
  const user = await cognito.send(new AdminGetUserCommand({ UserPoolId: pool, Username }));
  return { enabled: user.Enabled, status: user.UserStatus, attributes: user.UserAttributes };
};

/** Ids of what is made anew are left out: AWS gives others. */
export const centerState = async (
  { ssoAdmin, identityStore }: LocalClients,
  { center }: Prepared,
  user: string,
) => {
  const { InstanceArn, IdentityStoreId } = center;
  const direct = { InstanceArn, PrincipalId: user, PrincipalType: 'USER' } as const;
  const { AccountAssignments = [] } = await ssoAdmin.send(
    new ListAccountAssignmentsForPrincipalCommand(direct),
  );
  const { GroupMemberships = [] } = await identityStore.send(
    new ListGroupMembershipsForMemberCommand({ IdentityStoreId, MemberId: { UserId: user } }),
  );
  return {
    assignments: AccountAssignments.map((one) => `${one.AccountId} ${one.PermissionSetArn}`).sort(),
    groups: GroupMemberships.map(({ GroupId }) => GroupId).sort(),
  };
};

export const secretState = async ({ secretsManager }: LocalClients, SecretId: string) => {
  const { ResourcePolicy } = await secretsManager.send(new GetResourcePolicyCommand({ SecretId }));
  const { Tags = [] } = await secretsManager.send(new DescribeSecretCommand({ SecretId }));
  return { policy: ResourcePolicy, tags: Tags.map(({ Key, Value }) => `${Key}=${Value}`).sort() };
};

/** All that a restore brings back. */
export const snapshotOf = async (
  { cutoff: { clients }, prepared }: Place,
  person: OneOfEverything,
): Promise<string> =>
  asText({
    user: await userState(clients.iam, person.userName),
    federatedRole: await roleState(clients.iam, prepared.federatedRole),
    apiKey: await apiKeyState(clients, person.apiKey.id),
    poolUser: await poolUserState(clients, prepared.pool, person.poolUser),
    center: await centerState(clients, prepared, person.centerUser),
    secret: await secretState(clients, person.secrets.apiKey),
  });

/** Every user and every API key that there is. */
export const snapshotOfAccount = async (clients: LocalClients): Promise<string> => {
  const { Users = [] } = await clients.iam.send(new ListUsersCommand({}));
  const users: Record<string, unknown> = {};
  for (const name of Users.map(({ UserName = '' }) => UserName).sort()) {
    users[name] = await userState(clients.iam, name);
  }
  const { items = [] } = await clients.apiGateway.send(new GetApiKeysCommand({ limit: 500 }));
  const apiKeys: Record<string, unknown> = {};
  for (const id of items.map((key) => key.id ?? '').sort()) apiKeys[id] = await apiKeyState(clients, id);
  return asText({ users, apiKeys });
};
