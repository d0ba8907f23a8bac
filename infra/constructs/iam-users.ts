import { Aws } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Protection } from '../../functions/domain/protection.ts';
import { acceptPattern, allow, type Grantee } from './allow.ts';
import type { CredentialGrants } from './credential-grants.ts';
import { denyOnProtected } from './protected-principals.ts';

const arnOf = (path: string) => `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:${path}`;
const everyUser = arnOf('user/*');
const denyAllPolicy = `arn:${Aws.PARTITION}:iam::aws:policy/AWSDenyAll`;

const listParts = [
  'iam:ListAccessKeys',
  'iam:ListServiceSpecificCredentials',
  'iam:ListSigningCertificates',
  'iam:ListSSHPublicKeys',
];

/** On the user itself. */
const deletions = [
  'DeactivateMFADevice',
  'DeleteAccessKey',
  'DeleteLoginProfile',
  'DeleteServiceSpecificCredential',
  'DeleteSigningCertificate',
  'DeleteSSHPublicKey',
  'DeleteUser',
  'DeleteUserPolicy',
  'DetachUserPolicy',
];

/**
 * What functions may do to IAM users and what hangs off them. Which user, nobody can say beforehand: anybody may
 * leave. Resource types of the actions: "Actions, resources, and condition keys for AWS Identity and Access
 * Management (IAM)", Service Authorization Reference.
 */
export class IamUsers extends Construct implements CredentialGrants {
  readonly #protection: Protection;

  constructor(scope: Construct, id: string, props: { protection: Protection }) {
    super(scope, id);
    this.#protection = props.protection;
  }

  /** One user, its policies and what hangs off it, read live: also the re-list that finds newcomers. */
  grantInspect(grantee: Grantee): void {
    const policies = ['iam:GetUserPolicy', 'iam:ListAttachedUserPolicies'];
    this.#grantRead(grantee, ['iam:GetUser', ...policies, 'iam:GetLoginProfile', ...listParts]);
  }

  /** Whose key it is that an event names by its id. */
  grantFindOwner(grantee: Grantee): void {
    this.#grantRead(grantee, ['iam:GetAccessKeyLastUsed']);
  }

  /** All users with their tags in few calls. */
  grantDiscover(grantee: Grantee): void {
    allow(grantee, { actions: ['iam:GetAccountAuthorizationDetails'], resources: ['*'] });
    acceptPattern(grantee, '*', 'iam:GetAccountAuthorizationDetails reads the account and names no resource');
  }

  /** When each user was last seen at work. */
  grantReport(grantee: Grantee): void {
    const actions = ['iam:GenerateCredentialReport', 'iam:GetCredentialReport'];
    allow(grantee, { actions, resources: ['*'] });
    acceptPattern(grantee, '*', 'a credential report is about the account and names no resource');
  }

  /** What a sweep reads: the lists, and of a suspect when it and its keys were used. */
  grantSweep(grantee: Grantee): void {
    this.grantDiscover(grantee);
    this.grantReport(grantee);
    const keys = ['iam:ListAccessKeys', 'iam:GetAccessKeyLastUsed'];
    this.#grantRead(grantee, ['iam:GetUser', 'iam:GetLoginProfile', ...keys]);
  }

  /** Keys of users for whom the report has a new one, and whose they are. */
  grantFindDrift(grantee: Grantee): void {
    this.grantReport(grantee);
    this.#grantRead(grantee, ['iam:GetUser', 'iam:ListAccessKeys']);
  }

  /** Deny-all, before anything slow. */
  grantContain(grantee: Grantee): void {
    this.#grantWrite(grantee, ['iam:PutUserPolicy'], ['iam:AttachUserPolicy']);
  }

  /** Deny-all and all parts off, and all of it back for a restore. */
  grantRevoke(grantee: Grantee): void {
    const parts = ['AccessKey', 'ServiceSpecificCredential', 'SigningCertificate', 'SSHPublicKey'];
    this.#grantWrite(
      grantee,
      ['iam:PutUserPolicy', 'iam:DeleteUserPolicy', ...parts.map((part) => `iam:Update${part}`)],
      ['iam:AttachUserPolicy', 'iam:DetachUserPolicy'],
    );
  }

  /**
   * A user with all that hangs off it. Two of the actions are not on a user, so that protected ones cannot be denied
   * there: taking one out of a group, and deleting a virtual MFA device, which has to be deactivated before.
   */
  grantRemove(grantee: Grantee): void {
    const lists = ['ListAttachedUserPolicies', 'ListGroupsForUser', 'ListMFADevices', 'ListUserPolicies'];
    this.#grantRead(grantee, [...listParts, ...lists.map((list) => `iam:${list}`)]);
    const actions = deletions.map((deletion) => `iam:${deletion}`);
    allow(grantee, { actions, resources: [everyUser] });
    denyOnProtected(grantee, this.#protection, { service: 'iam', actions, everyone: everyUser });
    this.#grantOnEvery(grantee, 'group', 'iam:RemoveUserFromGroup');
    this.#grantOnEvery(grantee, 'mfa', 'iam:DeleteVirtualMFADevice');
  }

  #grantOnEvery(grantee: Grantee, type: 'group' | 'mfa', action: string): void {
    allow(grantee, { actions: [action], resources: [arnOf(`${type}/*`)] });
    acceptPattern(
      grantee,
      `arn:<AWS::Partition>:iam::<AWS::AccountId>:${type}/*`,
      'which groups and devices a user has that is deleted, is known only then',
    );
  }

  #grantRead(grantee: Grantee, actions: string[]): void {
    allow(grantee, { actions, resources: [everyUser] });
    acceptPattern(
      grantee,
      'arn:<AWS::Partition>:iam::<AWS::AccountId>:user/*',
      'any user of the account may leave; protected ones are denied explicitly',
    );
  }

  /** The only managed policy that may be attached or detached is the one that denies everything. */
  #grantWrite(grantee: Grantee, onUser: string[], onAttachment: string[]): void {
    allow(grantee, { actions: onUser, resources: [everyUser] });
    allow(grantee, {
      actions: onAttachment,
      resources: [everyUser],
      conditions: { ArnEquals: { 'iam:PolicyARN': denyAllPolicy } },
    });
    const actions = [...onUser, ...onAttachment];
    denyOnProtected(grantee, this.#protection, { service: 'iam', actions, everyone: everyUser });
  }
}
