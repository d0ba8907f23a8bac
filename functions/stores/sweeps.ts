import type { Credential } from '../domain/credential.ts';
import type { SweepCase } from '../domain/sweep-case.ts';
import type { SweepItem } from '../domain/sweep-plan.ts';
import type { Place } from '../shared/aws-clients.ts';

/** Where a run was when its time was over. It begins again from the lists, which are cheap, and goes on behind `cursor`. */
export interface Checkpoint {
  /** Of the form of a checkpoint: one of another version is dropped, and its run begins anew. */
  readonly version: number;
  readonly runId: string;
  /** ISO 8601. What was planned hours ago is not carried out. */
  readonly at: string;
  /** Credential key of the last principal that was read. */
  readonly cursor: string;
  /** Pages of items that are stored already. */
  readonly pages: number;
}

/** What is kept of a run, beside its items. */
export interface RunHead {
  readonly runId: string;
  /** ISO 8601 */
  readonly startedAt: string;
  readonly mode: 'observe' | 'enforce';
  readonly pages: number;
}

/**
 * For which the items of a run are kept, in the attribute `forgetAt`. DynamoDB deletes days late ("Using time to live (TTL)"), and
 * nothing is decided by what is there still: a run as old as that is the last one no more.
 */
export const keptDays = 90;

/** Runs of sweeps, one at a time in each place. Rows `sweep#ACCOUNT:REGION` of the revocations table. */
export interface SweepRuns {
  /** False where another run has the place. The same run may take it again. The lease ends by itself after `seconds`. */
  begin(place: Place, runId: string, seconds: number): Promise<boolean>;
  end(place: Place, runId: string): Promise<void>;
  checkpoint(place: Place): Promise<Checkpoint | undefined>;
  /** Throws `Conflict` where another run has the place by now. */
  saveCheckpoint(place: Place, checkpoint: Checkpoint): Promise<void>;
  /** Items of one page, 250 at most. */
  savePage(place: Place, page: { runId: string; number: number; items: readonly SweepItem[] }): Promise<void>;
  /** It is the last one from now on, and its checkpoint is gone. Throws `Conflict` where another run has the place by now. */
  complete(place: Place, head: RunHead): Promise<void>;
  /** Of those whose items are still kept. */
  last(place: Place): Promise<RunHead | undefined>;
  items(place: Place, head: Pick<RunHead, 'runId' | 'pages'>): Promise<SweepItem[]>;
}

/** How far each credential is for each policy. Rows `sweep-case#POLICY` beside the credential's standing set. */
export interface SweepCases {
  of(policy: string, credential: Credential): Promise<SweepCase | undefined>;
  /** Moves `version` on; throws `Conflict` where another worker did so first. */
  save(one: SweepCase): Promise<SweepCase>;
  /** Those with a revocation that are not over, from the sparse index: a moment old. */
  held(): AsyncIterable<SweepCase>;
}
