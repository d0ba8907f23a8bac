import { revokerFor } from '../credentials/revoker-for.ts';
import type { Change } from '../domain/change.ts';
import { credentialKey, principalOf } from '../domain/credential.ts';
import { InvalidInput } from '../domain/errors.ts';
import { isYounger } from '../domain/ownership.ts';
import { isOver, isWaiting, type Task, type TaskStatus } from '../domain/revocation.ts';
import type { LookQueue } from '../shared/queues.ts';
import type { AdmitDeps } from './deps.ts';
import { holdersOf } from './holders.ts';

export interface LookAgainDeps
  extends Pick<AdmitDeps, 'revocations' | 'standing' | 'record' | 'sources' | 'revokers'> {
  readonly looks: LookQueue;
  readonly firstDelaySeconds: number;
}

/** Work is going on, which ends in looks by itself. */
const atWork: ReadonlySet<TaskStatus> = new Set(['pending', 'failed']);

/** What was seen has to be seen again, from nothing: it may have lived in between. */
export const unproven = (task: Task): Task => ({
  ...task,
  status: atWork.has(task.status) ? task.status : 'revoked',
  look: task.look + 1,
  lookedFrom: task.look + 1,
  steps: task.steps.map((step) =>
    step.state === 'planned' ? step : { ...step, state: 'revoked', looks: [] },
  ),
});

interface Concern {
  readonly revocationId: string;
  /** The event alone is worth an alarm: what it touched is held down as a whole. */
  readonly aloud: boolean;
}

const lookFor = async (
  change: Change,
  { revocationId, aloud }: Concern,
  deps: LookAgainDeps,
): Promise<void> => {
  const { credential, source, eventId, reason } = change;
  const mode = deps.sources[source]?.mode;
  if (!credential || !mode) throw new InvalidInput('source', `${source} has no settings`);
  const revocation = await deps.revocations.get(revocationId);
  if (!revocation || isOver(revocation)) return;
  const principal = principalOf(credential);
  const about = { revocationId, credential: credentialKey(principal) };
  const task = await deps.revocations.task(revocationId, about.credential);
  if (!task || isWaiting(task)) return;
  const data = { reactivated: credentialKey(credential), because: reason, eventId, mode };
  const facts = await revokerFor(deps.revokers, principal.kind).describe(principal);
  // Another one under the name of the one that was cut: not ours to cut, and not ours to overlook.
  if (isYounger(facts, revocation.cutoff)) {
    const held = { ...data, reason: 'owner-changed' };
    return deps.record({ ...about, type: 'held', once: `reactivated:${eventId}`, data: held });
  }
  if (aloud) await deps.record({ ...about, type: 'unverified', once: `reactivated:${eventId}`, data });
  if (mode === 'observe') return;
  const { look, status } = await deps.revocations.saveTask(unproven(task));
  if (atWork.has(status)) return;
  const message = { revocationId, principal: about.credential, look };
  await deps.looks.send(message, deps.firstDelaySeconds);
};

/**
 * Somebody undid us, or digs in. The event is not believed: every revocation that holds the credential down looks at it
 * again, and `verify` sends back to `revoke` what it finds alive. That way the undoing is undone within the revocation
 * that a restore takes back, and our own doing, should it get here, leads to a look and no more.
 */
export const lookAgain = async (change: Change, deps: LookAgainDeps): Promise<void> => {
  if (!change.credential) throw new InvalidInput('credential', 'is missing');
  const { own, ofDependents } = await holdersOf(change.credential, deps);
  for (const revocationId of own) await lookFor(change, { revocationId, aloud: true }, deps);
  for (const revocationId of ofDependents) await lookFor(change, { revocationId, aloud: false }, deps);
};
