import type { Grantee } from './allow.ts';

/** What functions may do to credentials of one service. What the settings do not name is not granted. */
export interface CredentialGrants {
  /** `inspect`, `describe`, and the listing of what hangs off one principal. */
  grantInspect(grantee: Grantee): void;
  /** `discover` for a subject and for everyone. */
  grantDiscover(grantee: Grantee): void;
  /** `deny`: the fast part, before anything slow. */
  grantContain(grantee: Grantee): void;
  /** `revoke` and `restore`. */
  grantRevoke(grantee: Grantee): void;
  /** `remove`, after the hold period. */
  grantRemove(grantee: Grantee): void;
}
