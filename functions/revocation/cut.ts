import type { CredentialRevoker, Order } from '../credentials/credential-revoker.ts';
import { revokerFor } from '../credentials/revoker-for.ts';
import type { PlannedStep } from '../domain/plan.ts';
import type { Revocation, TaskStep } from '../domain/revocation.ts';
import type { Action } from '../domain/treatment.ts';
import type { CutDeps } from './deps.ts';

type Ordered = Pick<PlannedStep, 'action'> & Pick<TaskStep, 'deniedBefore' | 'newcomer'>;

export const orderOf = (revocation: Revocation, { action, deniedBefore }: Ordered): Order => ({
  revocationId: revocation.id,
  cutoff: deniedBefore ?? revocation.cutoff,
  action,
});

/** These refuse what was issued until then; they hold nothing down, so there is nothing to bring back. */
const ofThePast: ReadonlySet<Action> = new Set(['not-before', 'deny-sessions', 'end-sessions']);

export const holdsDown = ({ action }: Pick<PlannedStep, 'action'>): boolean => !ofThePast.has(action);

/** What the credential is like, beside the revocation that is about to hold it down: what `restore` goes back to. */
const remember = async (
  step: PlannedStep & Ordered,
  revocation: Revocation,
  { revokers, standing }: CutDeps,
) => {
  if (!holdsDown(step)) return;
  const { credential, action } = step;
  const order = orderOf(revocation, step);
  const revoker = revokerFor(revokers, credential.kind);
  // There is nothing to go back to, so what cannot be looked at now must not keep it from being cut.
  if (revoker.cannotComeBack) {
    return standing.hold({ credential, action, newcomer: step.newcomer }, revocation.id, {});
  }
  const before = await revoker.inspect(credential, order);
  await standing.hold({ credential, action, newcomer: step.newcomer }, revocation.id, before.original);
  if (before.state !== 'dead') return;
  // Dead by an earlier revocation, most likely; but if that was restored between the look and the hold, what was
  // stored is its doing and not the original. Now that we hold it, nobody brings it up any more: look again.
  const held = await revoker.inspect(credential, order);
  if (held.state === 'live') await standing.correct(credential, held.original);
};

type Denied = Awaited<ReturnType<CredentialRevoker['deny']>>;

/**
 * The fast part. Only where it would change what has to be remembered does it wait for that. Caches are emptied last: where that
 * fails (`cache-not-flushed`), the credential is denied and remembered all the same, and `verify` empties them again.
 */
export const deny = async (
  step: PlannedStep & Ordered,
  revocation: Revocation,
  deps: CutDeps,
): Promise<Denied> => {
  const revoker = revokerFor(deps.revokers, step.credential.kind);
  const order = orderOf(revocation, step);
  if (!revoker.denyKeepsOriginal) await remember(step, revocation, deps);
  const outcome = await revoker.deny(step.credential, order);
  if (revoker.denyKeepsOriginal) await remember(step, revocation, deps);
  if (outcome === 'denied' && revoker.readsDenylist) await deps.emptyCaches?.();
  return outcome;
};

/** All of it. A crash after the first write leaves a credential that can still be restored exactly. */
export const cut = async (
  step: PlannedStep & Ordered,
  revocation: Revocation,
  deps: CutDeps,
): Promise<void> => {
  await remember(step, revocation, deps);
  await revokerFor(deps.revokers, step.credential.kind).revoke(step.credential, orderOf(revocation, step));
};
