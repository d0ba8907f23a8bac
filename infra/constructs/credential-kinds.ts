import { Construct } from 'constructs';
import type { StageConfig } from '../stage-config.ts';
import type { Grantee } from './allow.ts';
import { ApiKeys } from './api-keys.ts';
import { CognitoPools } from './cognito.ts';
import type { CredentialGrants } from './credential-grants.ts';
import { IamRoles } from './iam-roles.ts';
import { IamUsers } from './iam-users.ts';
import { IdentityCenterAccess } from './identity-center.ts';
import { OAuthGrants } from './oauth-grants.ts';
import { ProviderGrants } from './provider-grants.ts';
import { StoredSecrets } from './stored-secrets.ts';

/** Everything that credentials can hide in. */
export class CredentialKinds extends Construct {
  readonly users: IamUsers;
  readonly roles: IamRoles;
  readonly keys: ApiKeys;
  readonly #cognito: CognitoPools;
  readonly #secrets: StoredSecrets;
  readonly #all: readonly CredentialGrants[];
  /** Those with a fast deny, which ingest may touch. */
  readonly #denied: readonly CredentialGrants[];
  /** Those whose own service can list them all. */
  readonly #listed: readonly CredentialGrants[];
  readonly #removal: boolean;

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id);
    this.users = new IamUsers(this, 'IamUsers', config);
    this.roles = new IamRoles(this, 'IamRoles', config);
    this.keys = new ApiKeys(this, 'ApiKeys', config);
    this.#cognito = new CognitoPools(this, 'Cognito', config);
    this.#secrets = new StoredSecrets(this, 'StoredSecrets', config);
    const grants = new OAuthGrants(this, 'OAuthGrants', config);
    const identityCenter = new IdentityCenterAccess(this, 'IdentityCenter', config);
    const providers = new ProviderGrants(this, 'ProviderGrants', config);
    this.#denied = [this.users, this.roles, this.keys, this.#cognito, this.#secrets];
    this.#listed = [this.users, this.keys, this.#cognito, this.#secrets, grants, identityCenter];
    this.#all = [...this.#denied, grants, identityCenter, providers];
    this.#removal = config.removal;
  }

  /** What ingest does: look at what the registry knows, and deny it. */
  grantContain(grantee: Grantee): void {
    for (const kind of this.#denied) {
      kind.grantInspect(grantee);
      kind.grantContain(grantee);
    }
    this.users.grantFindOwner(grantee);
  }

  grantInspect(grantee: Grantee): void {
    for (const kind of this.#all) kind.grantInspect(grantee);
  }

  grantDiscover(grantee: Grantee): void {
    for (const kind of this.#all) kind.grantDiscover(grantee);
  }

  /** The whole inventory, and what keeps a denial from expiring: Cognito users are read for it, and keys may be. */
  grantTakeStock(grantee: Grantee): void {
    for (const kind of this.#listed) kind.grantDiscover(grantee);
    this.#cognito.grantContain(grantee);
    this.keys.grantContain(grantee);
  }

  /** What was made outside `issue`, beside the inventory: of the kinds that `issue` makes. */
  grantFindDrift(grantee: Grantee): void {
    for (const kind of [this.users, this.keys, this.#cognito]) kind.grantFindDrift(grantee);
  }

  /** The lists that pick suspects, and the reading of one: of the kinds that policies can name. */
  grantSweep(grantee: Grantee): void {
    for (const kind of [this.users, this.keys, this.#cognito, this.#secrets]) kind.grantSweep(grantee);
  }

  /** Cut, bring back, and, where the settings allow it, delete. */
  grantRevoke(grantee: Grantee): void {
    for (const kind of this.#all) {
      kind.grantRevoke(grantee);
      if (this.#removal) kind.grantRemove(grantee);
    }
  }
}
