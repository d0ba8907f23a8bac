import type { Credential } from '../domain/credential.ts';
import { planTask } from '../domain/plan.ts';
import { adopt } from '../revocation/adopt.ts';
import { loadRevocation } from '../revocation/load.ts';
import { settle } from '../revocation/settle.ts';
import { discover } from '../revocation/survey.ts';
import type { RevokeDeps } from './revoke.ts';

/**
 * Live discovery: a credential made a second ago, or never inventoried, is found here. A principal that ingest took
 * on already is the same task and is not started twice.
 */
export const discoverPrincipals = async (
  { revocationId, kind }: { revocationId: string; kind: Credential['kind'] },
  deps: RevokeDeps,
): Promise<void> => {
  const revocation = await loadRevocation(revocationId, deps.revocations);
  if (revocation.status === 'restoring' || revocation.status === 'restored') return;
  for await (const assessed of discover(kind, revocation.change, deps)) {
    const planned = planTask(revocation.change.change, assessed);
    if (!planned) continue;
    await adopt(planned, revocation, deps);
    const { principal, owner } = assessed;
    if (planned.verdict === 'act' && owner) await deps.registry.register(principal, owner);
  }
  await deps.revocations.saveDiscovery({ revocationId, kind, done: true });
  await settle(revocationId, deps);
};
