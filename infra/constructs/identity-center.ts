import { Aws } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { StageConfig } from '../stage-config.ts';
import { acceptPattern, allow, type Grantee } from './allow.ts';
import type { CredentialGrants } from './credential-grants.ts';

export type IdentityCenterAccessProps = Pick<StageConfig, 'credentials' | 'identityCenter'>;

const inStore = (path: string) => `arn:${Aws.PARTITION}:identitystore:::${path}`;

const whoever = 'anybody of the directory may leave, from any group';
const wherever = 'anybody may be assigned to any account, with any permission set of the instance';

interface Resources {
  /** As the settings name it. */
  readonly instance: string;
  readonly permissionSets: string;
  readonly accounts: string;
  readonly store: string;
}

/**
 * What functions may do to account assignments and group memberships of one Identity Center.
 *
 * Every resource type that an action takes is required, and these ARNs carry no region ("AWS IAM Identity Center", "AWS
 * Identity Store", Service Authorization Reference). That of a store carries the account of the instance. Permission
 * sets carry tags, people and memberships do not: who is protected is known to the code alone.
 *
 * To the management account itself, access is assigned with `IAMFullAccess` beside ("Delegate who can assign single
 * sign-on access … in the management account"); nothing of IAM is granted here, so that is an access-denied.
 *
 * Assumption: `identitystore:` alone is enough, though its reference names `sso-directory:` actions as dependent.
 */
export class IdentityCenterAccess extends Construct implements CredentialGrants {
  readonly #resources: Resources | undefined;

  constructor(scope: Construct, id: string, { credentials, identityCenter }: IdentityCenterAccessProps) {
    super(scope, id);
    const instance = credentials.identityCenterInstanceArn;
    if (!instance || !identityCenter) return;
    const name = instance.split('/').at(-1);
    this.#resources = {
      instance,
      permissionSets: `arn:${Aws.PARTITION}:sso:::permissionSet/${name}/*`,
      accounts: `arn:${Aws.PARTITION}:sso:::account/*`,
      store: `arn:${Aws.PARTITION}:identitystore::*:identitystore/${identityCenter.identityStoreId}`,
    };
  }

  grantInspect(grantee: Grantee): void {
    this.#onInstance(grantee, ['sso:ListAccountAssignmentsForPrincipal']);
    this.#inDirectory(grantee, ['identitystore:DescribeUser'], ['user/*']);
    this.#inDirectory(grantee, ['identitystore:ListGroupMembershipsForMember'], ['user/*', 'membership/*']);
  }

  /** Together with `grantInspect`, which lists what a user has; the rest is for the inventory. */
  grantDiscover(grantee: Grantee): void {
    this.#inDirectory(grantee, ['identitystore:GetUserId'], ['user/*']);
    this.#onInstance(grantee, ['sso:ListPermissionSets']);
    this.#onPermissionSets(grantee, ['sso:ListAccountsForProvisionedPermissionSet']);
    this.#onAssignments(grantee, ['sso:ListAccountAssignments']);
  }

  grantContain(): void {
    // Nothing is denied before it is deleted.
  }

  /** Together with `grantInspect`: a membership is deleted by the id that a listing tells. */
  grantRevoke(grantee: Grantee): void {
    this.#onAssignments(grantee, ['sso:DeleteAccountAssignment', 'sso:CreateAccountAssignment']);
    this.#inDirectory(grantee, ['identitystore:CreateGroupMembership'], ['user/*', 'group/*']);
    this.#inDirectory(
      grantee,
      ['identitystore:DeleteGroupMembership'],
      ['user/*', 'group/*', 'membership/*'],
    );
  }

  grantRemove(): void {
    // It is gone once it is revoked.
  }

  #onInstance(grantee: Grantee, actions: string[]): void {
    if (this.#resources) allow(grantee, { actions, resources: [this.#resources.instance] });
  }

  #onPermissionSets(grantee: Grantee, actions: string[]): void {
    if (!this.#resources) return;
    const { instance, permissionSets } = this.#resources;
    allow(grantee, { actions, resources: [instance, permissionSets] });
    accept(grantee, [permissionSets], wherever);
  }

  #onAssignments(grantee: Grantee, actions: string[]): void {
    if (!this.#resources) return;
    const { accounts } = this.#resources;
    this.#onPermissionSets(grantee, actions);
    allow(grantee, { actions, resources: [accounts] });
    accept(grantee, [accounts], wherever);
  }

  #inDirectory(grantee: Grantee, actions: string[], paths: readonly string[]): void {
    if (!this.#resources) return;
    const resources = [this.#resources.store, ...paths.map(inStore)];
    allow(grantee, { actions, resources });
    accept(grantee, resources, whoever);
  }
}

const accept = (grantee: Grantee, resources: readonly string[], reason: string): void => {
  for (const resource of resources) {
    acceptPattern(grantee, resource.replace(Aws.PARTITION, '<AWS::Partition>'), reason);
  }
};
