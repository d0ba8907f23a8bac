import { revokerFor } from '../credentials/revoker-for.ts';
import { type Credential, credentialKey, principalOf } from '../domain/credential.ts';
import { noteDrift } from '../inventory/drift.ts';
import { type FindDriftDeps, tryEach } from './find-drift.ts';

/** Of an access key, its user's list tells. */
const isThere = async (credential: Credential, { revokers }: FindDriftDeps): Promise<boolean> => {
  const revoker = revokerFor(revokers, credential.kind);
  const principal = principalOf(credential);
  if (principal === credential) return (await revoker.describe(credential)) !== undefined;
  const found = await Array.fromAsync(revoker.discover({ for: 'principal', principal }));
  return found.some((one) => credentialKey(one.credential) === credentialKey(credential));
};

/**
 * Once the source enforces, what was told of while it observed is looked at again: it would have been revoked. What is gone by
 * then is not looked at a third time.
 */
export const seeToObserved = async (deps: FindDriftDeps): Promise<void> => {
  const { drifts, home, sources } = deps;
  if (sources.drift?.mode !== 'enforce') return;
  const [failure] = await tryEach(await drifts.observed(home.account), async (made) => {
    if (await isThere(made.credential, deps)) await noteDrift(made, deps);
    else await drifts.noteTold(made, 'told');
  });
  if (failure !== undefined) throw failure;
};
