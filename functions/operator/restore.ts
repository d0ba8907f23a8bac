import { InvalidInput } from '../domain/errors.ts';
import { loadRevocation } from '../revocation/load.ts';
import { isRestorable, takeBack } from '../revocation/take-back.ts';
import type { OperatorDeps } from './operator.ts';

/** Takes one revocation back, whatever it did so far. */
export const restore = async (
  { restore: revocationId, reason }: { restore: string; reason: string },
  deps: OperatorDeps,
) => {
  const revocation = await loadRevocation(revocationId, deps.revocations);
  if (!isRestorable(revocation)) {
    throw new InvalidInput('request.restore', `is ${revocation.status}, so there is nothing to restore`);
  }
  const credentials = await takeBack(revocation, reason, deps);
  return { revocationId, status: 'restoring', credentials };
};
