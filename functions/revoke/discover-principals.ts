import type { Credential } from '../domain/credential.ts';
import { planTask } from '../domain/plan.ts';
import { isTakenBack } from '../domain/revocation.ts';
import { adopt } from '../revocation/adopt.ts';
import { loadRevocation } from '../revocation/load.ts';
import { settle } from '../revocation/settle.ts';
import { discover } from '../revocation/survey.ts';
import type { RevokeDeps } from './revoke.ts';

/**
 * Live discovery: a principal made a second ago, or never inventoried, is found here. One that ingest took on already
 * is the same task and is not started twice. It is done twice, because what somebody makes right after the event, or
 * what IAM does not list yet, shows only when the consistency window is over.
 */
export const discoverPrincipals = async (
  { revocationId, kind, again }: { revocationId: string; kind: Credential['kind']; again: boolean },
  deps: RevokeDeps,
): Promise<void> => {
  const revocation = await loadRevocation(revocationId, deps.revocations);
  if (isTakenBack(revocation)) return;
  for await (const assessed of discover(kind, revocation.change, deps)) {
    const planned = planTask(revocation.change, assessed);
    if (!planned) continue;
    await adopt(planned, revocation, deps);
    const { principal, owner } = assessed;
    if (planned.verdict === 'act' && owner) {
      await deps.registry.register(principal, { owner, isProtected: false });
    }
  }
  if (!again) {
    return deps.work.send(
      [{ type: 'discover', revocationId, kind, again: true }],
      deps.secondDiscoverySeconds,
    );
  }
  await deps.revocations.saveDiscovery({ revocationId, kind, done: true });
  await settle(revocationId, deps);
};
