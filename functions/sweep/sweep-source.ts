import type { Credential } from '../domain/credential.ts';
import type { LiveFacts } from '../domain/sweep-facts.ts';
import type { RoughFacts } from '../domain/sweep-policy.ts';
import type { SweptKind } from '../domain/sweep-settings.ts';

/** What lists tell of many at once: up to four hours old, and of access keys without their ids. */
export interface Listed extends RoughFacts {
  /** The one to be read again: of an access key, its user. */
  readonly principal: Credential;
}

/**
 * Where credentials of some kinds are found, a file a service. `listed` costs a page for many, whoever is listed; `read` costs a
 * few calls for one, and is asked of suspects alone. Throws `CutoffError`s.
 */
export interface SweepSource {
  readonly kinds: readonly SweptKind[];
  /** Everything of its kinds, by lists alone: nothing is asked for one at a time. */
  listed(): AsyncIterable<Listed>;
  /**
   * What hangs off the principal and is of these kinds, the principal too, as it is right now. Nothing where it is gone: deleted
   * in mid-sweep.
   */
  read(principal: Credential): Promise<LiveFacts[]>;
}
