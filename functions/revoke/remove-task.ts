import { revokerFor } from '../credentials/revoker-for.ts';
import { othersDependOnIt } from '../domain/assessment.ts';
import { credentialKey } from '../domain/credential.ts';
import { CutoffError, needsAttention } from '../domain/errors.ts';
import { isYounger } from '../domain/ownership.ts';
import type { Revocation, Task, TaskStep } from '../domain/revocation.ts';
import { holdsDown, orderOf } from '../revocation/cut.ts';
import { holdersOf } from '../revocation/holders.ts';
import { standsNow } from '../revocation/judge.ts';
import { loadRevocation, loadTask } from '../revocation/load.ts';
import { settle } from '../revocation/settle.ts';
import type { RevokeDeps } from './revoke.ts';

interface Removal {
  readonly step: TaskStep;
  readonly revocation: Revocation;
}

const removed = 'removed';
const heldByOthers = 'held-by-others';
const anotherOne = 'another-one-by-now';
type Outcome =
  | typeof removed
  | typeof heldByOthers
  | typeof anotherOne
  | typeof othersDependOnIt
  | 'nothing-to-remove';

/** Why the whole principal stays. A name can come again: whoever has it now was never revoked. */
const stayOf = async (task: Task, revocation: Revocation, deps: RevokeDeps): Promise<Outcome | undefined> => {
  const { principal, counted } = task;
  const facts = await revokerFor(deps.revokers, principal.kind).describe(principal);
  if (isYounger(facts, revocation.cutoff)) return anotherOne;
  const stands = counted && (await standsNow(principal, { ...deps, change: revocation.change }));
  return stands ? othersDependOnIt : undefined;
};

/** Somebody turned it on since it was proven dead: whoever uses it would lose it without a way back. */
const mustBeDead = async ({ step, revocation }: Removal, deps: RevokeDeps): Promise<void> => {
  // What it was denied by goes before it does, so a removal that broke half-way finds it undenied. And what refused only
  // the past may be pruned by now.
  if (step.removing || !holdsDown(step)) return;
  const revoker = revokerFor(deps.revokers, step.credential.kind);
  const { state } = await revoker.inspect(step.credential, orderOf(revocation, step));
  if (state !== 'live') return;
  throw new CutoffError('it is alive: revoke it again before it is removed', {
    code: 'conflict',
    retryable: false,
  });
};

const record = ({ step, revocation }: Removal, outcome: Outcome, deps: RevokeDeps): Promise<void> => {
  const about = { revocationId: revocation.id, credential: credentialKey(step.credential) };
  if (outcome === removed) return deps.record({ ...about, type: 'deleted', once: 'deleted', data: {} });
  return deps.record({ ...about, type: 'skipped', once: `removal:${outcome}`, data: { reason: outcome } });
};

/** The handle is forgotten last, so that a crash in between is done again. */
const removeStep = async (removal: Removal, deps: RevokeDeps): Promise<Outcome> => {
  const { step, revocation } = removal;
  const { credential } = step;
  const { own, ofDependents } = await holdersOf(credential, deps);
  // Also what hangs off it, whether or not it is a step of ours: it would be deleted with it.
  if ([...own, ...ofDependents].some((id) => id !== revocation.id)) return heldByOthers;
  // What was refused was issued before, or an earlier try has removed it.
  if (!holdsDown(step) || own.length === 0) return 'nothing-to-remove';
  const outcome = await revokerFor(deps.revokers, credential.kind).remove(credential);
  // A row on the denylist, a deny on a role: it goes on refusing, and the upkeep goes on renewing it.
  if (outcome !== removed) return outcome;
  await record(removal, outcome, deps);
  await deps.registry.forget(credential);
  await deps.standing.release(credential, revocation.id);
  await deps.standing.forget(credential);
  return removed;
};

const recordFailure = async (
  { step, revocation }: Removal,
  error: unknown,
  deps: RevokeDeps,
): Promise<never> => {
  if (needsAttention(error)) {
    const { code, message } = error;
    const about = { revocationId: revocation.id, credential: credentialKey(step.credential) };
    await deps.record({ ...about, type: 'failed', once: `removal:${message}`, data: { code, message } });
  }
  throw error;
};

/** Every step that can be removed now is marked before the first is: see `mustBeDead`. */
const begin = async (task: Task, revocation: Revocation, deps: RevokeDeps): Promise<Task> => {
  const steps: TaskStep[] = [];
  for (const step of task.steps) {
    const removal = { step, revocation };
    await mustBeDead(removal, deps).catch((error: unknown) => recordFailure(removal, error, deps));
    steps.push({ ...step, removing: true });
  }
  return deps.revocations.saveTask({ ...task, steps });
};

const removeSteps = async (task: Task, revocation: Revocation, deps: RevokeDeps): Promise<void> => {
  for (const step of task.steps.toReversed()) {
    const removal = { step, revocation };
    const outcome: Outcome = await removeStep(removal, deps).catch((error: unknown) =>
      recordFailure(removal, error, deps),
    );
    if (outcome !== removed) await record(removal, outcome, deps);
  }
};

/**
 * Deletes for good what one revocation held down, in reverse: what hangs off a user first. The user itself stays as long
 * as somebody else holds something on it. May be done twice.
 */
export const removeTask = async (
  message: { revocationId: string; principal: string },
  deps: RevokeDeps,
): Promise<void> => {
  const revocation = await loadRevocation(message.revocationId, deps.revocations);
  const task = await loadTask(message, deps.revocations);
  if (revocation.status !== 'removing' || task.status !== 'verified') return; // a duplicate
  const stay = await stayOf(task, revocation, deps);
  let current = task;
  if (stay) {
    for (const step of task.steps) await record({ step, revocation }, stay, deps);
  } else {
    current = await begin(task, revocation, deps);
    await removeSteps(current, revocation, deps);
  }
  await deps.revocations.saveTask({ ...current, status: 'removed' });
  await settle(revocation.id, deps);
};
