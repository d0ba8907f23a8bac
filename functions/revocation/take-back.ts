import { subjectsOf } from '../domain/change.ts';
import { credentialKey } from '../domain/credential.ts';
import { lossesBy } from '../domain/grounds.ts';
import {
  isSettled,
  isWaiting,
  type Revocation,
  type RevocationStatus,
  type Task,
} from '../domain/revocation.ts';
import { subjectKey } from '../domain/subject.ts';
import { taskMessage } from '../shared/queues.ts';
import type { ContainDeps } from './deps.ts';
import { nothingRemoved, nothingToRevoke, settle } from './settle.ts';

/** What broke half-way can be undone too, and a restore that was cut short may be asked for again. */
const restorable: ReadonlySet<RevocationStatus> = new Set([
  'received',
  'contained',
  'verified',
  'restoring',
  // What was deleted does not come back. What goes on refusing does: a row on the denylist, a deny on a role.
  'removing',
  'removed',
]);

export const isRestorable = ({ status, reason }: Revocation): boolean =>
  restorable.has(status) ||
  (status === 'skipped' && (reason === nothingToRevoke || reason === nothingRemoved));

/** What was never cut needs no undoing, unless it is counted: it may stand again on what the subject gets back. */
const groupOf = (task: Task): 'touched' | 'waiting' | 'ended' => {
  if (isWaiting(task)) return 'waiting';
  if (task.status === 'skipped' && task.counted) return 'touched';
  const wasCut = task.status === 'verified' || task.status === 'removed';
  return isSettled(task.status) && !wasCut ? 'ended' : 'touched';
};

/** Tasks of a revocation that is taken back, which nobody has undone yet. */
export const takeBackRest = async (
  { id: revocationId, change }: Revocation,
  { revocations, work, losses }: Pick<ContainDeps, 'revocations' | 'work' | 'losses'>,
): Promise<void> => {
  await losses.lift(subjectsOf(change).map(subjectKey), lossesBy(change), revocationId);
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
  deps: Pick<ContainDeps, 'revocations' | 'work' | 'record' | 'losses' | 'now'>,
): Promise<string[]> => {
  const { id: revocationId, change } = revocation;
  const { revocations, work, record, losses } = deps;
  await record({ type: 'planned', revocationId, once: 'restore', data: { restore: reason } });
  // From here on nothing more of it is cut, and what a worker is cutting right now is undone by its next message.
  await revocations.move(revocation, { status: 'restoring' });
  await losses.lift(subjectsOf(change).map(subjectKey), lossesBy(change), revocationId);
  const { touched = [], waiting = [] } = Object.groupBy(await revocations.tasks(revocationId), groupOf);
  // Nobody may approve a part of what was taken back.
  for (const task of waiting) await revocations.saveTask({ ...task, status: 'rejected' });
  await work.send(touched.map((task) => taskMessage('restore', task)));
  await settle(revocationId, deps); // where nothing was touched, this is the end already
  return touched.map((task) => credentialKey(task.principal));
};
