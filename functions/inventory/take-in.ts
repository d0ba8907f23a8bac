import type { Found } from '../credentials/credential-revoker.ts';
import { isGone } from '../domain/grounds.ts';
import {
  claimedOwners,
  entitlementsIn,
  isShared,
  type OwnershipRules,
  type PrincipalFacts,
} from '../domain/ownership.ts';
import { isProtectedPrincipal, type Protection } from '../domain/protection.ts';
import type { Orphan, RegistryEntry } from '../domain/registry-entry.ts';
import type { Losses } from '../stores/losses.ts';
import type { Registration, Registry } from '../stores/registry.ts';

export interface InventoryDeps {
  readonly registry: Registry;
  readonly losses: Pick<Losses, 'of'>;
  readonly rules: { readonly ownership: OwnershipRules; readonly protection: Protection };
}

export interface TakenIn {
  readonly outcome: Registration | 'ambiguous';
  readonly orphan?: Orphan | undefined;
}

/** Nobody who could leave any more, so nothing would ever end it. */
export const orphanIn = async (
  owners: readonly string[],
  { losses }: Pick<InventoryDeps, 'losses'>,
): Promise<Orphan | undefined> => {
  if (owners.length === 0) return 'no-owner';
  const gone = await Promise.all(owners.map(async (owner) => isGone(await losses.of(owner))));
  return gone.every(Boolean) ? 'owner-gone' : undefined;
};

export const isAmbiguous = (facts: PrincipalFacts, { ownership }: InventoryDeps['rules']): boolean =>
  claimedOwners(facts, ownership).length > 1 && !isShared(facts, ownership);

/** One whose tags disagree is nobody's: who of them leaves, a human decides. */
export const entryFrom = (facts: PrincipalFacts, rules: InventoryDeps['rules']): RegistryEntry => ({
  owners: isAmbiguous(facts, rules) ? [] : claimedOwners(facts, rules.ownership),
  isProtected: isProtectedPrincipal(facts, rules.protection),
  entitlements: entitlementsIn(facts, rules.ownership),
});

/** By what it is called, an app client names itself: no claim against the one that `issue` made it for. */
const entryOf = async ({ credential, facts }: Found, deps: InventoryDeps): Promise<RegistryEntry> => {
  const entry = entryFrom(facts, deps.rules);
  const [row] = facts.inherentOwners ? await deps.registry.read([credential]) : [];
  if (!row?.issuance) return entry;
  const { owners, entitlements } = row;
  return { ...entry, owners, entitlements };
};

/** Puts one principal into the registry, as it was seen in the account. */
export const takeIn = async (found: Found, deps: InventoryDeps): Promise<TakenIn> => {
  const { credential, facts } = found;
  const entry = await entryOf(found, deps);
  const isDoubtful = isAmbiguous(facts, deps.rules);
  const orphan = isDoubtful ? undefined : await orphanIn(entry.owners, deps);
  const outcome = await deps.registry.register(credential, entry, { lastUsedAt: facts.lastUsedAt, orphan });
  return { outcome: isDoubtful ? 'ambiguous' : outcome, orphan };
};
