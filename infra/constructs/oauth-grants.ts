import { Aws } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { holdsRefreshToken, markTag } from '../../functions/credentials/oauth-grant-tags.ts';
import type { CredentialsSettings } from '../../functions/domain/credential-settings.ts';
import type { Protection } from '../../functions/domain/protection.ts';
import { acceptPattern, allow, type Grantee } from './allow.ts';
import type { CredentialGrants } from './credential-grants.ts';
import { denyOnProtected } from './protected-principals.ts';

interface Props {
  readonly credentials: Pick<CredentialsSettings, 'oauthServers'>;
  readonly protection: Protection;
}

const everySecret = `arn:${Aws.PARTITION}:secretsmanager:${Aws.REGION}:${Aws.ACCOUNT_ID}:secret:*`;
const { key, value } = holdsRefreshToken;
const holdsToken = { StringEquals: { [`aws:ResourceTag/${key}`]: value } };

/**
 * What functions may do to secrets that are tagged as holding a refresh token, and to no other: all actions here but
 * the listing take `aws:ResourceTag` ("Actions, resources, and condition keys for AWS Secrets Manager"). A token has
 * to be read to be revoked. A secret under a KMS key of one's own needs `kms:Decrypt` from that key's policy.
 */
export class OAuthGrants extends Construct implements CredentialGrants {
  readonly #clientSecrets: readonly string[];
  readonly #protection: Protection;

  constructor(scope: Construct, id: string, { credentials, protection }: Props) {
    super(scope, id);
    this.#clientSecrets = [...new Set(credentials.oauthServers.map((server) => server.clientSecretArn))];
    this.#protection = protection;
  }

  grantInspect(grantee: Grantee): void {
    if (!this.#isConfigured) return;
    this.#grant(grantee, ['DescribeSecret', 'GetSecretValue']);
    allow(grantee, { actions: ['secretsmanager:GetSecretValue'], resources: [...this.#clientSecrets] });
  }

  grantDiscover(grantee: Grantee): void {
    if (!this.#isConfigured) return;
    allow(grantee, { actions: ['secretsmanager:ListSecrets'], resources: ['*'] });
    acceptPattern(grantee, '*', 'secretsmanager:ListSecrets lists the region and names no resource');
  }

  grantContain(): void {
    // Nothing is denied before anything is queued: that would take the right to read tokens.
  }

  /** Besides reading, the tag that marks a revoked token, and no other. */
  grantRevoke(grantee: Grantee): void {
    if (!this.#isConfigured) return;
    this.grantInspect(grantee);
    const actions = ['secretsmanager:TagResource'];
    const conditions = { ...holdsToken, 'ForAllValues:StringEquals': { 'aws:TagKeys': [markTag] } };
    allow(grantee, { actions, resources: [everySecret], conditions });
    this.#denyOnProtected(grantee, actions);
  }

  grantRemove(grantee: Grantee): void {
    if (!this.#isConfigured) return;
    this.#grant(grantee, ['DescribeSecret', 'DeleteSecret']);
    this.#denyOnProtected(grantee, ['secretsmanager:DeleteSecret']);
  }

  get #isConfigured(): boolean {
    return this.#clientSecrets.length > 0;
  }

  #grant(grantee: Grantee, names: readonly string[]): void {
    const actions = names.map((name) => `secretsmanager:${name}`);
    allow(grantee, { actions, resources: [everySecret], conditions: holdsToken });
    acceptPattern(
      grantee,
      'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:*',
      'any secret that is tagged as holding a refresh token may have to be cut; protected ones are denied explicitly',
    );
  }

  #denyOnProtected(grantee: Grantee, actions: readonly string[]): void {
    denyOnProtected(grantee, this.#protection, { service: 'secretsmanager', actions, everyone: everySecret });
  }
}
