import { Conflict } from '../domain/errors.ts';
import { gone as asGone, type SweepCase } from '../domain/sweep-case.ts';
import type { SweepItem } from '../domain/sweep-plan.ts';
import type { CarryOutDeps } from './deps.ts';
import type { Problems } from './problems.ts';
import { doers } from './steps.ts';

/** Whoever lost a race for its case has nothing to do: the other one did it. */
const unlessLost = (error: unknown): void => {
  if (!(error instanceof Conflict)) throw error;
};

const carryOutItem = async (item: SweepItem, deps: CarryOutDeps): Promise<void> => {
  const earlier = await deps.cases.of(item.policy, item.credential);
  await doers[item.step]({ item, earlier, now: deps.now() }, deps).catch(unlessLost);
};

/** What is found no more, or deleted: found again, it is a new case. */
export const letGo = async (
  { gone, over }: { readonly gone: readonly SweepItem[]; readonly over: readonly SweepCase[] },
  deps: CarryOutDeps,
  problems: Problems,
): Promise<void> => {
  const close = (one: SweepCase) =>
    problems.attempt('closing of cases', async () => void (await deps.cases.save(one).catch(unlessLost)));
  for (const one of over) await close({ ...one, isOver: true });
  for (const { policy, credential } of gone) {
    const earlier = await deps.cases.of(policy, credential);
    if (earlier && !earlier.revocationId && !earlier.isGone) await close(asGone(earlier));
  }
};

/** Does what was planned, as far as time allows; what is left is the next run's. Returns whether all of it was done. */
export const carryOut = async (
  items: readonly SweepItem[],
  deps: CarryOutDeps & { readonly isLate: () => boolean },
  problems: Problems,
): Promise<boolean> => {
  for (const item of items) {
    if (deps.isLate()) return false;
    await problems.attempt(`${item.step} of ${item.credential.kind}`, () => carryOutItem(item, deps));
  }
  return true;
};
