import { InvalidInput } from '../domain/errors.ts';
import type { SweepDiff } from '../domain/sweep-items.ts';
import type { SweepItem, SweepStep } from '../domain/sweep-plan.ts';
import type { Place } from '../shared/aws-clients.ts';
import type { RunHead, SweepRuns } from '../stores/sweeps.ts';
import type { Run, RunPlan } from './plan-run.ts';
import type { Problems } from './problems.ts';

/** What a run found, and what it does about it. */
export interface SweepReport extends Place {
  readonly runId: string;
  readonly mode: 'observe' | 'enforce' | 'dry-run';
  readonly suspects: number;
  readonly counts: Partial<Record<SweepStep, number>>;
  readonly items: readonly SweepItem[];
  readonly diff: SweepDiff;
  readonly problems?: Problems['found'];
}

/** What is kept of a run. */
export interface LastReport extends Place, RunHead {
  readonly counts: SweepReport['counts'];
  readonly items: readonly SweepItem[];
}

const countsOf = (items: readonly SweepItem[]): SweepReport['counts'] =>
  Object.fromEntries(
    Object.entries(Object.groupBy(items, ({ step }) => step)).map(([step, all]) => [step, all?.length]),
  );

export const reportOf = (
  { runId, problems: { found } }: Run,
  { suspects, items, diff }: RunPlan,
  where: Place & Pick<SweepReport, 'mode'>,
): SweepReport => ({
  runId,
  ...where,
  suspects,
  counts: countsOf(items),
  items,
  diff,
  ...(found && { problems: found }),
});

/** Throws `InvalidInput` where there was no run, or none whose items are still kept. */
export const lastReport = async (
  place: Place,
  runs: Pick<SweepRuns, 'last' | 'items'>,
): Promise<LastReport> => {
  const head = await runs.last(place);
  if (!head) throw new InvalidInput('request.last', 'has nothing to show: there was no run yet');
  const items = await runs.items(place, head);
  return { ...place, ...head, counts: countsOf(items), items };
};
