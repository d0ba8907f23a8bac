import { principalOf } from '../domain/credential.ts';
import { isProtectedOwner, isProtectedPrincipal } from '../domain/protection.ts';
import type { LiveFacts, SweepFacts } from '../domain/sweep-facts.ts';
import { entryFrom, isAmbiguous, orphanIn } from '../inventory/take-in.ts';
import type { PlanDeps } from './deps.ts';

type KnownDeps = Pick<PlanDeps, 'registry' | 'losses' | 'rules' | 'standing'>;

/** Whose it is: as the registry saw it first, or as it says itself. Tags that disagree name nobody, and make no orphan either. */
const ownersOf = async (live: LiveFacts, { registry, rules }: KnownDeps) => {
  const { credential } = live;
  const rows = await registry.read([credential, principalOf(credential)]);
  const [own] = rows.filter(({ credential: { kind } }) => kind === credential.kind);
  const registered = rows.find(({ owners }) => owners.length > 0);
  const owners = registered?.owners ?? entryFrom(live, rules).owners;
  return { owners, isDoubtful: isAmbiguous(live, rules), expiresAt: own?.expiresAt };
};

/** A user has no status of its own: it is off while we hold it down. */
const isActive = async (
  { credential, isActive: isOn }: LiveFacts,
  { standing }: KnownDeps,
): Promise<boolean> =>
  isOn && (credential.kind !== 'iam-user' || (await standing.holders(credential)).length === 0);

/** What is known of a credential altogether, now. */
export const known = async (live: LiveFacts, deps: KnownDeps): Promise<SweepFacts> => {
  const { owners, isDoubtful, expiresAt } = await ownersOf(live, deps);
  const orphan = isDoubtful ? undefined : await orphanIn(owners, deps);
  return {
    ...live,
    isActive: await isActive(live, deps),
    owners,
    ...(orphan && { orphan }),
    ...(expiresAt && { expiresAt }),
    isProtected:
      isProtectedPrincipal(live, deps.rules.protection) || isProtectedOwner(owners, deps.rules.protection),
  };
};
