import { credentialKey } from '../domain/credential.ts';
import { nextLookIn } from '../domain/evidence.ts';
import { isTakenBack, type Task, type TaskStatus, type TaskStep } from '../domain/revocation.ts';
import type { VerificationSettings } from '../domain/settings.ts';
import type { ContainDeps } from '../revocation/deps.ts';
import { loadRevocation, loadTask } from '../revocation/load.ts';
import { settle } from '../revocation/settle.ts';
import { type LookMessage, type LookQueue, taskMessage } from '../shared/queues.ts';
import { lookAt } from './look.ts';

export interface VerifyDeps extends Pick<ContainDeps, 'revokers' | 'revocations' | 'work' | 'record'> {
  readonly now: () => Date;
  readonly looks: LookQueue;
  readonly settings: VerificationSettings;
}

const awaitsProof: ReadonlySet<TaskStatus> = new Set(['revoked', 'unverified']);

const recordProof = async (task: Task, proven: readonly TaskStep[], { record, settings }: VerifyDeps) => {
  const { consistencyWindowSeconds } = settings;
  for (const step of proven) {
    await record({
      type: 'verified',
      revocationId: task.revocationId,
      credential: credentialKey(step.credential),
      once: `verified@${task.look}`,
      data: { action: step.action, evidence: step.looks, consistencyWindowSeconds },
    });
  }
};

const recordDoubt = (task: Task, doubt: Readonly<Record<string, unknown>>, { record }: VerifyDeps) =>
  record({
    type: 'unverified',
    revocationId: task.revocationId,
    credential: credentialKey(task.principal),
    once: `unverified@${task.look}`,
    data: { look: task.look, ...doubt },
  });

const sendToRevoke = (task: Task, { work }: VerifyDeps): Promise<void> =>
  work.send([taskMessage('revoke', task)]);

/** Something lives: a key made meanwhile, or one that was turned on again. Back to `revoke`, and aloud. */
const reopen = async (task: Task, alive: readonly TaskStep[], deps: VerifyDeps): Promise<void> => {
  await recordDoubt(task, { alive: alive.map((step) => credentialKey(step.credential)) }, deps);
  await deps.revocations.saveTask({ ...task, status: 'pending', look: task.look + 1 });
  await sendToRevoke(task, deps);
};

/** Not proven yet: look again later, for as long as it takes. After some looks that is called `unverified`. */
const lookAgain = async (task: Task, problems: readonly string[], deps: VerifyDeps): Promise<void> => {
  const { settings, looks, revocations } = deps;
  const look = task.look + 1;
  const late = look >= settings.looksBeforeUnverified;
  if (late) await recordDoubt(task, { problems }, deps);
  // Sent before the task is saved: a crash in between repeats a look, the other order would lose one.
  const message = { revocationId: task.revocationId, principal: credentialKey(task.principal), look };
  await looks.send(message, nextLookIn(look, settings.firstDelaySeconds));
  await revocations.saveTask({ ...task, look, status: late ? 'unverified' : task.status });
};

/** One look at one task. Ends in `verified`, in work for `revoke`, or in another look: never in silence. */
export const verify = async (message: LookMessage, deps: VerifyDeps): Promise<void> => {
  const revocation = await loadRevocation(message.revocationId, deps.revocations);
  if (isTakenBack(revocation)) return;
  const task = await loadTask(message, deps.revocations);
  // `reopen` was cut short between its two writes.
  if (task.status === 'pending' && task.look === message.look + 1) return sendToRevoke(task, deps);
  if (!awaitsProof.has(task.status) || message.look < task.look) return; // a duplicate
  const { steps, proven, problems } = await lookAt(task, revocation, deps);
  const current = { ...task, steps };
  const alive = steps.filter((step) => step.state === 'planned');
  if (alive.length > 0) return reopen(current, alive, deps);
  await recordProof(current, proven, deps);
  if (!steps.every((step) => step.state === 'verified')) return lookAgain(current, problems, deps);
  await deps.revocations.saveTask({ ...current, status: 'verified' });
  await settle(task.revocationId, deps);
};
