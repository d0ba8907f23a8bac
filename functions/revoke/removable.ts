import { revokerFor } from '../credentials/revoker-for.ts';
import { othersDependOnIt } from '../domain/assessment.ts';
import { CutoffError } from '../domain/errors.ts';
import { isYounger } from '../domain/ownership.ts';
import { isProtectedPrincipal } from '../domain/protection.ts';
import type { Revocation, Task, TaskStep } from '../domain/revocation.ts';
import { holdsDown, orderOf } from '../revocation/cut.ts';
import { standsNow } from '../revocation/judge.ts';
import type { RevokeDeps } from './revoke.ts';

export interface Removal {
  readonly step: TaskStep;
  readonly revocation: Revocation;
}

/**
 * Why the whole principal stays, where it does. A name can come again: whoever has it now was never revoked. And what was
 * protected since it was cut is a human's to delete.
 */
export const stayOf = async (task: Task, revocation: Revocation, deps: RevokeDeps) => {
  const { principal, counted } = task;
  const facts = await revokerFor(deps.revokers, principal.kind).describe(principal);
  if (isYounger(facts, revocation.cutoff)) return 'another-one-by-now';
  if (facts && isProtectedPrincipal(facts, deps.rules.protection)) return 'protected-principal';
  const stands = counted && (await standsNow(principal, { ...deps, change: revocation.change }));
  return stands ? othersDependOnIt : undefined;
};

/** Somebody turned it on since it was proven dead: whoever uses it would lose it without a way back. */
export const mustBeDead = async ({ step, revocation }: Removal, deps: RevokeDeps): Promise<void> => {
  // What it was denied by goes before it does, so a removal that broke half-way finds it undenied. And what refused only
  // the past may be pruned by now.
  if (step.removing || !holdsDown(step)) return;
  const revoker = revokerFor(deps.revokers, step.credential.kind);
  const { state } = await revoker.inspect(step.credential, orderOf(revocation, step));
  if (state !== 'live') return;
  throw new CutoffError('it is alive: revoke it again before it is removed', {
    code: 'conflict',
    retryable: false,
  });
};
