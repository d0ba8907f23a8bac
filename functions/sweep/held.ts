import { heldItemFor, type SweepCase, type SweepItem } from '../domain/sweep-plan.ts';
import type { PlanDeps } from './deps.ts';
import type { Problems } from './problems.ts';

/** What earlier runs had disabled, and what comes of it now. */
export interface Held {
  readonly items: readonly SweepItem[];
  /** Deleted for good: they are looked at no more. */
  readonly over: readonly SweepCase[];
}

export const heldIn = async (deps: PlanDeps, problems: Problems): Promise<Held> => {
  const { cases, revocations, settings, now } = deps;
  const items: SweepItem[] = [];
  const over: SweepCase[] = [];
  await problems.attempt('cases', async () => {
    for await (const held of cases.held()) {
      const revocation = await revocations.get(held.revocationId ?? '');
      const policy = settings.policies.find(({ name }) => name === held.policy);
      const item = heldItemFor(held, policy, { revocation, now: now() });
      if (item) items.push(item);
      else over.push(held);
    }
  });
  return { items, over };
};
