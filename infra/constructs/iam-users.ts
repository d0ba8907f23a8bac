import { Aws } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Protection } from '../../functions/domain/protection.ts';
import { acceptPattern, allow, type Grantee } from './allow.ts';
import { denyOnProtected } from './protected-principals.ts';

const everyUser = `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:user/*`;
const denyAllPolicy = `arn:${Aws.PARTITION}:iam::aws:policy/AWSDenyAll`;

/** What functions may do to IAM users. Which user, nobody can say beforehand: anybody may leave. */
export class IamUsers extends Construct {
  readonly #protection: Protection;

  constructor(scope: Construct, id: string, props: { protection: Protection }) {
    super(scope, id);
    this.#protection = props.protection;
  }

  /** One user and its policies, read live. */
  grantInspect(grantee: Grantee): void {
    this.#grantRead(grantee, ['iam:GetUser', 'iam:GetUserPolicy', 'iam:ListAttachedUserPolicies']);
  }

  /** Also the re-list that finds newcomers. */
  grantListKeys(grantee: Grantee): void {
    this.#grantRead(grantee, ['iam:ListAccessKeys']);
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

  /** Deny-all, before anything slow. */
  grantContain(grantee: Grantee): void {
    this.#grantWrite(grantee, ['iam:PutUserPolicy'], ['iam:AttachUserPolicy']);
  }

  /** Deny-all and keys off, and all of it back for a restore. */
  grantRevoke(grantee: Grantee): void {
    this.#grantWrite(
      grantee,
      ['iam:PutUserPolicy', 'iam:DeleteUserPolicy', 'iam:UpdateAccessKey'],
      ['iam:AttachUserPolicy', 'iam:DetachUserPolicy'],
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
