import { credentialKey } from '../domain/credential.ts';
import { InvalidInput } from '../domain/errors.ts';
import { isSettled, isWaiting, type RevocationStatus, type Task } from '../domain/revocation.ts';
import { loadRevocation } from '../revocation/load.ts';
import { settle } from '../revocation/settle.ts';
import { taskMessage } from '../shared/queues.ts';
import type { OperatorDeps } from './operator.ts';

/** What broke half-way can be undone too, and a restore that was cut short may be asked for again. */
const restorable: ReadonlySet<RevocationStatus> = new Set(['received', 'contained', 'verified', 'restoring']);

/** What was never cut needs no undoing. */
const groupOf = (task: Task): 'touched' | 'waiting' | 'ended' => {
  if (isWaiting(task)) return 'waiting';
  return isSettled(task.status) && task.status !== 'verified' ? 'ended' : 'touched';
};

/** Undoes what one revocation did, and nothing that another one did. The work goes through the same queues. */
export const restore = async (
  { restore: revocationId, reason }: { restore: string; reason: string },
  { revocations, work, record }: OperatorDeps,
) => {
  const revocation = await loadRevocation(revocationId, revocations);
  if (!restorable.has(revocation.status)) {
    throw new InvalidInput('request.restore', `is ${revocation.status}, so there is nothing to restore`);
  }
  await record({ type: 'planned', revocationId, once: 'restore', data: { restore: reason } });
  // From here on nothing more of it is cut, and what a worker is cutting right now is undone by its next message.
  await revocations.move(revocation, { status: 'restoring' });
  const { touched = [], waiting = [] } = Object.groupBy(await revocations.tasks(revocationId), groupOf);
  // Nobody may approve a part of what was taken back.
  for (const task of waiting) await revocations.saveTask({ ...task, status: 'rejected' });
  await work.send(touched.map((task) => taskMessage('restore', task)));
  await settle(revocationId, { revocations, record }); // where nothing was touched, this is the end already
  return {
    revocationId,
    status: 'restoring',
    credentials: touched.map((task) => credentialKey(task.principal)),
  };
};
