import type { SweepCase } from '../domain/sweep-case.ts';
import { diffOf, inOrder, type SweepDiff, withinCap, without } from '../domain/sweep-items.ts';
import type { SweepItem } from '../domain/sweep-plan.ts';
import type { Checkpoint } from '../stores/sweeps.ts';
import type { SweepDeps } from './deps.ts';
import { heldIn } from './held.ts';
import { planAll } from './plan-all.ts';
import type { Problems } from './problems.ts';
import { suspectsIn } from './suspects.ts';

export interface Run {
  readonly runId: string;
  /** Writes nothing. */
  readonly isDry: boolean;
  readonly checkpoint: Checkpoint | undefined;
  readonly problems: Problems;
}

/** What a run wants: made the same way, whatever is done with it. */
export interface RunPlan {
  /** How many principals were read. */
  readonly suspects: number;
  readonly items: readonly SweepItem[];
  /** Against the run before. */
  readonly diff: SweepDiff;
  /** Of the run before, and found no more. */
  readonly gone: readonly SweepItem[];
  /** Deleted for good since. */
  readonly over: readonly SweepCase[];
}

/** Milliseconds that are kept for what comes after the reading. */
const margin = 90_000;

const lastItems = async ({ runs, place }: SweepDeps): Promise<SweepItem[]> => {
  const last = await runs.last(place);
  return last ? runs.items(place, last) : [];
};

/** What could not be looked at is neither found nor gone. */
const unseen = ({ policy, credential, owners, fact }: SweepItem): SweepItem => ({
  ...{ policy, credential, owners, fact },
  step: 'wait',
  reason: 'unseen',
});

/** `undefined` where time was over before the plan was whole: a checkpoint says where to go on. */
export const planRun = async (run: Run, deps: SweepDeps): Promise<RunPlan | undefined> => {
  const { problems } = run;
  const suspects = await suspectsIn(deps, problems);
  const isLate = () => deps.timeLeft() < margin;
  const found = await planAll(suspects, { ...deps, ...run, isLate });
  if (!found) return undefined;
  const held = await heldIn(deps, problems);
  const wanted = withinCap(inOrder([...found, ...without(held.items, found)]), deps.cap);
  const before = await lastItems(deps);
  const missing = without(before, wanted);
  const items = problems.found ? inOrder([...wanted, ...missing.map(unseen)]) : wanted;
  const gone = problems.found ? [] : missing;
  return { suspects: suspects.length, items, diff: diffOf(before, items), gone, over: held.over };
};
