import type { SweepDiff } from '../domain/sweep-items.ts';
import type { SweepItem, SweepStep } from '../domain/sweep-plan.ts';
import type { Place } from '../shared/aws-clients.ts';
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
