import { revokerFor } from '../credentials/revoker-for.ts';
import { credentialKey } from '../domain/credential.ts';
import { isTakenBack, type Task, type TaskStep } from '../domain/revocation.ts';
import { holdsDown, orderOf } from '../revocation/cut.ts';
import { loadRevocation, loadTask } from '../revocation/load.ts';
import { settle } from '../revocation/settle.ts';
import type { RevokeDeps } from './revoke.ts';

type Outcome = { readonly type: 'restored' | 'skipped'; readonly data: Readonly<Record<string, unknown>> };

/** Takes this revocation out of the credential's standing set, and brings it back if it was the last one. */
const restoreStep = async (step: TaskStep, task: Task, deps: RevokeDeps): Promise<Outcome> => {
  if (!holdsDown(step)) return { type: 'skipped', data: { reason: 'what-was-issued-before-stays-refused' } };
  const { credential } = step;
  const { remaining, original, newcomer } = await deps.standing.release(credential, task.revocationId);
  if (remaining.length > 0) return { type: 'skipped', data: { reason: 'held-by-others', remaining } };
  // No original: an earlier try got this far, or the step was never carried out.
  if (!original) return { type: 'skipped', data: { reason: 'nothing-to-restore' } };
  if (newcomer) {
    await deps.standing.forget(credential);
    return { type: 'skipped', data: { reason: 'made-while-revoked' } };
  }
  const revoker = revokerFor(deps.revokers, credential.kind);
  await revoker.restore(credential, original);
  if (await deps.standing.forget(credential)) return { type: 'restored', data: { original } };
  // Somebody revoked it in this very moment: down again, and the new revocation verifies it.
  const revocation = await loadRevocation(task.revocationId, deps.revocations);
  await revoker.revoke(credential, orderOf(revocation, step));
  return { type: 'skipped', data: { reason: 'revoked-again-meanwhile' } };
};

/** Undoes exactly what this revocation did, in reverse: the deny on the user goes last. May be done twice. */
export const undo = async (task: Task, deps: RevokeDeps): Promise<void> => {
  if (task.status === 'skipped' || task.status === 'rejected') return; // never cut
  for (const step of task.steps.toReversed()) {
    const { type, data } = await restoreStep(step, task, deps);
    const credential = credentialKey(step.credential);
    await deps.record({ type, revocationId: task.revocationId, credential, once: 'restored', data });
  }
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
