import { Aws } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { CredentialsSettings } from '../../functions/domain/credential-settings.ts';
import type { Protection } from '../../functions/domain/protection.ts';
import { acceptPattern, allow, deny, type Grantee } from './allow.ts';
import type { CredentialGrants } from './credential-grants.ts';
import { denyOnProtected } from './protected-principals.ts';

interface Props {
  readonly credentials: Pick<CredentialsSettings, 'roleSessions' | 'assumedRoles'>;
  readonly protection: Protection;
}

const arnOf = (resource: string, partition: string = Aws.PARTITION, account: string = Aws.ACCOUNT_ID) =>
  `arn:${partition}:iam::${account}:${resource}`;

/** As cdk-nag spells an ARN. */
const spelled = (resource: string) => arnOf(resource, '<AWS::Partition>', '<AWS::AccountId>');

const everyRole = 'role/*';
const everyUser = 'user/*';

/** The settings name roles without their path, and the names hold no wildcard. */
const anyPath = (role: string): string[] => [`role/${role}`, `role/*/${role}`];

/**
 * What functions may do to roles, whose inline policies deny sessions. Where sessions are looked up in CloudTrail, any role
 * may turn up; where they are not, only those of the settings.
 *
 * The Service Authorization Reference lists `aws:ResourceTag` for IAM's resource type `role` as for `user`.
 */
export class IamRoles extends Construct implements CredentialGrants {
  readonly #protection: Protection;
  readonly #findsAssumed: boolean;
  readonly #named: readonly string[];

  constructor(scope: Construct, id: string, { credentials, protection }: Props) {
    super(scope, id);
    this.#protection = protection;
    this.#findsAssumed = credentials.assumedRoles;
    this.#named = [...new Set(credentials.roleSessions.map(({ role }) => role))].flatMap(anyPath);
  }

  grantInspect(grantee: Grantee): void {
    this.#grant(grantee, this.#roles, ['iam:GetRole', 'iam:GetRolePolicy']);
  }

  /** Also what was assumed with the keys of one user. */
  grantDiscover(grantee: Grantee): void {
    this.#grant(grantee, this.#named, ['iam:GetRole']);
    if (!this.#findsAssumed) return;
    allow(grantee, { actions: ['iam:ListAccessKeys'], resources: [arnOf(everyUser)] });
    acceptPattern(
      grantee,
      spelled(everyUser),
      'any user of the account may have assumed a role; only the ids of keys are listed',
    );
    allow(grantee, { actions: ['cloudtrail:LookupEvents'], resources: ['*'] });
    acceptPattern(grantee, '*', 'cloudtrail:LookupEvents searches the event history and names no resource');
  }

  grantContain(grantee: Grantee): void {
    const actions = ['iam:GetRole', 'iam:GetRolePolicy', 'iam:PutRolePolicy'];
    this.#grant(grantee, this.#roles, actions);
    this.#denyOnProtected(grantee, ['iam:PutRolePolicy']);
  }

  /** Only what denies a person of the settings is ever taken back. */
  grantRevoke(grantee: Grantee): void {
    this.grantContain(grantee);
    this.#grant(grantee, this.#named, ['iam:DeleteRolePolicy']);
    if (this.#named.length > 0) this.#denyOnProtected(grantee, ['iam:DeleteRolePolicy']);
  }

  grantRemove(): void {
    // A role is nobody's own: nothing is removed.
  }

  /** Roles of our own: a deny there would end Cutoff instead of a leaver. */
  spare(grantee: Grantee, own: readonly string[]): void {
    deny(grantee, { actions: ['iam:PutRolePolicy', 'iam:DeleteRolePolicy'], resources: [...own] });
  }

  /** Denies of sessions that are over. */
  grantPrune(grantee: Grantee): void {
    if (this.#roles.length === 0) return;
    allow(grantee, { actions: ['iam:GetAccountAuthorizationDetails'], resources: ['*'] });
    acceptPattern(grantee, '*', 'iam:GetAccountAuthorizationDetails reads the account and names no resource');
    this.#grant(grantee, this.#roles, ['iam:GetRolePolicy', 'iam:DeleteRolePolicy']);
    this.#denyOnProtected(grantee, ['iam:DeleteRolePolicy']);
  }

  get #roles(): readonly string[] {
    return this.#findsAssumed ? [everyRole] : this.#named;
  }

  #grant(grantee: Grantee, roles: readonly string[], actions: string[]): void {
    if (roles.length === 0) return;
    allow(grantee, { actions, resources: roles.map((role) => arnOf(role)) });
    for (const role of roles.filter((one) => one.includes('*'))) {
      acceptPattern(
        grantee,
        spelled(role),
        role === everyRole
          ? 'any role of the account may have been assumed; protected ones are denied explicitly'
          : 'the settings name the role without its path; protected ones are denied explicitly',
      );
    }
  }

  #denyOnProtected(grantee: Grantee, actions: readonly string[]): void {
    if (this.#roles.length === 0) return;
    denyOnProtected(grantee, this.#protection, { service: 'iam', actions, everyone: arnOf(everyRole) });
  }
}
