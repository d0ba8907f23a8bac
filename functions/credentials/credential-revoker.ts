import type { Credential, CredentialKind } from '../domain/credential.ts';
import type { CredentialState, EvidenceLevel } from '../domain/evidence.ts';
import type { PrincipalFacts } from '../domain/ownership.ts';
import type { Subject } from '../domain/subject.ts';
import type { Action } from '../domain/treatment.ts';

/** What is looked for. A kind answers the searches that make sense for it and yields nothing for the others. */
export type Search =
  /** Every principal of the account, for the inventory. */
  | { readonly for: 'everyone' }
  /** Principals that may belong to the subject; the caller judges each by its facts. */
  | {
      readonly for: 'subject';
      readonly subjects: readonly Subject[];
      /** The subject may be an application, so what was issued to it counts too. */
      readonly clients?: boolean;
    }
  /** What hangs off one principal, read live: also the re-list that finds newcomers. */
  | { readonly for: 'principal'; readonly principal: Credential };

export interface Found<C extends Credential = Credential> {
  readonly credential: C;
  readonly facts: PrincipalFacts;
}

/** On whose behalf and how a credential is cut. */
export interface Order {
  readonly revocationId: string;
  readonly action: Action;
  /** ISO 8601. Of a step whose own time was raised, that time. */
  readonly cutoff: string;
}

/** JSON data that only the kind itself understands: the state before Cutoff touched it. */
export type Original = Readonly<Record<string, unknown>>;

/** One read-only look. Planning, restoring and verifying all see through it. */
export interface Inspection {
  readonly state: CredentialState;
  readonly level: EvidenceLevel;
  /** ISO 8601, where it was not seen just now: one attempt may serve several credentials. */
  readonly at?: string;
  /** The call and what it showed, for the audit. */
  readonly observed: string;
  /** The state as it is now: kept before the first revocation, it is what `restore` goes back to. */
  readonly original: Original;
}

/**
 * One file a kind. Every method may be called twice; "already so" and "gone" are successes. Errors are
 * `CutoffError`s: `access-denied` names the missing action, throttling is retryable.
 */
export interface CredentialRevoker<C extends Credential = Credential> {
  readonly kind: C['kind'];
  /** Levels that must be observed before `verified` is written. */
  readonly requiredEvidence: readonly EvidenceLevel[];
  /** `deny` leaves what `original` tells as it is, so that containment need not wait for reading it. */
  readonly denyKeepsOriginal: boolean;
  /** Whether `deny` does anything: only then does ingest touch it, and need rights to. */
  readonly hasFastDeny: boolean;
  /** Whether a row on the denylist is what refuses it, or a part of that: then caches of the authorizer's answers count. */
  readonly readsDenylist?: true;
  /** False where the settings name nothing of this kind: it is not looked for. */
  readonly isConfigured: boolean;
  /** Why no restore can bring it back, such as `must-be-granted-anew`; absent where one can. */
  readonly cannotComeBack?: string;
  /** Seconds after which what happened shows in a listing, where that is longer than the consistency window. */
  readonly listsLateSeconds?: number;
  discover(search: Search): AsyncIterable<Found<C>>;
  /** Facts of one principal, live; `undefined` when it is gone. */
  describe(credential: C): Promise<PrincipalFacts | undefined>;
  /** Writes nothing. */
  inspect(credential: C, order: Order): Promise<Inspection>;
  /**
   * A real attempt with it, or one that shows how its kind is refused, where the settings say how; the answer is of
   * level `probe`, its `original` empty. `undefined` where the settings say nothing. Only `verify` calls it, after
   * `inspect` found the credential dead. Throws where the attempt says nothing, such as an outage: never taken for a
   * refusal.
   */
  probe?(credential: C, order: Order): Promise<Inspection | undefined>;
  /** The fast part of `revoke`, called by ingest before anything is queued. */
  deny(credential: C, order: Order): Promise<'denied' | 'nothing-to-deny'>;
  /** Keeps a standing denial from expiring, and does not bring back one that was lifted. No-op where none expires. */
  prolong(credential: C): Promise<void>;
  /** All of it, `deny` included. */
  revoke(credential: C, order: Order): Promise<void>;
  /** Back to `original`, and not a step further: what was inactive before stays inactive. */
  restore(credential: C, original: Original): Promise<void>;
  /** Deletes it for good, after the hold period. A credential that is gone is `removed`. */
  remove(credential: C): Promise<'removed' | 'nothing-to-remove'>;
}

/** Exactly one revoker per kind; a kind without one does not compile. */
export type Revokers = {
  readonly [K in CredentialKind]: CredentialRevoker<Extract<Credential, { kind: K }>>;
};
