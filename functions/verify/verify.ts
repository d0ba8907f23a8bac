import { credentialKey } from '../domain/credential.ts';
import { nextLookIn } from '../domain/evidence.ts';
import { isOver, type Task, type TaskStatus, type TaskStep } from '../domain/revocation.ts';
import type { VerificationSettings } from '../domain/settings.ts';
import type { ContainDeps } from '../revocation/deps.ts';
import { loadRevocation, loadTask } from '../revocation/load.ts';
import { settle } from '../revocation/settle.ts';
import { type LookMessage, type LookQueue, taskMessage } from '../shared/queues.ts';
import { lookAt } from './look.ts';

export interface VerifyDeps
  extends Pick<ContainDeps, 'revokers' | 'revocations' | 'work' | 'record' | 'emptyCaches'> {
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

const reopen = async (task: Task, deps: VerifyDeps): Promise<void> => {
  const look = task.look + 1;
  await deps.revocations.saveTask({ ...task, status: 'pending', look, lookedFrom: look });
  await sendToRevoke(task, deps);
};

/** Whoever could use the user or its keys again may have assumed roles meanwhile. */
const lookForAssumed = async ({ principal, revocationId }: Task, { revokers, work }: VerifyDeps) => {
  if (principal.kind !== 'iam-user' || !revokers['iam-assumed-session'].isConfigured) return;
  await work.send([{ type: 'discover', revocationId, kind: 'iam-assumed-session', again: false }]);
};

/** Not proven yet: look again later, for as long as it takes. After some looks that is called `unverified`. */
const lookAgain = async (task: Task, problems: readonly string[], deps: VerifyDeps): Promise<void> => {
  const { settings, looks, revocations } = deps;
  const look = task.look + 1;
  const tries = look - (task.lookedFrom ?? 0);
  const late = tries >= settings.looksBeforeUnverified;
  if (late) await recordDoubt(task, { problems }, deps);
  // Sent before the task is saved: a crash in between repeats a look, the other order would lose one.
  const message = { revocationId: task.revocationId, principal: credentialKey(task.principal), look };
  await looks.send(message, nextLookIn(tries, settings.firstDelaySeconds));
  await revocations.saveTask({ ...task, look, status: late ? 'unverified' : task.status });
};

/** One look at one task. Ends in `verified`, in work for `revoke`, or in another look: never in silence. */
export const verify = async (message: LookMessage, deps: VerifyDeps): Promise<void> => {
  const revocation = await loadRevocation(message.revocationId, deps.revocations);
  if (isOver(revocation)) return;
  const task = await loadTask(message, deps.revocations);
  // `reopen` was cut short between its two writes.
  if (task.status === 'pending' && task.look === message.look + 1) return sendToRevoke(task, deps);
  if (!awaitsProof.has(task.status) || message.look < task.look) return; // a duplicate
  const { steps, raised, proven, signsOfLife, problems } = await lookAt(task, revocation, deps);
  const current = { ...task, steps };
  const alive = steps.filter((step) => step.state === 'planned' && !(raised && step.deniedBefore));
  if (alive.length > 0) {
    // A key made meanwhile, or one that was turned on again: back to `revoke`, and aloud.
    const keys = alive.map((step) => credentialKey(step.credential));
    await recordDoubt(task, { alive: keys, observed: signsOfLife }, deps);
    await lookForAssumed(current, deps);
    return reopen(current, deps);
  }
  await recordProof(current, proven, deps);
  if (raised) return reopen(current, deps);
  if (!steps.every((step) => step.state === 'verified')) return lookAgain(current, problems, deps);
  await deps.revocations.saveTask({ ...current, status: 'verified' });
  await settle(task.revocationId, deps);
};
