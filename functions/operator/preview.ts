import { type Change, revocationIdOf, subjectsOf } from '../domain/change.ts';
import { credentialKey } from '../domain/credential.ts';
import { type AssessedPrincipal, type Plan, planOf } from '../domain/plan.ts';
import { isProtectedSubject } from '../domain/protection.ts';
import { informed } from '../revocation/admit.ts';
import { assumedBy, assumersPlanned } from '../revocation/assumed.ts';
import { discover, kindsToDiscover, survey } from '../revocation/survey.ts';
import type { OperatorDeps } from './operator.ts';

/**
 * What a real run would do: the same plan, made by the same functions from the same look-ups, with discovery done
 * at once instead of queued. Writes nothing.
 */
export const preview = async (
  asked: Change,
  deps: Pick<
    OperatorDeps,
    'registry' | 'keyNow' | 'revokers' | 'rules' | 'losses' | 'links' | 'entitlements' | 'home'
  >,
): Promise<Plan & { dryRun: true; reason?: string }> => {
  const id = revocationIdOf(asked);
  const change = await informed(asked, deps);
  const isProtected = isProtectedSubject(subjectsOf(change), deps.rules.protection);
  const reason = isProtected ? 'protected-subject' : change.byHand;
  if (reason) return { ...planOf(id, change, []), dryRun: true, reason };
  const principals = new Map<string, AssessedPrincipal>();
  const add = (assessed: AssessedPrincipal) => principals.set(credentialKey(assessed.principal), assessed);
  const plan = () => planOf(id, change, [...principals.values()]);
  for (const assessed of await survey(change, deps)) add(assessed);
  const kinds = kindsToDiscover(change, deps);
  for (const kind of kinds) for await (const assessed of discover(kind, change, deps)) add(assessed);
  for (const assumer of kinds.includes('iam-assumed-session') ? assumersPlanned(plan().tasks) : []) {
    for await (const assessed of assumedBy(assumer, deps)) add(assessed);
  }
  return { ...plan(), dryRun: true };
};
