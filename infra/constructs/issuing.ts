import { Aws } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { IssueSettings } from '../../functions/domain/issue-settings.ts';
import type { OwnershipRules } from '../../functions/domain/ownership.ts';
import type { Protection } from '../../functions/domain/protection.ts';
import { issuanceTag, secretPrefix } from '../../functions/issue/issuer.ts';
import { acceptPattern, allow, type Grantee } from './allow.ts';
import { denyOnProtected } from './protected-principals.ts';

interface Props {
  readonly issue?: IssueSettings | undefined;
  readonly ownership: Pick<OwnershipRules, 'ownerTags' | 'sharedOwnerTags' | 'entitlementTags'>;
  readonly protection: Protection;
}

const gateway = (path: string) => `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}::${path}`;
const userArn = (path: string) => `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:user${path}*`;
const poolArn = (pool: string) =>
  `arn:${Aws.PARTITION}:cognito-idp:${Aws.REGION}:${Aws.ACCOUNT_ID}:userpool/${pool}`;

/** Tags of API keys: what is tagged is a part of the path, encoded. */
const keyTags = gateway(`/tags/arn%3A${Aws.PARTITION}%3Aapigateway%3A${Aws.REGION}%3A%3A%2Fapikeys%2F*`);

const secretArn = `arn:${Aws.PARTITION}:secretsmanager:${Aws.REGION}:${Aws.ACCOUNT_ID}:secret:${secretPrefix}*`;

/** As cdk-nag's findings spell it. */
const spelled = (arn: string) =>
  arn
    .replaceAll(Aws.PARTITION, '<AWS::Partition>')
    .replaceAll(Aws.REGION, '<AWS::Region>')
    .replaceAll(Aws.ACCOUNT_ID, '<AWS::AccountId>');

/**
 * What may be made: only what the settings name. Nothing can be deleted by whoever makes it, and nothing that stands for
 * protection be written. What is read of whole collections is needed to find again what a crash left behind.
 *
 * IAM tells neither fields of an update nor new from old apart: whoever may enable a marked API key that was just made may also
 * enable one that was revoked, or disable a good one; whoever may tag a new one may mark any, and give it another owner; and
 * all app clients of the pools may be changed. The code does none of this; a stolen role could.
 */
export class Issuing extends Construct {
  readonly #props: Props;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.#props = props;
  }

  grantIssue(grantee: Grantee): void {
    const { apiKeys, accessKeys, oauthClients } = this.#props.issue ?? {};
    if (apiKeys) this.#grantApiKeys(grantee, apiKeys.usagePlans);
    if (accessKeys) this.#grantAccessKeys(grantee, accessKeys.paths);
    if (oauthClients) this.#grantAppClients(grantee, oauthClients.pools);
    if (apiKeys || accessKeys || oauthClients) this.#grantSecrets(grantee);
  }

  /**
   * Making a key with tags asks for PUT on `/tags` too ("Using tags to control access to API Gateway REST API resources"; the
   * resource ends in the encoded ARN of what is tagged, with `*` for an id that does not exist yet, as refusals on REST APIs
   * spell it. Assumption: so it is for API keys). `aws:TagKeys` is known there by the same page, so no tag can be
   * written that says who is protected or a workload. Only what carries our mark can be enabled.
   */
  #grantApiKeys(grantee: Grantee, usagePlans: readonly string[]): void {
    const keys = gateway('/apikeys/*');
    allow(grantee, { actions: ['apigateway:POST'], resources: [gateway('/apikeys')] });
    this.#grantTags(grantee);
    const joins = usagePlans.map((plan) => gateway(`/usageplans/${plan}/keys`));
    allow(grantee, { actions: ['apigateway:POST'], resources: joins });
    const conditions = { Null: { [`aws:ResourceTag/${issuanceTag}`]: 'false' } };
    allow(grantee, { actions: ['apigateway:PATCH'], resources: [keys], conditions });
    const reads = [gateway('/apikeys'), keys, gateway('/usageplans')];
    allow(grantee, { actions: ['apigateway:GET'], resources: reads });
    accept(grantee, keys, 'a new key is enabled once it is registered, and its id is known only then');
    this.#denyOnProtected(grantee, { service: 'apigateway', actions: ['apigateway:PATCH'], everyone: keys });
  }

  #grantTags(grantee: Grantee): void {
    const { ownerTags, sharedOwnerTags = [], entitlementTags = [] } = this.#props.ownership;
    const names = [issuanceTag, ownerTags[0], sharedOwnerTags[0], entitlementTags[0]];
    const conditions = {
      'ForAllValues:StringEquals': { 'aws:TagKeys': names.filter((name) => name !== undefined) },
      Null: { [`aws:RequestTag/${issuanceTag}`]: 'false' },
    };
    allow(grantee, { actions: ['apigateway:PUT'], resources: [keyTags], conditions });
    accept(
      grantee,
      keyTags,
      'a new key is tagged with its owner, and its ARN is known only then; no other tag is allowed',
    );
  }

  /** The resource of all three is the user ("Actions, resources, and condition keys for AWS Identity and Access Management"). */
  #grantAccessKeys(grantee: Grantee, paths: readonly string[]): void {
    const actions = ['iam:CreateAccessKey', 'iam:GetUser', 'iam:ListAccessKeys'];
    const users = paths.map(userArn);
    allow(grantee, { actions, resources: users });
    for (const user of users)
      accept(grantee, user, 'users under the paths of the settings may be given a key');
    this.#denyOnProtected(grantee, {
      service: 'iam',
      actions: ['iam:CreateAccessKey'],
      everyone: userArn('/'),
    });
  }

  /** App clients have neither ARN nor tags, so an update is allowed on a pool or not at all. */
  #grantAppClients(grantee: Grantee, pools: readonly string[]): void {
    const names = [
      'CreateUserPoolClient',
      'UpdateUserPoolClient',
      'DescribeUserPoolClient',
      'ListUserPoolClients',
    ];
    allow(grantee, { actions: names.map((name) => `cognito-idp:${name}`), resources: pools.map(poolArn) });
  }

  /** "CreateSecret", Secrets Manager API Reference: tags ask for TagResource as well. No value can be read. */
  #grantSecrets(grantee: Grantee): void {
    const actions = ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'];
    allow(grantee, { actions, resources: [secretArn] });
    accept(
      grantee,
      secretArn,
      'each secret is named after its issuance, and Secrets Manager adds characters',
    );
  }

  #denyOnProtected(grantee: Grantee, shield: Parameters<typeof denyOnProtected>[2]): void {
    denyOnProtected(grantee, this.#props.protection, shield);
  }
}

const accept = (grantee: Grantee, arn: string, reason: string): void =>
  acceptPattern(grantee, spelled(arn), reason);
