import type { Change } from './change.ts';
import type { Credential } from './credential.ts';
import type { Observation } from './evidence.ts';
import type { Action } from './treatment.ts';

export type Mode = 'observe' | 'enforce';

/** `received` is the only state in which a redelivered event does anything. */
export type RevocationStatus =
  | 'received'
  | 'observed'
  | 'held'
  | 'skipped'
  | 'rejected'
  | 'contained'
  | 'verified'
  | 'restoring'
  | 'restored'
  | 'removing'
  | 'removed';

/** One subject losing access because of one change. */
export interface Revocation {
  readonly id: string;
  readonly change: Change;
  readonly mode: Mode;
  readonly status: RevocationStatus;
  /** The aliases that the event itself gave; `change` has those of the link table too, as it was then. */
  readonly told?: Change['aliases'];
  /** ISO 8601; written once, see `cutoff.ts`. */
  readonly cutoff: string;
  readonly reason?: string;
  /** ISO 8601; the hold period counts from here. */
  readonly provenAt?: string;
}

export type TaskStatus =
  | 'pending'
  | 'revoked'
  | 'verified'
  | 'unverified'
  | 'failed'
  | 'held'
  | 'observed'
  | 'skipped'
  | 'rejected'
  | 'restored'
  | 'removed';

export interface TaskStep {
  readonly credential: Credential;
  readonly action: Action;
  readonly state: 'planned' | 'revoked' | 'verified';
  /** Found only after the first cut: somebody made it meanwhile, so a restore does not turn it on. */
  readonly newcomer?: true;
  /** Consecutive looks that found it dead. */
  readonly looks: readonly Observation[];
  /** ISO 8601. For `deny-sessions`: later than the cutoff, since the key minted sessions until it was seen dead. */
  readonly deniedBefore?: string;
  /** Its removal has begun, so that what it was denied by may be gone already. */
  readonly removing?: true;
}

/** One principal, with its steps in order: the unit of work, of retry and of approval. */
export interface Task {
  readonly revocationId: string;
  readonly principal: Credential;
  readonly status: TaskStatus;
  readonly reason?: string;
  readonly steps: readonly TaskStep[];
  /** How many looks `verify` has taken; a message with a smaller number is a duplicate. */
  readonly look: number;
  /** The look from which the proof is being made, where it had to begin anew. */
  readonly lookedFrom?: number;
  /** See `PlannedTask`. */
  readonly counted?: true;
  readonly statesIt?: true;
  /** Optimistic lock. */
  readonly version: number;
}

/** Live discovery of one kind is work like any other: it must be seen to finish. */
export interface Discovery {
  readonly revocationId: string;
  readonly kind: Credential['kind'];
  readonly done: boolean;
}

/** Taken back: what of it is still down comes up, and nothing more goes down. */
export const isTakenBack = ({ status }: Revocation): boolean =>
  status === 'restoring' || status === 'restored';

/** Nothing more of it is looked for, looked at or cut. */
export const isOver = (revocation: Revocation): boolean =>
  isTakenBack(revocation) || revocation.status === 'removing' || revocation.status === 'removed';

/** An operator decides: `approve` or `reject`. */
export const isWaiting = ({ status }: Revocation | Task): boolean =>
  status === 'held' || status === 'observed';

/** Nothing further will happen to a task in these states unless somebody asks for it. */
export const isSettled = (status: TaskStatus): boolean =>
  ['verified', 'skipped', 'rejected', 'restored', 'removed'].includes(status);

/** Not put aside: what it names is cut, or about to be. */
export const isCarriedOut = (status: TaskStatus): boolean =>
  !['held', 'observed', 'skipped', 'rejected'].includes(status);
