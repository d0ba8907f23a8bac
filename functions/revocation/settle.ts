import { isSettled, type Revocation, type RevocationStatus, type Task } from '../domain/revocation.ts';
import type { Recorder } from '../shared/recorder.ts';
import type { Revocations } from '../stores/revocations.ts';
import { loadRevocation } from './load.ts';

export interface SettleDeps {
  readonly revocations: Revocations;
  readonly record: Recorder;
  readonly now: () => Date;
}

/** Where each piece of work leads when nothing of it is open. */
const ends: Partial<Record<RevocationStatus, 'verified' | 'restored' | 'removed'>> = {
  contained: 'verified',
  restoring: 'restored',
  removing: 'removed',
};

/** Nobody's access depended on it alone, or there was none. A restore still gives back what the subject had lost. */
export const nothingToRevoke = 'nothing-to-revoke';

/** All of it stays: held down by others, protected, or nothing that can be deleted. A restore still gives back what is held. */
export const nothingRemoved = 'nothing-removed';

/** Why there is nothing to show for it, where there is not. A task says why nothing of it was deleted, and else nothing. */
const nothingIn = (tasks: readonly Task[], end: string): string | undefined => {
  if (end === 'verified') return tasks.some(({ status }) => status === end) ? undefined : nothingToRevoke;
  const isDeleted = ({ status, reason }: Task) => status === 'removed' && reason === undefined;
  return end === 'removed' && !tasks.some(isDeleted) ? nothingRemoved : undefined;
};

/**
 * What was proven has still to be restored, where the revocation is taken back, or removed. A task that is only observed,
 * although the revocation was approved, is of a principal that is gone.
 */
const isOpen = ({ status, counted }: Task, end: string): boolean => {
  if (status === 'verified') return end !== 'verified';
  // What others kept alive may have been cut for a moment, and is looked at by the restore too.
  if (status === 'skipped' && counted) return end === 'restored';
  if (status === 'removed') return end === 'restored';
  return !isSettled(status) && status !== 'observed';
};

/** It was undone and is proven once more: the hold period begins anew. */
const proveAnew = async (revocation: Revocation, { revocations, now }: SettleDeps): Promise<void> => {
  const tasks = await revocations.tasks(revocation.id);
  if (tasks.some((task) => isOpen(task, 'verified'))) return;
  await revocations.move(revocation, { provenAt: now().toISOString() });
};

/**
 * Ends a revocation once nothing of it is open: discovery done, every task verified, restored or put aside. Called
 * after whatever may have been the last piece; two workers that both see the end record it once.
 */
export const settle = async (id: string, { revocations, record, now }: SettleDeps): Promise<void> => {
  const revocation = await loadRevocation(id, revocations);
  const end = ends[revocation.status];
  if (revocation.status === 'verified') return proveAnew(revocation, { revocations, record, now });
  if (!end) return;
  const [tasks, discoveries] = await Promise.all([revocations.tasks(id), revocations.discoveries(id)]);
  if (end === 'verified' && !discoveries.every((discovery) => discovery.done)) return;
  if (tasks.some((task) => isOpen(task, end))) return;
  const reason = nothingIn(tasks, end);
  const type = reason ? 'skipped' : end;
  const data = { tasks: tasks.length, ...(reason && { reason }) };
  await record({ type: type === 'removed' ? 'deleted' : type, revocationId: id, once: type, data });
  const proven = type === 'verified' && { provenAt: now().toISOString() };
  await revocations.move(revocation, { status: type, ...(reason && { reason }), ...proven });
};
