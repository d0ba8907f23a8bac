import { subjectsOf } from '../domain/change.ts';
import { credentialKey } from '../domain/credential.ts';
import { believedTime } from '../domain/cutoff.ts';
import { lossesBy } from '../domain/grounds.ts';
import { type Plan, planOf } from '../domain/plan.ts';
import type { Revocation } from '../domain/revocation.ts';
import { subjectKey } from '../domain/subject.ts';
import { adopt } from './adopt.ts';
import type { ContainDeps } from './deps.ts';
import { settle } from './settle.ts';
import { kindsToDiscover, survey } from './survey.ts';

const startDiscovery = async (revocation: Revocation, deps: ContainDeps): Promise<void> => {
  const { revocations, work } = deps;
  const kinds = kindsToDiscover(revocation.change, deps);
  await Promise.all(
    kinds.map((kind) => revocations.saveDiscovery({ revocationId: revocation.id, kind, done: false })),
  );
  await work.send(
    kinds.map((kind) => ({ type: 'discover', revocationId: revocation.id, kind, again: false })),
  );
};

const recordPlan = ({ change, ...revocation }: Revocation, plan: Plan, { record }: ContainDeps) =>
  record({
    type: 'planned',
    revocationId: revocation.id,
    once: `planned:${revocation.mode}`,
    data: {
      ...change,
      cutoff: revocation.cutoff,
      // Noted, because the provider's clock, or somebody at it, is wrong.
      clamped: believedTime(change.occurredAt, new Date(revocation.cutoff)).clamped,
      mode: revocation.mode,
      tasks: plan.tasks.map(({ principal, verdict }) => ({ principal: credentialKey(principal), verdict })),
    },
  });

/**
 * Plans, denies what is known and queues the rest. Every task is tried before the first error is thrown, and the
 * revocation stays `received` until all of it went well, so that a redelivered event goes on where this one broke.
 */
export const contain = async (revocation: Revocation, deps: ContainDeps): Promise<Plan> => {
  const { id, change } = revocation;
  if (revocation.mode === 'enforce') {
    await deps.losses.add(subjectsOf(change).map(subjectKey), lossesBy(change), id);
  }
  const principals = await survey(change, deps);
  const plan = planOf(id, change, principals);
  await recordPlan(revocation, plan, deps);
  const adopted = await Promise.allSettled(plan.tasks.map((task) => adopt(task, revocation, deps)));
  await startDiscovery(revocation, deps);
  const failure = adopted.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
  const status = revocation.mode === 'observe' ? 'observed' : 'contained';
  await deps.revocations.move(revocation, { status });
  await settle(id, deps); // after a long outage the last task may be verified before this line is reached
  return plan;
};
