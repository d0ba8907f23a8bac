import type { SweepCase } from '../domain/sweep-case.ts';
import { type HeldFacts, heldItemFor, mayBeDeleted } from '../domain/sweep-held.ts';
import type { SweepItem } from '../domain/sweep-plan.ts';
import { isExempt } from '../domain/sweep-policy.ts';
import type { SweepPolicy } from '../domain/sweep-settings.ts';
import type { PlanDeps } from './deps.ts';
import { exemptionsFor } from './exemptions.ts';
import type { Problems } from './problems.ts';

/** What earlier runs had disabled, and what comes of it now. */
export interface Held {
  readonly items: readonly SweepItem[];
  /** Deleted for good: they are looked at no more. */
  readonly over: readonly SweepCase[];
}

const factsOf = async (
  held: SweepCase,
  policy: SweepPolicy | undefined,
  deps: PlanDeps,
): Promise<HeldFacts> => {
  const { credential, revocationId = '' } = held;
  const now = deps.now();
  const revocation = await deps.revocations.get(revocationId);
  if (!mayBeDeleted(policy, revocation)) return { revocation, others: [], isKept: false, now };
  const holders = await deps.standing.holders(credential);
  const isKept = isExempt(held, await exemptionsFor(credential, deps), now);
  return { revocation, others: holders.filter((id) => id !== revocationId), isKept, now };
};

/** What is done about one that is held down; `undefined` where it is over. */
export const heldItem = async (
  held: SweepCase,
  policy: SweepPolicy | undefined,
  deps: PlanDeps,
): Promise<SweepItem | undefined> => heldItemFor(held, policy, await factsOf(held, policy, deps));

export const heldIn = async (deps: PlanDeps, problems: Problems): Promise<Held> => {
  const items: SweepItem[] = [];
  const over: SweepCase[] = [];
  await problems.attempt('cases', async () => {
    for await (const held of deps.cases.held()) {
      const policy = deps.settings.policies.find(({ name }) => name === held.policy);
      const seen = await problems.attempt('cases', async () => ({
        item: await heldItem(held, policy, deps),
      }));
      if (seen?.item) items.push(seen.item);
      else if (seen) over.push(held);
    }
  });
  return { items, over };
};
