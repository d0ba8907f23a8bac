import type { Credential } from '../domain/credential.ts';
import type { CredentialRevoker, Revokers } from './credential-revoker.ts';

/**
 * The revoker of a credential's own kind. TypeScript cannot follow that `revokers[c.kind]` takes `c` (a
 * correlated union), so the one assertion that says so lives here.
 */
export const revokerFor = (revokers: Revokers, kind: Credential['kind']): CredentialRevoker =>
  revokers[kind] as unknown as CredentialRevoker;
