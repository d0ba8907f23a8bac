import type { SweepSettings } from '../domain/sweep-settings.ts';
import type { InventoryDeps } from '../inventory/take-in.ts';
import type { SendNotice } from '../notices/notice.ts';
import type { RemovalDeps } from '../revocation/removal.ts';
import type { Place } from '../shared/aws-clients.ts';
import type { IdentityQueue } from '../shared/queues.ts';
import type { Count } from '../shared/recorder.ts';
import type { Keeps } from '../stores/keeps.ts';
import type { Standing } from '../stores/standing.ts';
import type { SweepCases, SweepRuns } from '../stores/sweeps.ts';
import type { SweepSource } from './sweep-source.ts';

/** What it takes to see and to plan: nothing here writes. */
export interface PlanDeps extends InventoryDeps {
  readonly now: () => Date;
  readonly settings: SweepSettings;
  readonly sources: readonly SweepSource[];
  readonly standing: Pick<Standing, 'all' | 'holders'>;
  readonly revocations: Pick<RemovalDeps['revocations'], 'get'>;
  readonly cases: Pick<SweepCases, 'of' | 'held'>;
  readonly keeps: Pick<Keeps, 'of'>;
}

/** What it takes to do what was planned. */
export interface CarryOutDeps extends RemovalDeps {
  readonly cases: SweepCases;
  readonly events: IdentityQueue;
  readonly notify: SendNotice;
  readonly settings: Pick<SweepSettings, 'policies' | 'exemptions' | 'longestKeepDays'>;
  readonly keeps: Pick<Keeps, 'of'>;
}

export interface SweepDeps extends PlanDeps, CarryOutDeps {
  readonly settings: SweepSettings;
  readonly revocations: RemovalDeps['revocations'];
  readonly cases: SweepCases;
  readonly runs: SweepRuns;
  readonly mode: 'observe' | 'enforce';
  /** Credentials that may be disabled in one run. */
  readonly cap: number;
  readonly place: Place;
  readonly newRunId: () => string;
  /** Milliseconds that are left of this invocation. */
  readonly timeLeft: () => number;
  /** Starts the same run once more, in an invocation of its own. */
  readonly goOn: (place: Place) => Promise<void>;
  readonly count: Count;
}
