import { revokerFor } from '../credentials/revoker-for.ts';
import type { Change } from '../domain/change.ts';
import { type Credential, principalOf } from '../domain/credential.ts';
import { isYounger } from '../domain/ownership.ts';
import type { AssessedPrincipal } from '../domain/plan.ts';
import { isProtectedPrincipal } from '../domain/protection.ts';
import { tooLong, within } from '../shared/deadline.ts';
import { dependentsOf } from './dependents.ts';
import type { ContainDeps } from './deps.ts';
import { asOfNow } from './owned.ts';

type NamedDeps = Pick<ContainDeps, 'keyNow' | 'revokers' | 'rules'>;

/** A deny must not wait for a throttled control plane. */
const askMilliseconds = 2000;

/** AWS makes their ids, so another one never comes under the same. */
const neverAgain: ReadonlySet<Credential['kind']> = new Set(['api-gateway-key', 'cognito-app-client']);

/** What the event names, with the facts of its principal; `undefined` where that is gone, or its user, whatever its name is now. */
const lookUpNamed = async (told: Credential, deps: NamedDeps) => {
  const asked = within(askMilliseconds, asOfNow(told, deps), tooLong('asking for a key'));
  const [now] = await Promise.allSettled([asked]);
  // Where nobody can say whose the key is now, it is looked for where it was.
  const credential = now.status === 'fulfilled' ? now.value : told;
  const principal = principalOf(credential);
  const facts = await revokerFor(deps.revokers, principal.kind).describe(principal);
  if (!facts && now.status === 'rejected') throw now.reason;
  return facts && { credential, principal, facts };
};

/**
 * What the event names by its own id belongs to nobody else, so no owner is compared and no workload spared: a leaked
 * key is a leaked key. A user's name can come again, though: one made after the event is another, and for a human.
 * Nothing else would find it, so what cannot be read now is an error and is tried again.
 */
export const named = async (
  told: Credential,
  { occurredAt }: Change,
  deps: NamedDeps,
): Promise<AssessedPrincipal[]> => {
  // Nothing is granted on it, so it could not even be looked at.
  if (!deps.revokers[principalOf(told).kind].isConfigured) {
    return [
      {
        principal: principalOf(told),
        dependents: [],
        verdict: { verdict: 'held', reason: 'not-configured' },
      },
    ];
  }
  const found = await lookUpNamed(told, deps);
  if (!found) return []; // nothing to cut
  const { credential, principal, facts } = found;
  // Held rather than skipped: nobody but a human can end a break-glass key that leaked.
  const isProtected = isProtectedPrincipal(facts, deps.rules.protection);
  const isNamesake =
    credential === principal && !neverAgain.has(principal.kind) && isYounger(facts, occurredAt);
  const hold = isProtected ? 'protected-principal' : isNamesake ? 'owner-changed' : facts.doubt;
  return [
    {
      principal,
      dependents: credential === principal ? await dependentsOf(principal, deps) : [credential],
      verdict: hold ? { verdict: 'held', reason: hold } : { verdict: 'act' },
    },
  ];
};
