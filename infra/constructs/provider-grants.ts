import { Construct } from 'constructs';
import type { CredentialsSettings } from '../../functions/domain/credential-settings.ts';
import { allow, type Grantee } from './allow.ts';
import type { CredentialGrants } from './credential-grants.ts';

interface Props {
  readonly credentials: Pick<CredentialsSettings, 'okta' | 'auth0'>;
}

/**
 * Who may read the secrets with which Okta and Auth0 are asked. IAM cannot tell a look from a revocation there: what
 * these secrets allow is set at the provider. A secret under a KMS key of one's own needs `kms:Decrypt` from that key's
 * policy.
 */
export class ProviderGrants extends Construct implements CredentialGrants {
  readonly #secrets: readonly string[];

  constructor(scope: Construct, id: string, { credentials: { okta, auth0 } }: Props) {
    super(scope, id);
    this.#secrets = [okta, auth0].flatMap((provider) => provider?.secretArn ?? []);
  }

  grantInspect(grantee: Grantee): void {
    this.#grantRead(grantee);
  }

  grantDiscover(grantee: Grantee): void {
    this.#grantRead(grantee);
  }

  grantContain(): void {
    // Nothing is denied before anything is queued, so whoever takes events needs no right at a provider.
  }

  grantRevoke(grantee: Grantee): void {
    this.#grantRead(grantee);
  }

  grantRemove(): void {
    // Nothing is left to remove.
  }

  #grantRead(grantee: Grantee): void {
    if (this.#secrets.length === 0) return;
    allow(grantee, { actions: ['secretsmanager:GetSecretValue'], resources: [...this.#secrets] });
  }
}
