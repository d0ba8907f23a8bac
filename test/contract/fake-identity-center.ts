import { randomUUID } from 'node:crypto';
import * as identitystore from '@aws-sdk/client-identitystore';
import * as sso from '@aws-sdk/client-sso-admin';
import type { Answer } from './call-log.ts';
import { fake } from './fake.ts';

const InstanceArn = 'arn:aws:sso:::instance/ssoins-1234567890abcdef';
const IdentityStoreId = 'd-1234567890';
const pageSize = 2;

type Given<T> = { readonly [K in keyof T]-?: NonNullable<T[K]> };

type AssignmentInput = Given<sso.CreateAccountAssignmentCommandInput>;
type Assignment = Omit<AssignmentInput, 'InstanceArn' | 'TargetType'>;

interface Membership {
  readonly IdentityStoreId: string;
  readonly MembershipId: string;
  readonly GroupId: string;
  readonly MemberId: { readonly UserId: string };
}

const noResource = () => new sso.ResourceNotFoundException({ message: 'not found', $metadata: {} });
const noEntity = (ResourceType: 'USER' | 'GROUP' | 'IDENTITY_STORE') =>
  new identitystore.ResourceNotFoundException({ message: 'not found', $metadata: {}, ResourceType });

const onInstance = (named: string | undefined): void => {
  if (named !== InstanceArn) throw noResource();
};
const inStore = (named: string | undefined): void => {
  if (named !== IdentityStoreId) throw noEntity('IDENTITY_STORE');
};

const pageOf = <T>(all: readonly T[], NextToken: string | undefined) => {
  const start = Number(NextToken ?? 0);
  const end = start + pageSize;
  return { items: all.slice(start, end), ...(end < all.length && { NextToken: String(end) }) };
};

const listed = ({ TargetId, ...rest }: Assignment) => ({ AccountId: TargetId, ...rest });

const isSame = (one: Assignment, other: Assignment) =>
  one.TargetId === other.TargetId &&
  one.PermissionSetArn === other.PermissionSetArn &&
  one.PrincipalId === other.PrincipalId;

/**
 * Identity Center in memory: both of its APIs, as far as the credential kinds call them. Creating and deleting an
 * assignment is over at once, though the answer says that it is under way.
 */
class FakeIdentityCenter {
  readonly users = new Map<string, identitystore.CreateUserCommandInput>();
  readonly groups = new Set<string>();
  readonly memberships = new Map<string, Membership>();
  readonly provisioned = new Map<string, Set<string>>();
  assignments: Assignment[] = [];

  ListInstances() {
    return { Instances: [{ InstanceArn, IdentityStoreId }] };
  }

  CreatePermissionSet(input: sso.CreatePermissionSetCommandInput) {
    onInstance(input.InstanceArn);
    const id = randomUUID().replaceAll('-', '').slice(0, 16);
    const PermissionSetArn = `arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-${id}`;
    this.provisioned.set(PermissionSetArn, new Set());
    return { PermissionSet: { Name: input.Name, PermissionSetArn } };
  }

  ProvisionPermissionSet(input: sso.ProvisionPermissionSetCommandInput) {
    this.#accountsOf(input).add(input.TargetId ?? '');
    return { PermissionSetProvisioningStatus: { Status: 'IN_PROGRESS' } };
  }

  ListPermissionSets({ NextToken, ...input }: sso.ListPermissionSetsCommandInput) {
    onInstance(input.InstanceArn);
    const { items, ...next } = pageOf([...this.provisioned.keys()], NextToken);
    return { PermissionSets: items, ...next };
  }

  ListAccountsForProvisionedPermissionSet(input: sso.ListAccountsForProvisionedPermissionSetCommandInput) {
    const { items, ...next } = pageOf([...this.#accountsOf(input)], input.NextToken);
    return { AccountIds: items, ...next };
  }

  /** Takes the same assignment twice: nothing in the API Reference says that it is refused. */
  CreateAccountAssignment(input: AssignmentInput) {
    const { InstanceArn: _, TargetType, ...assignment } = input;
    this.#accountsOf(input).add(assignment.TargetId);
    this.assignments.push(assignment);
    return {
      AccountAssignmentCreationStatus: { Status: 'IN_PROGRESS', RequestId: randomUUID(), TargetType },
    };
  }

  DeleteAccountAssignment(input: AssignmentInput) {
    onInstance(input.InstanceArn);
    const index = this.assignments.findIndex((one) => isSame(one, input));
    if (index < 0) throw noResource();
    this.assignments.splice(index, 1);
    return { AccountAssignmentDeletionStatus: { Status: 'IN_PROGRESS', RequestId: randomUUID() } };
  }

  ListAccountAssignments(input: sso.ListAccountAssignmentsCommandInput) {
    this.#accountsOf(input);
    const { AccountId, PermissionSetArn } = input;
    const all = this.assignments.filter(
      (one) => one.TargetId === AccountId && one.PermissionSetArn === PermissionSetArn,
    );
    const { items, ...next } = pageOf(all.map(listed), input.NextToken);
    return { AccountAssignments: items, ...next };
  }

  /** What the principal has access to: of a user, also what comes through groups. It stays when the user goes. */
  ListAccountAssignmentsForPrincipal(input: sso.ListAccountAssignmentsForPrincipalCommandInput) {
    onInstance(input.InstanceArn);
    const groups = [...this.memberships.values()]
      .filter(({ MemberId }) => MemberId.UserId === input.PrincipalId)
      .map(({ GroupId }) => GroupId);
    const principals = [input.PrincipalId, ...groups];
    const all = this.assignments.filter(
      (one) =>
        principals.includes(one.PrincipalId) &&
        (!input.Filter?.AccountId || one.TargetId === input.Filter.AccountId),
    );
    const { items, ...next } = pageOf(all.map(listed), input.NextToken);
    return { AccountAssignments: items, ...next };
  }

  CreateUser(input: identitystore.CreateUserCommandInput) {
    inStore(input.IdentityStoreId);
    const UserId = randomUUID();
    this.users.set(UserId, input);
    return { IdentityStoreId, UserId };
  }

  DescribeUser({ UserId, ...input }: identitystore.DescribeUserCommandInput) {
    return { ...this.#user(input.IdentityStoreId, UserId), UserId };
  }

  GetUserId({ AlternateIdentifier, ...input }: identitystore.GetUserIdCommandInput) {
    inStore(input.IdentityStoreId);
    const { AttributePath, AttributeValue } = AlternateIdentifier?.UniqueAttribute ?? {};
    const hit = [...this.users].find(([, { UserName, Emails = [] }]) =>
      AttributePath === 'emails.value'
        ? Emails.some(({ Value }) => Value === AttributeValue)
        : UserName === AttributeValue,
    );
    if (!hit) throw noEntity('USER');
    return { IdentityStoreId, UserId: hit[0] };
  }

  DeleteUser({ UserId, ...input }: identitystore.DeleteUserCommandInput) {
    this.#user(input.IdentityStoreId, UserId);
    this.users.delete(UserId ?? '');
    for (const [id, { MemberId }] of this.memberships) {
      if (MemberId.UserId === UserId) this.memberships.delete(id);
    }
    return {};
  }

  CreateGroup(input: identitystore.CreateGroupCommandInput) {
    inStore(input.IdentityStoreId);
    const GroupId = randomUUID();
    this.groups.add(GroupId);
    return { IdentityStoreId, GroupId };
  }

  DeleteGroup({ GroupId = '', ...input }: identitystore.DeleteGroupCommandInput) {
    inStore(input.IdentityStoreId);
    if (!this.groups.delete(GroupId)) throw noEntity('GROUP');
    for (const [id, membership] of this.memberships) {
      if (membership.GroupId === GroupId) this.memberships.delete(id);
    }
    return {};
  }

  CreateGroupMembership({
    GroupId = '',
    MemberId,
    ...input
  }: identitystore.CreateGroupMembershipCommandInput) {
    const UserId = MemberId?.UserId ?? '';
    this.#user(input.IdentityStoreId, UserId);
    if (!this.groups.has(GroupId)) throw noEntity('GROUP');
    if (this.#membershipsOf(UserId).some((one) => one.GroupId === GroupId)) {
      const Reason = 'UNIQUENESS_CONSTRAINT_VIOLATION';
      throw new identitystore.ConflictException({ message: 'conflict', $metadata: {}, Reason });
    }
    const MembershipId = randomUUID();
    this.memberships.set(MembershipId, { IdentityStoreId, MembershipId, GroupId, MemberId: { UserId } });
    return { IdentityStoreId, MembershipId };
  }

  DeleteGroupMembership({ MembershipId = '', ...input }: identitystore.DeleteGroupMembershipCommandInput) {
    inStore(input.IdentityStoreId);
    if (!this.memberships.delete(MembershipId)) throw noEntity('GROUP');
    return {};
  }

  ListGroupMembershipsForMember(input: identitystore.ListGroupMembershipsForMemberCommandInput) {
    const UserId = input.MemberId?.UserId ?? '';
    this.#user(input.IdentityStoreId, UserId);
    const { items, ...next } = pageOf(this.#membershipsOf(UserId), input.NextToken);
    return { GroupMemberships: items, ...next };
  }

  #membershipsOf(user: string): Membership[] {
    return [...this.memberships.values()].filter(({ MemberId }) => MemberId.UserId === user);
  }

  #user(store: string | undefined, id: string | undefined) {
    inStore(store);
    const user = this.users.get(id ?? '');
    if (!user) throw noEntity('USER');
    return user;
  }

  #accountsOf(input: { InstanceArn: string | undefined; PermissionSetArn: string | undefined }): Set<string> {
    onInstance(input.InstanceArn);
    const accounts = this.provisioned.get(input.PermissionSetArn ?? '');
    if (!accounts) throw noResource();
    return accounts;
  }
}

export const fakeIdentityCenter = (): Answer => fake(new FakeIdentityCenter());
