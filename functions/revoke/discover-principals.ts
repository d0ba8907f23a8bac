import { revokerFor } from '../credentials/revoker-for.ts';
import { type Credential, credentialKey } from '../domain/credential.ts';
import { longestDelay } from '../domain/evidence.ts';
import { planTask } from '../domain/plan.ts';
import { isOver, type Revocation } from '../domain/revocation.ts';
import { adopt } from '../revocation/adopt.ts';
import { loadRevocation } from '../revocation/load.ts';
import { settle } from '../revocation/settle.ts';
import { discover, kindsToDiscover } from '../revocation/survey.ts';
import type { WorkMessage } from '../shared/queues.ts';
import { discoverAssumed } from './discover-assumed.ts';
import type { RevokeDeps } from './revoke.ts';

const assumed = 'iam-assumed-session';

/** Returns whether anything was taken on that nobody knew of. */
const takeOn = async (
  kind: Credential['kind'],
  revocation: Revocation,
  deps: RevokeDeps,
): Promise<boolean> => {
  let isNew = false;
  for await (const assessed of discover(kind, revocation.change, deps)) {
    const planned = planTask(revocation.change, assessed);
    if (!planned) continue;
    const { principal, entry } = assessed;
    isNew ||= !(await deps.revocations.task(revocation.id, credentialKey(principal)));
    await adopt(planned, revocation, deps);
    if (planned.verdict === 'act' && entry) await deps.registry.register(principal, entry);
  }
  return isNew;
};

/** A user that is found only now may have assumed roles too. That is looked for on its own, since it may take long. */
const alsoAfter = (kind: Credential['kind'], { id, change }: Revocation, deps: RevokeDeps): WorkMessage[] =>
  kind === 'iam-user' && kindsToDiscover(change, deps).includes(assumed)
    ? [{ type: 'discover', revocationId: id, kind: assumed, again: false }]
    : [];

/**
 * Live discovery: a principal made a second ago, or never inventoried, is found here. One that ingest took on already
 * is the same task and is not started twice. It is done twice, because what somebody makes right after the event, or
 * what IAM does not list yet, shows only when the consistency window, or the delay of CloudTrail, is over.
 */
export const discoverPrincipals = async (
  { revocationId, kind, again }: { revocationId: string; kind: Credential['kind']; again: boolean },
  deps: RevokeDeps,
): Promise<void> => {
  const revocation = await loadRevocation(revocationId, deps.revocations);
  if (isOver(revocation)) return;
  if (kind === assumed) await discoverAssumed(revocation, deps);
  else if (await takeOn(kind, revocation, deps)) await deps.work.send(alsoAfter(kind, revocation, deps));
  if (!again) {
    const { listsLateSeconds = 0 } = revokerFor(deps.revokers, kind);
    const delay = Math.min(longestDelay, Math.max(deps.secondDiscoverySeconds, listsLateSeconds));
    return deps.work.send([{ type: 'discover', revocationId, kind, again: true }], delay);
  }
  await deps.revocations.saveDiscovery({ revocationId, kind, done: true });
  await settle(revocationId, deps);
};
