import { credentialKey } from '../domain/credential.ts';
import { CutoffError, codeOf } from '../domain/errors.ts';
import { planTask } from '../domain/plan.ts';
import type { Revocation } from '../domain/revocation.ts';
import { adopt } from '../revocation/adopt.ts';
import { type Assumer, assumedBy, assumersAmong } from '../revocation/assumed.ts';
import { unproven } from '../revocation/look-again.ts';
import type { RevokeDeps } from './revoke.ts';

/** A session that was proven dead, and whose principal lived again since: its deny has to reach further. */
const proveAgain = async (principal: string, revocation: Revocation, deps: RevokeDeps): Promise<void> => {
  const task = await deps.revocations.task(revocation.id, principal);
  if (task?.status !== 'verified') return;
  const { look } = await deps.revocations.saveTask(unproven(task));
  await deps.looks.send({ revocationId: revocation.id, principal, look }, deps.firstDelaySeconds);
};

const takeOn = async (assumer: Assumer, revocation: Revocation, deps: RevokeDeps): Promise<void> => {
  for await (const assessed of assumedBy(assumer, deps)) {
    const planned = planTask(revocation.change, assessed);
    if (!planned) continue;
    await adopt(planned, revocation, deps);
    await proveAgain(credentialKey(planned.principal), revocation, deps);
  }
};

const recordFailure = (revocationId: string, error: unknown, { record }: RevokeDeps): Promise<void> => {
  const code = codeOf(error);
  const message = error instanceof CutoffError ? error.message : code;
  const once = `discover:iam-assumed-session:${code}`;
  return record({ type: 'failed', revocationId, once, data: { code, message } });
};

/**
 * Sessions of roles that principals of this revocation began. Trouble with one of them keeps no other from being looked
 * for; it is said aloud, since a session that nobody finds lives on.
 */
export const discoverAssumed = async (revocation: Revocation, deps: RevokeDeps): Promise<void> => {
  const assumers = assumersAmong(await deps.revocations.tasks(revocation.id));
  let failure: unknown;
  for (const assumer of assumers) {
    await takeOn(assumer, revocation, deps).catch(async (error: unknown) => {
      failure ??= error;
      await recordFailure(revocation.id, error, deps);
    });
  }
  if (failure !== undefined) throw failure;
};
