import type { Found } from '../credentials/credential-revoker.ts';
import { isGone } from '../domain/grounds.ts';
import { claimedOwners, entitlementsIn, isShared, type OwnershipRules } from '../domain/ownership.ts';
import { isProtectedPrincipal, type Protection } from '../domain/protection.ts';
import type { Orphan } from '../domain/registry-entry.ts';
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
const orphanIn = async (
  owners: readonly string[],
  { losses }: Pick<InventoryDeps, 'losses'>,
): Promise<Orphan | undefined> => {
  if (owners.length === 0) return 'no-owner';
  const gone = await Promise.all(owners.map(async (owner) => isGone(await losses.of(owner))));
  return gone.every(Boolean) ? 'owner-gone' : undefined;
};

/**
 * Puts one principal into the registry, as it was seen in the account. One whose tags disagree is there under nobody: who
 * of them leaves, a human decides.
 */
export const takeIn = async ({ credential, facts }: Found, deps: InventoryDeps): Promise<TakenIn> => {
  const { ownership, protection } = deps.rules;
  const owners = claimedOwners(facts, ownership);
  const isAmbiguous = owners.length > 1 && !isShared(facts, ownership);
  const entry = {
    owners: isAmbiguous ? [] : owners,
    isProtected: isProtectedPrincipal(facts, protection),
    entitlements: entitlementsIn(facts, ownership),
  };
  const orphan = isAmbiguous ? undefined : await orphanIn(owners, deps);
  const outcome = await deps.registry.register(credential, entry, { lastUsedAt: facts.lastUsedAt, orphan });
  return { outcome: isAmbiguous ? 'ambiguous' : outcome, orphan };
};
