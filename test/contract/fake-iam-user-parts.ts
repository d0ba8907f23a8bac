import type * as iam from '@aws-sdk/client-iam';
import { noSuchEntity, pageOf, remove } from './fake-iam-answers.ts';
import { FakeIamUserKeys, type UserKeys } from './fake-iam-user-keys.ts';

/** What must be gone before a user can be deleted. */
export interface UserParts extends UserKeys {
  /** One at most. */
  readonly passwords: Set<string>;
  readonly mfaDevices: Set<string>;
  readonly groups: Set<string>;
}

export const noParts = (): UserParts => ({
  keys: new Map(),
  serviceCredentials: new Map(),
  sshKeys: new Map(),
  certificates: new Map(),
  passwords: new Set(),
  mfaDevices: new Set(),
  groups: new Set(),
});

/** IAM in memory: what hangs off users. */
export abstract class FakeIamUserParts extends FakeIamUserKeys {
  readonly virtualMfaDevices = new Set<string>();

  abstract override user(name: string | undefined): UserParts;

  CreateLoginProfile({ UserName = '' }: iam.CreateLoginProfileCommandInput) {
    this.user(UserName).passwords.add(UserName);
    return { LoginProfile: { UserName } };
  }

  GetLoginProfile({ UserName = '' }: iam.GetLoginProfileCommandInput) {
    if (!this.user(UserName).passwords.has(UserName)) throw noSuchEntity();
    return { LoginProfile: { UserName } };
  }

  DeleteLoginProfile({ UserName }: iam.DeleteLoginProfileCommandInput) {
    return remove(this.user(UserName).passwords, UserName);
  }

  CreateVirtualMFADevice({ VirtualMFADeviceName = '' }: iam.CreateVirtualMFADeviceCommandInput) {
    const SerialNumber = `arn:aws:iam::123456789012:mfa/${VirtualMFADeviceName}`;
    this.virtualMfaDevices.add(SerialNumber);
    return { VirtualMFADevice: { SerialNumber } };
  }

  EnableMFADevice({ UserName, SerialNumber = '' }: iam.EnableMFADeviceCommandInput) {
    this.user(UserName).mfaDevices.add(SerialNumber);
    return {};
  }

  ListMFADevices({ UserName, Marker }: iam.ListMFADevicesCommandInput) {
    const { page, ...rest } = pageOf([...this.user(UserName).mfaDevices], Marker, this.pageSize);
    return { MFADevices: page.map((SerialNumber) => ({ UserName, SerialNumber })), ...rest };
  }

  DeactivateMFADevice({ UserName, SerialNumber }: iam.DeactivateMFADeviceCommandInput) {
    return remove(this.user(UserName).mfaDevices, SerialNumber);
  }

  DeleteVirtualMFADevice({ SerialNumber }: iam.DeleteVirtualMFADeviceCommandInput) {
    return remove(this.virtualMfaDevices, SerialNumber);
  }

  ListVirtualMFADevices({ Marker }: iam.ListVirtualMFADevicesCommandInput) {
    const { page, ...rest } = pageOf([...this.virtualMfaDevices], Marker, this.pageSize);
    return { VirtualMFADevices: page.map((SerialNumber) => ({ SerialNumber })), ...rest };
  }

  CreateGroup() {
    return {};
  }

  AddUserToGroup({ UserName, GroupName = '' }: iam.AddUserToGroupCommandInput) {
    this.user(UserName).groups.add(GroupName);
    return {};
  }

  ListGroupsForUser({ UserName, Marker }: iam.ListGroupsForUserCommandInput) {
    const { page, ...rest } = pageOf([...this.user(UserName).groups], Marker, this.pageSize);
    return { Groups: page.map((GroupName) => ({ GroupName })), ...rest };
  }

  RemoveUserFromGroup({ UserName, GroupName }: iam.RemoveUserFromGroupCommandInput) {
    return remove(this.user(UserName).groups, GroupName);
  }
}
