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
  deps: Pick<OperatorDeps, 'registry' | 'revokers' | 'rules' | 'losses' | 'links' | 'entitlements' | 'home'>,
): Promise<Plan & { dryRun: true; reason?: string }> => {
  const id = revocationIdOf(asked);
  const change = await informed(asked, deps);
  const isProtected = isProtectedSubject(subjectsOf(change), deps.rules.protection);
  const reason = isProtected ? 'protected-subject' : change.byHand;
  if (reason) return { ...planOf(id, change, []), dryRun: true, reason };
  const principals = new Map<string, AssessedPrincipal>();
  for (const assessed of await survey(change, deps)) {
    principals.set(credentialKey(assessed.principal), assessed);
  }
  for (const kind of kindsToDiscover(change, deps)) {
    for await (const assessed of discover(kind, change, deps)) {
      principals.set(credentialKey(assessed.principal), assessed);
    }
  }
  const { tasks } = planOf(id, change, [...principals.values()]);
  const looksForAssumed = kindsToDiscover(change, deps).includes('iam-assumed-session');
  for (const assumer of looksForAssumed ? assumersPlanned(tasks) : []) {
    for await (const assessed of assumedBy(assumer, deps)) {
      principals.set(credentialKey(assessed.principal), assessed);
    }
  }
  return { ...planOf(id, change, [...principals.values()]), dryRun: true };
};
