import { isSettled, type Task } from '../domain/revocation.ts';
import type { Recorder } from '../shared/recorder.ts';
import type { Revocations } from '../stores/revocations.ts';
import { loadRevocation } from './load.ts';

/**
 * What was proven has still to be restored, where the revocation is taken back. A task that is only observed, although
 * the revocation was approved, is of a principal that is gone.
 */
const isOpen = ({ status }: Task, restoring: boolean): boolean =>
  status === 'verified' ? restoring : !isSettled(status) && status !== 'observed';

/**
 * Ends a revocation once nothing of it is open: discovery done, every task verified, restored or put aside. Called
 * after whatever may have been the last piece; two workers that both see the end record it once.
 */
export const settle = async (
  id: string,
  { revocations, record }: { revocations: Revocations; record: Recorder },
): Promise<void> => {
  const revocation = await loadRevocation(id, revocations);
  if (revocation.status !== 'contained' && revocation.status !== 'restoring') return;
  const [tasks, discoveries] = await Promise.all([revocations.tasks(id), revocations.discoveries(id)]);
  const restoring = revocation.status === 'restoring';
  if (!restoring && !discoveries.every((discovery) => discovery.done)) return;
  if (tasks.some((task) => isOpen(task, restoring))) return;
  const type = restoring
    ? 'restored'
    : tasks.some((task) => task.status === 'verified')
      ? 'verified'
      : 'skipped';
  const data = { tasks: tasks.length, ...(type === 'skipped' && { reason: 'nothing-to-revoke' }) };
  await record({ type, revocationId: id, once: type, data });
  await revocations.move(revocation, { status: type });
};
