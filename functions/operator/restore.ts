import { credentialKey } from '../domain/credential.ts';
import { InvalidInput } from '../domain/errors.ts';
import { isSettled, type RevocationStatus, type Task, type TaskStatus } from '../domain/revocation.ts';
import { loadRevocation } from '../revocation/load.ts';
import { settle } from '../revocation/settle.ts';
import type { OperatorDeps } from './operator.ts';

/** What broke half-way can be undone too, and a restore that was cut short may be asked for again. */
const restorable: ReadonlySet<RevocationStatus> = new Set(['received', 'contained', 'verified', 'restoring']);

const waitsForApproval: ReadonlySet<TaskStatus> = new Set(['held', 'observed']);

/** What was never cut needs no undoing. */
const groupOf = ({ status }: Task): 'touched' | 'waiting' | 'ended' => {
  if (waitsForApproval.has(status)) return 'waiting';
  return isSettled(status) && status !== 'verified' ? 'ended' : 'touched';
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
  await work.send(
    touched.map(({ principal }) => ({
      type: 'restore',
      revocationId,
      kind: principal.kind,
      principal: credentialKey(principal),
    })),
  );
  await settle(revocationId, { revocations, record }); // where nothing was touched, this is the end already
  return {
    revocationId,
    status: 'restoring',
    credentials: touched.map((task) => credentialKey(task.principal)),
  };
};
