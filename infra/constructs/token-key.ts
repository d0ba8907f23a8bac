import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Alias, Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { TokenSettings } from '../../functions/domain/issue-settings.ts';
import { allow, type Grantee } from './allow.ts';

/**
 * What signs tokens. KMS rotates no asymmetric key: another one takes its place with the setting `key`. This one stays, since
 * deleting it would be final, and is published for as long as `formerKeys` names it.
 */
export class TokenKey extends Construct {
  readonly keyId: string;
  readonly #key: Key;
  readonly #formerKeys: readonly string[];

  constructor(scope: Construct, id: string, tokens: Pick<TokenSettings, 'key' | 'formerKeys'>) {
    super(scope, id);
    this.#key = new Key(this, tokens.key === 1 ? 'Key' : `Key${tokens.key}`, {
      description: 'Signs access tokens of Cutoff',
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new Alias(this, 'Alias', { aliasName: 'alias/cutoff-tokens', targetKey: this.#key });
    this.keyId = this.#key.keyId;
    this.#formerKeys = tokens.formerKeys;
  }

  grantSign(grantee: Grantee): void {
    allow(grantee, { actions: ['kms:Sign', 'kms:GetPublicKey'], resources: [this.#key.keyArn] });
    if (this.#formerKeys.length === 0) return;
    const arnOf = (resourceName: string) =>
      Stack.of(this).formatArn({ service: 'kms', resource: 'key', resourceName });
    allow(grantee, { actions: ['kms:GetPublicKey'], resources: this.#formerKeys.map(arnOf) });
  }
}
