/** Whose a principal is and what it is for, as it was when the registry first saw it; a later tag does not change it. */
export interface RegistryEntry {
  /** Subject keys; several for a shared one, none where nobody is named. */
  readonly owners: readonly string[];
  readonly isProtected: boolean;
  /** Ids of the entitlements that it states. */
  readonly entitlements: readonly string[];
}

/** Nobody is named as its owner, or everybody who is has left. */
export type Orphan = 'no-owner' | 'owner-gone';
