import type { Credential } from '../domain/credential.ts';
import type { Orphan, RegistryEntry } from '../domain/registry-entry.ts';

/** What became of an entry that was read from the account. */
export type Registration = 'new' | 'known' | 'disputed';

/** What an inventory sees beside whose it is. */
export interface Sighting {
  /** ISO 8601, as coarse as its service tells it. */
  readonly lastUsedAt?: string | undefined;
  readonly orphan?: Orphan | undefined;
}

/** How it came to be, where `issue` made it. */
export interface Provenance {
  /** Id of the issuance. */
  readonly issuance: string;
  /** ISO 8601. Ended then, unless it is moved. */
  readonly expiresAt: string;
}

export interface Registered extends RegistryEntry, Sighting, Partial<Provenance> {
  readonly credential: Credential;
  /** It says something else of itself by now than when it was first seen: a human decides. */
  readonly disputed?: true | undefined;
  /** An operator has said whose it is. Absent where that is its own word, by a tag. */
  readonly assigned?: true | undefined;
}

/** What ends, and when (ISO 8601). */
export interface Due {
  readonly credential: Credential;
  readonly expiresAt: string;
}

/** Who owns what, and what for. Owners are subject keys; credentials are handles, never secrets. */
export interface Registry {
  entryOf(credential: Credential): Promise<RegistryEntry | undefined>;
  /** All that stands under these owners. */
  ownedBy(owners: readonly string[]): Promise<Credential[]>;
  /** All that states this entitlement. */
  dependingOn(entitlement: string): Promise<Credential[]>;
  /**
   * The first entry with an owner stays: another one is a dispute, since retagging is how a leaver would slip away. An
   * inventory gives its sighting too. Writes only what changed.
   */
  register(credential: Credential, entry: RegistryEntry, sighting?: Sighting): Promise<Registration>;
  orphans(): Promise<Registered[]>;
  read(credentials: readonly Credential[]): Promise<Registered[]>;
  /** An operator's word, which settles a dispute. */
  assign(credential: Credential, entry: RegistryEntry): Promise<void>;
  /** What `issue` made: its word stands, whatever was there before. */
  issued(credential: Credential, entry: RegistryEntry, provenance: Provenance): Promise<void>;
  /** Moves the end of something that is registered, which is due again then. Nothing where it is not registered. */
  setExpiry(credential: Credential, expiresAt: string): Promise<void>;
  /** The same, but only to sooner: whoever comes later must not prolong what somebody else has ended before. */
  endBy(credential: Credential, expiresAt: string): Promise<void>;
  /** All that ends by then and was not ended yet, soonest first: a query of the sparse index, a moment old. */
  dueBy(time: string): AsyncIterable<Due>;
  /** Somebody sees to it: not due any more, while `expiresAt` stays to be read. Nothing where its end was moved meanwhile. */
  endExpiry({ credential, expiresAt }: Due): Promise<void>;
  /**
   * All that ended by then and was seen to, soonest first, for 400 days: what was only observed, or is back, is alive past its end.
   * Out of the index, a moment old; gone from it with a new end, or once it is forgotten.
   */
  endedBy(time: string): AsyncIterable<Due>;
  /** It is deleted. */
  forget(credential: Credential): Promise<void>;
}

/** Whether two entries say the same of owners and reasons, in whatever order. */
export const saysTheSame = (a: RegistryEntry, b: RegistryEntry): boolean =>
  a.owners.toSorted().join(' ') === b.owners.toSorted().join(' ') &&
  a.entitlements.toSorted().join(' ') === b.entitlements.toSorted().join(' ');
