import { credentialKey } from '../domain/credential.ts';
import {
  isSettled,
  isWaiting,
  type Revocation,
  type RevocationStatus,
  type Task,
} from '../domain/revocation.ts';
import { taskMessage } from '../shared/queues.ts';
import type { ContainDeps } from './deps.ts';
import { settle } from './settle.ts';

/** What broke half-way can be undone too, and a restore that was cut short may be asked for again. */
const restorable: ReadonlySet<RevocationStatus> = new Set(['received', 'contained', 'verified', 'restoring']);

export const isRestorable = ({ status }: Revocation): boolean => restorable.has(status);

/** What was never cut needs no undoing. */
const groupOf = (task: Task): 'touched' | 'waiting' | 'ended' => {
  if (isWaiting(task)) return 'waiting';
  return isSettled(task.status) && task.status !== 'verified' ? 'ended' : 'touched';
};

/** Tasks of a revocation that is taken back, which nobody has undone yet. */
export const takeBackRest = async (
  revocationId: string,
  { revocations, work }: Pick<ContainDeps, 'revocations' | 'work'>,
): Promise<void> => {
  const rest = (await revocations.tasks(revocationId)).filter((task) => groupOf(task) === 'touched');
  await work.send(rest.map((task) => taskMessage('restore', task)));
};

/**
 * Undoes what one revocation did, and nothing that another one did. The work goes through the same queues. Returns the
 * keys of the principals concerned.
 */
export const takeBack = async (
  revocation: Revocation,
  reason: string,
  { revocations, work, record }: Pick<ContainDeps, 'revocations' | 'work' | 'record'>,
): Promise<string[]> => {
  const { id: revocationId } = revocation;
  await record({ type: 'planned', revocationId, once: 'restore', data: { restore: reason } });
  // From here on nothing more of it is cut, and what a worker is cutting right now is undone by its next message.
  await revocations.move(revocation, { status: 'restoring' });
  const { touched = [], waiting = [] } = Object.groupBy(await revocations.tasks(revocationId), groupOf);
  // Nobody may approve a part of what was taken back.
  for (const task of waiting) await revocations.saveTask({ ...task, status: 'rejected' });
  await work.send(touched.map((task) => taskMessage('restore', task)));
  await settle(revocationId, { revocations, record }); // where nothing was touched, this is the end already
  return touched.map((task) => credentialKey(task.principal));
};
