import { revokerFor } from '../credentials/revoker-for.ts';
import { credentialKey } from '../domain/credential.ts';
import { CutoffError, codeOf } from '../domain/errors.ts';
import type { PlannedTask } from '../domain/plan.ts';
import type { Revocation, Task, TaskStatus } from '../domain/revocation.ts';
import { tooLong, within } from '../shared/deadline.ts';
import { taskMessage } from '../shared/queues.ts';
import { deny } from './cut.ts';
import type { ContainDeps } from './deps.ts';

const statusOf = (planned: PlannedTask, revocation: Revocation): TaskStatus => {
  if (planned.verdict !== 'act') return planned.verdict;
  return revocation.mode === 'observe' ? 'observed' : 'pending';
};

const newTask = (planned: PlannedTask, revocation: Revocation): Task => ({
  revocationId: revocation.id,
  principal: planned.principal,
  status: statusOf(planned, revocation),
  ...(planned.reason && { reason: planned.reason }),
  steps: planned.steps.map(({ credential, action }) => ({ credential, action, state: 'planned', looks: [] })),
  look: 0,
  ...(planned.counted && { counted: planned.counted }),
  ...(planned.statesIt && { statesIt: planned.statesIt }),
  version: 0,
});

/** Nobody has touched it, nor decided about it: what is known now counts. */
const untouched: ReadonlySet<TaskStatus> = new Set(['observed', 'held', 'skipped']);

/** The task as it is stored: new, or from an earlier try. One that was left alone is judged anew, and may go on now. */
const stored = async (planned: PlannedTask, revocation: Revocation, { revocations }: ContainDeps) => {
  const task = newTask(planned, revocation);
  if (await revocations.addTask(task)) return task;
  const earlier = await revocations.task(revocation.id, credentialKey(planned.principal));
  if (
    earlier &&
    untouched.has(earlier.status) &&
    (task.status === 'pending' || earlier.status === 'observed')
  ) {
    if (task.status === 'observed') return earlier;
    return revocations.saveTask({ ...task, look: earlier.look, version: earlier.version });
  }
  return earlier ?? task;
};

/** A provider that hangs must not keep the task from its queue, nor ingest from the next event. */
const denyMilliseconds = 5000;

/** Where a row stands and a cache may still answer, which and for how long. */
const whyNot = (error: unknown): { code: string; message?: string } => {
  const code = codeOf(error);
  return error instanceof CutoffError && code === 'cache-not-flushed'
    ? { code, message: error.message }
    : { code };
};

/**
 * The fast part of cutting the principal; what hangs off it is contained by that. A failure is recorded and not
 * lost: the queued task does all of it again.
 */
const denyNow = async (planned: PlannedTask, revocation: Revocation, deps: ContainDeps): Promise<void> => {
  const credential = credentialKey(planned.principal);
  const step = planned.steps.find((candidate) => credentialKey(candidate.credential) === credential);
  if (!step) return;
  const revoker = revokerFor(deps.revokers, step.credential.kind);
  if (!revoker.hasFastDeny) return;
  const about = { revocationId: revocation.id, credential };
  try {
    const outcome = await within(denyMilliseconds, deny(step, revocation, deps), tooLong('the deny'));
    if (outcome !== 'denied') return; // gone meanwhile
    const exposure = revoker.readsDenylist ? deps.exposure : undefined;
    const data = { action: step.action, ...exposure };
    await deps.record({ ...about, type: 'denied', once: 'denied', data });
  } catch (error) {
    const data = whyNot(error);
    await deps.record({ ...about, type: 'failed', once: `deny:${data.code}`, data });
  }
};

const typeOf = { act: 'planned', held: 'held', skipped: 'skipped' } as const;

/** Takes a planned task on: recorded, denied at once, queued. Doing it again adds nothing but a queue message. */
export const adopt = async (
  planned: PlannedTask,
  revocation: Revocation,
  deps: ContainDeps,
): Promise<void> => {
  const task = await stored(planned, revocation, deps);
  const principal = credentialKey(planned.principal);
  const { verdict, reason, steps } = planned;
  await deps.record({
    type: typeOf[verdict],
    revocationId: revocation.id,
    credential: principal,
    once: `${verdict}:${revocation.mode}`,
    data: { mode: revocation.mode, ...(reason && { reason }), steps: steps.map(describeStep) },
  });
  if (task.status !== 'pending') return;
  await denyNow(planned, revocation, deps);
  await deps.work.send([taskMessage('revoke', task)]);
};

const describeStep = ({ credential, action, note }: PlannedTask['steps'][number]) => ({
  credential: credentialKey(credential),
  action,
  ...(note && { note }),
});
