import type { Order } from '../credentials/credential-revoker.ts';
import { revokerFor } from '../credentials/revoker-for.ts';
import type { PlannedStep } from '../domain/plan.ts';
import type { Revocation } from '../domain/revocation.ts';
import type { CutDeps } from './deps.ts';

export const orderOf = (revocation: Revocation, step: Pick<PlannedStep, 'action'>): Order => ({
  revocationId: revocation.id,
  cutoff: revocation.cutoff,
  action: step.action,
});

/** `not-before` refuses what was issued; it holds nothing down, so there is nothing to bring back. */
export const holdsDown = (step: Pick<PlannedStep, 'action'>): boolean => step.action !== 'not-before';

/**
 * Cuts one credential, wholly or only its fast part. What it was like before is stored first: a crash between the
 * two then leaves a credential that can still be restored.
 */
export const cut = async (
  step: PlannedStep,
  revocation: Revocation,
  { revokers, standing, how }: CutDeps & { how: 'deny' | 'revoke' },
): Promise<void> => {
  const { credential, action } = step;
  const revoker = revokerFor(revokers, credential.kind);
  const order = orderOf(revocation, step);
  if (holdsDown(step)) {
    const { original } = await revoker.inspect(credential, order);
    await standing.hold({ credential, action }, revocation.id, original);
  }
  await revoker[how](credential, order);
};
