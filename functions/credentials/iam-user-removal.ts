import {
  DeactivateMFADeviceCommand,
  DeleteUserCommand,
  DeleteVirtualMFADeviceCommand,
  type IAMClient,
  paginateListGroupsForUser,
  paginateListMFADevices,
  RemoveUserFromGroupCommand,
} from '@aws-sdk/client-iam';
import { calling, callingPages, unlessGone } from './aws-errors.ts';
import { denyAllName } from './deny-all-policy.ts';
import { accessKeyCalls } from './iam-access-key.ts';
import { deleteLoginProfile } from './iam-login-profile.ts';
import { serviceCredentialCalls } from './iam-service-credential.ts';
import { signingCertificateCalls } from './iam-signing-certificate.ts';
import { sshKeyCalls } from './iam-ssh-key.ts';
import { deletePart, listParts } from './iam-user-part.ts';
import { IamUserPolicies } from './iam-user-policies.ts';

const partCalls = [accessKeyCalls, signingCertificateCalls, sshKeyCalls, serviceCredentialCalls];

const deleteParts = async (client: IAMClient, user: string): Promise<void> => {
  for (const calls of partCalls) {
    for (const { id } of await listParts(calls, client, user)) {
      if (id) await deletePart(calls, client, { user, id });
    }
  }
};

/**
 * Only a virtual device can be deleted, once it is deactivated ("DeleteVirtualMFADevice", IAM API Reference); its
 * serial number is its ARN, `…:mfa/NAME`. Assumption: a security key, whose ARN is `…:u2f/…`, goes with its
 * deactivation. What fails between the two leaves a device that is nobody's and opens nothing.
 */
const removeMfaDevices = async (client: IAMClient, UserName: string): Promise<void> => {
  const pages = callingPages('iam:ListMFADevices', paginateListMFADevices({ client }, { UserName }));
  const all = (await unlessGone(Array.fromAsync(pages))) ?? [];
  for (const { SerialNumber } of all.flatMap((page) => page.MFADevices ?? [])) {
    const deactivate = new DeactivateMFADeviceCommand({ UserName, SerialNumber });
    await unlessGone(calling('iam:DeactivateMFADevice', () => client.send(deactivate)));
    if (!SerialNumber?.includes(':mfa/')) continue;
    const remove = new DeleteVirtualMFADeviceCommand({ SerialNumber });
    await unlessGone(calling('iam:DeleteVirtualMFADevice', () => client.send(remove)));
  }
};

const leaveGroups = async (client: IAMClient, UserName: string): Promise<void> => {
  const pages = callingPages('iam:ListGroupsForUser', paginateListGroupsForUser({ client }, { UserName }));
  const all = (await unlessGone(Array.fromAsync(pages))) ?? [];
  for (const { GroupName } of all.flatMap((page) => page.Groups ?? [])) {
    const leave = new RemoveUserFromGroupCommand({ UserName, GroupName });
    await unlessGone(calling('iam:RemoveUserFromGroup', () => client.send(leave)));
  }
};

/** What denies everything goes last, so that whatever fails on the way leaves a user that is denied. */
const removePolicies = async (policies: IamUserPolicies): Promise<void> => {
  const awsDenyAll = await policies.awsDenyAll();
  const inline = (await unlessGone(policies.inlineNames())) ?? [];
  const attached = (await unlessGone(policies.attached())) ?? [];
  const isDeny = (policy: string) => policy === denyAllName || policy === awsDenyAll;
  for (const denies of [false, true]) {
    for (const name of inline.filter((policy) => isDeny(policy) === denies)) {
      await unlessGone(policies.deleteInline(name));
    }
    for (const arn of attached.filter((policy) => isDeny(policy) === denies)) {
      await unlessGone(policies.detach(arn));
    }
  }
};

/**
 * Deletes a user with all that "DeleteUser" (IAM API Reference) demands to be gone before, policies last. A
 * permissions boundary is not among it, and goes with the user. What is gone already is as good: a removal that
 * failed half-way is begun again. What somebody adds meanwhile makes DeleteUser fail, which is tried again too.
 */
export const removeUser = async (client: IAMClient, user: string): Promise<void> => {
  await deleteLoginProfile(client, user);
  await deleteParts(client, user);
  await removeMfaDevices(client, user);
  await leaveGroups(client, user);
  await removePolicies(new IamUserPolicies(client, user));
  const remove = new DeleteUserCommand({ UserName: user });
  await unlessGone(calling('iam:DeleteUser', () => client.send(remove)));
};
