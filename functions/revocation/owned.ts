import { type Credential, credentialKey, principalOf } from '../domain/credential.ts';
import type { RegistryEntry } from '../domain/registry-entry.ts';
import type { ContainDeps } from './deps.ts';

export interface Owned {
  readonly principal: Credential;
  /** Of what hangs off it and was issued to them: an access key says more than its user, or something else by now. */
  readonly through: readonly RegistryEntry[];
}

/**
 * The principals that the registry has under these names (subject keys). What hangs off one, such as an issued access key,
 * leads to it: nobody's key may outlive them because its user was never theirs, or is so no more.
 */
export const ownedBy = async (
  names: readonly string[],
  { registry }: Pick<ContainDeps, 'registry'>,
): Promise<Owned[]> => {
  const owned = new Map<string, Owned>();
  for (const credential of await registry.ownedBy(names)) {
    const principal = principalOf(credential);
    const key = credentialKey(principal);
    const { through } = owned.get(key) ?? { through: [] };
    const entry = principal === credential ? undefined : await registry.entryOf(credential);
    owned.set(key, { principal, through: entry ? [...through, entry] : through });
  }
  return [...owned.values()];
};
