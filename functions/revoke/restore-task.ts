import { revokerFor } from '../credentials/revoker-for.ts';
import { credentialKey, principalOf } from '../domain/credential.ts';
import { daysAfter } from '../domain/days.ts';
import { isTakenBack, type Task, type TaskStep } from '../domain/revocation.ts';
import { holdsDown, orderOf } from '../revocation/cut.ts';
import { loadRevocation, loadTask } from '../revocation/load.ts';
import { settle } from '../revocation/settle.ts';
import { taskMessage } from '../shared/queues.ts';
import type { Released } from '../stores/standing.ts';
import type { RevokeDeps } from './revoke.ts';

type Outcome = { readonly type: 'restored' | 'skipped'; readonly data: Readonly<Record<string, unknown>> };

const skipped = (reason: string, more = {}): Outcome => ({ type: 'skipped', data: { reason, ...more } });

/** Back to what it was. Somebody who revokes it in this very moment wins, and verifies it. */
const bringBack = async (
  step: TaskStep,
  original: NonNullable<Released['original']>,
  { task, ...deps }: RevokeDeps & { task: Task },
): Promise<Outcome> => {
  const { credential } = step;
  const revoker = revokerFor(deps.revokers, credential.kind);
  if (revoker.cannotComeBack) {
    await deps.standing.forget(credential);
    return skipped(revoker.cannotComeBack);
  }
  await revoker.restore(credential, original);
  // A refusal that is kept a while longer harms nobody, and ends with the cache's own time.
  if (revoker.readsDenylist) await deps.emptyCaches?.().catch(() => undefined);
  if (await deps.standing.forget(credential)) return { type: 'restored', data: { original } };
  const revocation = await loadRevocation(task.revocationId, deps.revocations);
  await revoker.revoke(credential, orderOf(revocation, step));
  return skipped('revoked-again-meanwhile');
};

/**
 * Others that hold it down may have done so only because nothing kept it alive by then. They decide again: see `spare` in
 * `revoke-task.ts`.
 */
const letDecideAgain = async (step: TaskStep, others: readonly string[], deps: RevokeDeps): Promise<void> => {
  const principal = principalOf(step.credential);
  const tasks = await Promise.all(others.map((id) => deps.revocations.task(id, credentialKey(principal))));
  const counting = tasks.filter((task): task is Task => task?.counted === true);
  await deps.work.send(counting.map((task) => taskMessage('revoke', task)));
};

/** Takes this revocation out of the credential's standing set, and brings it back if it was the last one. */
const restoreStep = async (step: TaskStep, deps: RevokeDeps & { task: Task }): Promise<Outcome> => {
  const { credential } = step;
  if (!holdsDown(step)) return skipped('what-was-issued-before-stays-refused');
  const { task } = deps;
  const { remaining, original, newcomer } = await deps.standing.release(credential, task.revocationId);
  if (remaining.length > 0) {
    await letDecideAgain(step, remaining, deps);
    return skipped('held-by-others', { remaining });
  }
  // No original: an earlier try got this far, or the step was never carried out.
  if (!original) return skipped('nothing-to-restore');
  if (newcomer) {
    await deps.standing.forget(credential);
    return skipped('made-while-revoked');
  }
  return bringBack(step, original, deps);
};

const wasCut = ({ status, counted }: Task): boolean =>
  status !== 'rejected' && (status !== 'skipped' || counted === true);

/** Undoes exactly what a task did, in reverse: the deny on the user goes last. May be done twice. */
export const undoSteps = async (task: Task, once: string, deps: RevokeDeps): Promise<void> => {
  for (const step of task.steps.toReversed()) {
    const { type, data } = await restoreStep(step, { ...deps, task });
    const credential = credentialKey(step.credential);
    await deps.record({ type, revocationId: task.revocationId, credential, once, data });
  }
};

/** Days in which whoever got back what had expired has to rotate it. */
const graceDays = 7;

/**
 * What had expired and is back ends once more: nothing lives on for having been restored. Said before it is back, so that a crash
 * in between leaves nothing alive without an end.
 */
const expireAgain = async (
  { revocationId }: Task,
  { revocations, registry, now }: RevokeDeps,
): Promise<void> => {
  const { change } = await loadRevocation(revocationId, revocations);
  if (change.change !== 'credential-expired' || !change.credential) return;
  await registry.setExpiry(change.credential, daysAfter(now().toISOString(), graceDays));
};

/** The revocation is taken back, and with it this task. */
export const undo = async (task: Task, deps: RevokeDeps): Promise<void> => {
  if (!wasCut(task)) return;
  await expireAgain(task, deps);
  await undoSteps(task, 'restored', deps);
  await deps.revocations.saveTask({ ...task, status: 'restored' });
  await settle(task.revocationId, deps);
};

export const restoreTask = async (
  message: { revocationId: string; principal: string },
  deps: RevokeDeps,
): Promise<void> => {
  const revocation = await loadRevocation(message.revocationId, deps.revocations);
  const task = await loadTask(message, deps.revocations);
  if (!isTakenBack(revocation) || task.status === 'restored') return; // a duplicate
  await undo(task, deps);
};
