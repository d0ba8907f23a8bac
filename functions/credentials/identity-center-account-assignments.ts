import {
  CreateAccountAssignmentCommand,
  DeleteAccountAssignmentCommand,
  paginateListAccountAssignments,
  paginateListAccountAssignmentsForPrincipal,
  paginateListAccountsForProvisionedPermissionSet,
  paginateListPermissionSets,
  type SSOAdminClient,
} from '@aws-sdk/client-sso-admin';
import { unlessNotFound } from '../identity/unless-not-found.ts';
import { calling, callingPages } from './aws-errors.ts';

/** Whom (`user`) an assignment lets into which account (`target`) with which permissions. */
export interface Assigned {
  readonly target: string;
  readonly user: string;
  readonly permissionSet: string;
}

/** "AccountAssignment" and "AccountAssignmentForPrincipal", IAM Identity Center API Reference. */
interface Listed {
  readonly AccountId?: string | undefined;
  readonly PermissionSetArn?: string | undefined;
  readonly PrincipalId?: string | undefined;
  readonly PrincipalType?: string | undefined;
}

const pageSize = 100;

/** A user's own; what comes through a group is taken away by ending the membership. */
const direct = ({ AccountId, PermissionSetArn, PrincipalId, PrincipalType }: Listed): Assigned[] =>
  PrincipalType === 'USER' && AccountId && PermissionSetArn && PrincipalId
    ? [{ target: AccountId, user: PrincipalId, permissionSet: PermissionSetArn }]
    : [];

/** Direct account assignments of an instance of Identity Center. */
export class AccountAssignments {
  readonly #client: SSOAdminClient;
  readonly #instance: string;

  constructor(client: SSOAdminClient, instance: string) {
    this.#client = client;
    this.#instance = instance;
  }

  async ofUser(user: string, target?: string): Promise<Assigned[]> {
    const input = {
      InstanceArn: this.#instance,
      PrincipalType: 'USER' as const,
      PrincipalId: user,
      ...(target && { Filter: { AccountId: target } }),
    };
    const pages = paginateListAccountAssignmentsForPrincipal({ client: this.#client, pageSize }, input);
    const all = await Array.fromAsync(callingPages('sso:ListAccountAssignmentsForPrincipal', pages));
    return all.flatMap((page) => page.AccountAssignments ?? []).flatMap(direct);
  }

  /**
   * One call for all permission sets, one for each of them, and one for each account that it is provisioned in: some
   * hundreds, where asking by user would be one for each person. All of Identity Center's APIs share 20 a second
   * ("IAM Identity Center quotas", User Guide).
   */
  async *everyone(): AsyncGenerator<Assigned> {
    for await (const permissionSet of this.#permissionSets()) {
      for await (const target of this.#targetsOf(permissionSet)) yield* this.#on(target, permissionSet);
    }
  }

  /** Asynchronous: the answer only says that it began. A failure of it shows in the next listing. */
  async create(assigned: Assigned): Promise<void> {
    const create = new CreateAccountAssignmentCommand(this.#input(assigned));
    // Not found: the permission set, the account or the user is gone, and there is nothing to go back to.
    await unlessNotFound(calling('sso:CreateAccountAssignment', () => this.#client.send(create)));
  }

  /** The same. An assignment that is gone is not found: the expected end state. */
  async delete(assigned: Assigned): Promise<void> {
    const remove = new DeleteAccountAssignmentCommand(this.#input(assigned));
    await unlessNotFound(calling('sso:DeleteAccountAssignment', () => this.#client.send(remove)));
  }

  async *#permissionSets(): AsyncGenerator<string> {
    const pages = paginateListPermissionSets(
      { client: this.#client, pageSize },
      { InstanceArn: this.#instance },
    );
    for await (const page of callingPages('sso:ListPermissionSets', pages)) yield* page.PermissionSets ?? [];
  }

  async *#targetsOf(permissionSet: string): AsyncGenerator<string> {
    const input = { InstanceArn: this.#instance, PermissionSetArn: permissionSet };
    const pages = paginateListAccountsForProvisionedPermissionSet({ client: this.#client, pageSize }, input);
    for await (const page of callingPages('sso:ListAccountsForProvisionedPermissionSet', pages)) {
      yield* page.AccountIds ?? [];
    }
  }

  async *#on(target: string, permissionSet: string): AsyncGenerator<Assigned> {
    const input = { InstanceArn: this.#instance, AccountId: target, PermissionSetArn: permissionSet };
    const pages = paginateListAccountAssignments({ client: this.#client, pageSize }, input);
    for await (const page of callingPages('sso:ListAccountAssignments', pages)) {
      for (const listed of page.AccountAssignments ?? []) yield* direct(listed);
    }
  }

  #input({ target, user, permissionSet }: Assigned) {
    return {
      InstanceArn: this.#instance,
      TargetType: 'AWS_ACCOUNT' as const,
      TargetId: target,
      PermissionSetArn: permissionSet,
      PrincipalType: 'USER' as const,
      PrincipalId: user,
    };
  }
}
