import { InvalidInput } from '../domain/errors.ts';
import type { SweepItem } from '../domain/sweep-plan.ts';
import type { Checkpoint, RunHead } from '../stores/sweeps.ts';
import { carryOut, letGo } from './carry-out.ts';
import type { SweepDeps } from './deps.ts';
import { checkpointVersion, pageSize } from './plan-all.ts';
import { planRun, type Run, type RunPlan } from './plan-run.ts';
import { Problems } from './problems.ts';
import { type LastReport, lastReport, reportOf, type SweepReport } from './report.ts';
import type { SweepRequest } from './request.ts';

/** `busy`: another run is at work there. `goes-on`: this one's time is over, and it goes on in another invocation. */
export type SweepOutcome =
  | SweepReport
  | LastReport
  | { readonly runId: string; readonly status: 'busy' | 'goes-on' };

/** Seconds of the lease: longer than an invocation, so that a run which crashed is not in the way for long. */
const leaseSeconds = 20 * 60;

/** Milliseconds that the last note of a run takes. */
const lastNote = 15_000;

const saveItems = async (items: readonly SweepItem[], head: Omit<RunHead, 'pages'>, deps: SweepDeps) => {
  const { runs, place } = deps;
  const pages = Math.ceil(items.length / pageSize);
  for (let number = 0; number < pages; number += 1) {
    const page = items.slice(number * pageSize, (number + 1) * pageSize);
    await runs.savePage(place, { runId: head.runId, number, items: page });
  }
  await runs.complete(place, { ...head, pages });
};

/** Milliseconds. What was planned longer ago is planned anew. */
const longestBreak = 3_600_000;

/** What an earlier invocation left, unless another version of this code wrote it, or too long ago: then the run begins anew. */
const checkpointAt = async ({ runs, place, now, count }: SweepDeps): Promise<Checkpoint | undefined> => {
  const checkpoint = await runs.checkpoint(place);
  if (!checkpoint) return undefined;
  const isFresh = now().getTime() - Date.parse(checkpoint.at) < longestBreak;
  if (checkpoint.version === checkpointVersion && isFresh) return checkpoint;
  count('CheckpointDropped');
  return undefined;
};

/** Nothing is written, not even that there was such a run. */
const dryRun = async (deps: SweepDeps): Promise<SweepReport> => {
  const run = { runId: deps.newRunId(), isDry: true, checkpoint: undefined, problems: new Problems() };
  const plan = await planRun(run, deps);
  if (plan) return reportOf(run, plan, { ...deps.place, mode: 'dry-run' });
  const why = 'takes longer than a function may run: let it run by its schedule';
  throw new InvalidInput('request.dryRun', why);
};

/** What is left undone is found again by the run after this one, which then need not wait for its day. */
const act = async ({ items, gone, over }: RunPlan, { problems }: Run, deps: SweepDeps): Promise<void> => {
  await letGo({ gone, over }, deps, problems);
  const isLate = () => deps.timeLeft() < lastNote;
  if (!(await carryOut(items, { ...deps, isLate }, problems))) await deps.goOn(deps.place);
};

const realRun = async (run: Run, deps: SweepDeps): Promise<SweepOutcome> => {
  const { place, mode, count } = deps;
  const { runId, problems } = run;
  const startedAt = deps.now().toISOString();
  const plan = await planRun(run, deps);
  if (problems.found) count('SweepProblem');
  if (!plan) {
    await deps.goOn(place);
    return { runId, status: 'goes-on' };
  }
  const before = problems.found;
  if (mode === 'enforce') await act(plan, run, deps);
  if (!before && problems.found) count('SweepProblem');
  await saveItems(plan.items, { runId, startedAt, mode }, deps);
  return reportOf(run, plan, { ...place, mode });
};

/** All of a run happens at one time, or a step that was due when it was planned would be late when it is noted. */
const atOneTime = (deps: SweepDeps): SweepDeps => {
  const at = deps.now();
  return { ...deps, now: () => at };
};

/**
 * One run in one place: lists tell who is suspect, each suspect is read live, policies say what is wanted of it, and that is done
 * where the source `sweep` enforces. The plan is made before anything is done, and is the same whether anything is.
 */
export const sweep = async (request: SweepRequest, deps: SweepDeps): Promise<SweepOutcome> => {
  if (request.last) return lastReport(deps.place, deps.runs);
  if (request.dryRun) return dryRun(atOneTime(deps));
  const { runs, place, count } = deps;
  // Of this invocation: one that goes on behind a checkpoint must not share the place with the one that wrote it.
  const runId = deps.newRunId();
  if (!(await runs.begin(place, runId, leaseSeconds))) {
    count('SweepBusy');
    return { runId, status: 'busy' };
  }
  try {
    const checkpoint = await checkpointAt(deps);
    const run = { runId, isDry: false, checkpoint, problems: new Problems() };
    return await realRun(run, atOneTime(deps));
  } finally {
    await runs.end(place, runId);
  }
};
