import type { Credential } from '../domain/credential.ts';

/** What an owner has to hear before, or when, something happens to a credential of theirs. */
export interface Notice {
  /** The same for the same notice, however often it is sent: consumers dedupe on it. */
  readonly id: string;
  readonly about: 'sweep' | 'drift';
  readonly credential: Credential;
  /** Subject keys; none of an orphan. */
  readonly owners: readonly string[];
  /** Why, in words: `unused since 2026-01-02T…`. */
  readonly fact: string;
  /** Name of the policy, or `drift`. */
  readonly policy: string;
  /** What happens, and when (ISO 8601). Absent where nothing does. */
  readonly planned?: { readonly step: 'disable' | 'delete'; readonly at: string };
  /** The revocation, where one was begun: what `restore` takes. */
  readonly revocationId?: string;
}

/** Hands it over; at least once. Throws where nobody has it. */
export type SendNotice = (notice: Notice) => Promise<void>;
