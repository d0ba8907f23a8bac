import type { Change } from '../domain/change.ts';
import { credentialKey } from '../domain/credential.ts';
import { InvalidInput } from '../domain/errors.ts';
import { isTakenBack, type Task } from '../domain/revocation.ts';
import type { LookQueue } from '../shared/queues.ts';
import type { AdmitDeps } from './deps.ts';
import { principalOf } from './survey.ts';

export interface LookAgainDeps extends Pick<AdmitDeps, 'revocations' | 'standing' | 'record' | 'sources'> {
  readonly looks: LookQueue;
  readonly firstDelaySeconds: number;
}

/** What was proven has to be proven again, from nothing. */
const unproven = (task: Task): Task => ({
  ...task,
  status: 'revoked',
  look: task.look + 1,
  lookedFrom: task.look + 1,
  steps: task.steps.map((step) =>
    step.state === 'verified' ? { ...step, state: 'revoked', looks: [] } : step,
  ),
});

/**
 * Somebody undid us, or digs in. The event is not believed: every revocation that holds the credential down looks at it
 * again, and `verify` sends back to `revoke` what it finds alive. That way the undoing is undone within the revocation
 * that a restore takes back, and our own doing, should it get here, leads to a look and no more.
 */
export const lookAgain = async (change: Change, deps: LookAgainDeps): Promise<void> => {
  const { credential, source, eventId, reason } = change;
  const settings = deps.sources[source];
  if (!credential || !settings) throw new InvalidInput('source', `${source} has no settings`);
  const principal = credentialKey(principalOf(credential));
  for (const revocationId of await deps.standing.holders(credential)) {
    const revocation = await deps.revocations.get(revocationId);
    if (!revocation || isTakenBack(revocation)) continue;
    const task = await deps.revocations.task(revocationId, principal);
    if (!task) continue;
    const data = { reactivated: credentialKey(credential), because: reason, eventId, mode: settings.mode };
    const once = `reactivated:${eventId}`;
    await deps.record({ type: 'unverified', revocationId, credential: principal, once, data });
    if (settings.mode === 'observe') continue;
    // Whatever is not verified is being worked on, and will be looked at.
    if (task.status === 'verified') await deps.revocations.saveTask(unproven(task));
    const current = await deps.revocations.task(revocationId, principal);
    if (current?.status !== 'revoked') continue;
    await deps.looks.send({ revocationId, principal, look: current.look }, deps.firstDelaySeconds);
  }
};
