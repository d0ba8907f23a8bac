import type { Revokers } from '../credentials/credential-revoker.ts';
import { revokerFor } from '../credentials/revoker-for.ts';
import { type Credential, principalOf } from '../domain/credential.ts';
import type { Count } from '../shared/recorder.ts';
import { type InventoryDeps, takeIn } from './take-in.ts';

export interface RefreshDeps extends InventoryDeps {
  readonly revokers: Revokers;
  readonly count: Count;
}

/**
 * Something was made, or says something else of itself: what is true now is read and remembered, so that the registry
 * need not wait for the next inventory. One that is gone again is left to the inventory.
 */
export const refresh = async (credential: Credential, deps: RefreshDeps): Promise<void> => {
  const principal = principalOf(credential);
  const facts = await revokerFor(deps.revokers, principal.kind).describe(principal);
  if (!facts) return;
  const { outcome, orphan } = await takeIn({ credential: principal, facts }, deps);
  if (outcome === 'ambiguous' || outcome === 'disputed') deps.count('OwnerDisputed');
  if (orphan) deps.count('OrphanFound');
};
