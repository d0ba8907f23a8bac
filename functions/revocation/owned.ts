import { type Credential, type CredentialKind, credentialKey, principalOf } from '../domain/credential.ts';
import type { RegistryEntry } from '../domain/registry-entry.ts';
import { mapInChunks } from '../shared/map-in-chunks.ts';
import type { ContainDeps } from './deps.ts';

export interface Owned {
  readonly principal: Credential;
  /** Of what hangs off it and was issued to them: an access key says more than its user, or something else by now. */
  readonly through: readonly RegistryEntry[];
}

/**
 * With the user that it hangs off now: one that is renamed keeps its keys. As it was told where IAM knows no such key. Throws
 * where IAM cannot say.
 */
export const asOfNow = async (
  credential: Credential,
  { keyNow }: Pick<ContainDeps, 'keyNow'>,
): Promise<Credential> => {
  if (credential.kind !== 'iam-access-key') return credential;
  const { user } = (await keyNow(credential.id)) ?? credential;
  return { ...credential, user };
};

/** Keys that are asked for at the same time. */
const atOnce = 10;

/**
 * The principals of these kinds that the registry has under these names (subject keys). What hangs off one, such as an issued
 * access key, leads to it: nobody's key may outlive them because its user was never theirs, or is so no more.
 */
export const ownedBy = async (
  names: readonly string[],
  kinds: readonly CredentialKind[],
  { registry, keyNow }: Pick<ContainDeps, 'registry' | 'keyNow'>,
): Promise<Owned[]> => {
  const listed = await registry.ownedBy(names);
  const relevant = listed.filter((credential) => kinds.includes(principalOf(credential).kind));
  const owned = new Map<string, Owned>();
  for (const credential of await mapInChunks(relevant, atOnce, (one) => asOfNow(one, { keyNow }))) {
    const principal = principalOf(credential);
    const key = credentialKey(principal);
    const { through } = owned.get(key) ?? { through: [] };
    const entry = principal === credential ? undefined : await registry.entryOf(credential);
    owned.set(key, { principal, through: entry ? [...through, entry] : through });
  }
  return [...owned.values()];
};
