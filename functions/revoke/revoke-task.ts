import { othersDependOnIt } from '../domain/assessment.ts';
import { credentialKey } from '../domain/credential.ts';
import { codeOf, needsAttention } from '../domain/errors.ts';
import { nextLookIn } from '../domain/evidence.ts';
import {
  isTakenBack,
  type Revocation,
  type Task,
  type TaskStatus,
  type TaskStep,
} from '../domain/revocation.ts';
import { cut } from '../revocation/cut.ts';
import { standsNow } from '../revocation/judge.ts';
import { loadRevocation, loadTask } from '../revocation/load.ts';
import { withNewcomers } from '../revocation/newcomers.ts';
import { settle } from '../revocation/settle.ts';
import { undo, undoSteps } from './restore-task.ts';
import type { RevokeDeps } from './revoke.ts';

/** In any other state the message is a duplicate, or somebody restores or rejected the task meanwhile. */
const awaitsWork: ReadonlySet<TaskStatus> = new Set(['pending', 'failed']);

/** Rounds of "cut what is there, list again". Whoever makes keys faster than that is left to `verify`. */
const rounds = 5;

const recordFailure = async (
  step: TaskStep,
  task: Task,
  { error, record }: RevokeDeps & { error: unknown },
) => {
  if (!needsAttention(error)) return;
  const { message, code } = error;
  await record({
    type: 'failed',
    revocationId: task.revocationId,
    credential: credentialKey(step.credential),
    once: `failed@${task.look}:${code}`,
    data: { code, message },
  });
};

const revokeStep = async (step: TaskStep, task: Task, deps: RevokeDeps & { revocation: Revocation }) => {
  await cut(step, deps.revocation, deps);
  await deps.record({
    type: 'revoked',
    revocationId: task.revocationId,
    credential: credentialKey(step.credential),
    once: `revoked@${task.look}`,
    data: { action: step.action, cutoff: deps.revocation.cutoff },
  });
};

/** Every open step is tried, whatever happened to the one before; done steps are kept and not done again. */
const revokeSteps = async (task: Task, deps: RevokeDeps & { revocation: Revocation }): Promise<Task> => {
  let current = task;
  let failure: unknown;
  for (const [index, step] of task.steps.entries()) {
    if (step.state !== 'planned') continue;
    try {
      await revokeStep(step, current, deps);
      const steps = current.steps.with(index, { ...step, state: 'revoked' });
      current = await deps.revocations.saveTask({ ...current, steps });
    } catch (error) {
      failure ??= error;
      await recordFailure(step, current, { ...deps, error });
    }
  }
  if (failure === undefined) return current;
  if (needsAttention(failure)) {
    await deps.revocations.saveTask({ ...current, status: 'failed', reason: codeOf(failure) });
  }
  throw failure;
};

/** These were decided by a human, or undone. */
const isDecided: ReadonlySet<TaskStatus> = new Set(['held', 'observed', 'rejected', 'restored', 'removed']);

/**
 * Something keeps it alive again: an owner came back, since it was planned or since it was cut. Whatever was done to it for
 * this revocation's sake is undone.
 */
const spare = async (task: Task, deps: RevokeDeps): Promise<void> => {
  const { revocationId, principal } = task;
  await undoSteps(task, `spared@${task.look}`, deps);
  const data = { reason: othersDependOnIt };
  const about = { revocationId, credential: credentialKey(principal) };
  await deps.record({ ...about, type: 'skipped', once: `spare@${task.look}`, data });
  await deps.revocations.saveTask({ ...task, look: task.look + 1, status: 'skipped', ...data });
  await settle(revocationId, deps);
};

/** Whether what keeps a counted principal alive decides against cutting it, or against leaving it cut. */
const isSpared = async (task: Task, revocation: Revocation, deps: RevokeDeps): Promise<boolean> =>
  task.counted === true &&
  !isDecided.has(task.status) &&
  standsNow(task.principal, { ...deps, change: revocation.change });

/** Cuts one principal and all that hangs off it, then hands it to `verify`. Resumes where an earlier try broke. */
export const revokeTask = async (
  message: { revocationId: string; principal: string },
  deps: RevokeDeps,
): Promise<void> => {
  const revocation = await loadRevocation(message.revocationId, deps.revocations);
  const task = await loadTask(message, deps.revocations);
  // Restored while this message was on its way, or while an earlier delivery of it was cutting: what that left behind
  // is undone, or nobody would ever bring it back.
  if (isTakenBack(revocation)) return undo(task, deps);
  if (await isSpared(task, revocation, deps)) return spare(task, deps);
  if (!awaitsWork.has(task.status)) return;
  let current = task;
  for (let round = 0; round < rounds; round += 1) {
    current = await revokeSteps(current, { ...deps, revocation });
    const listed = await withNewcomers(current, revocation, deps);
    if (listed.steps.length === current.steps.length) break;
    current = listed;
  }
  const { revocationId, principal } = message;
  // Later with each look that found it alive: what no cutting can mend is not cut over and over.
  const delay = nextLookIn(current.look, deps.firstDelaySeconds);
  await deps.looks.send({ revocationId, principal, look: current.look }, delay);
  const { reason: _, ...settled } = current;
  await deps.revocations.saveTask({ ...settled, status: 'revoked' });
};
