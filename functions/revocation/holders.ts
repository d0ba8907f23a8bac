import type { Credential } from '../domain/credential.ts';
import type { Standing } from '../stores/standing.ts';
import { dependentsOf } from './dependents.ts';
import type { ContainDeps } from './deps.ts';

export interface Holders {
  /** Revocations that hold the credential itself down. */
  readonly own: readonly string[];
  /** Those that hold only something on it: a leaked key, whose sessions are denied at its user. */
  readonly ofDependents: readonly string[];
}

/** Who has an interest in a credential staying as we left it. */
export const holdersOf = async (
  credential: Credential,
  deps: { readonly standing: Pick<Standing, 'holders'> } & Pick<ContainDeps, 'revokers'>,
): Promise<Holders> => {
  const own = await deps.standing.holders(credential);
  const dependents = await dependentsOf(credential, deps);
  const held = await Promise.all(dependents.map((dependent) => deps.standing.holders(dependent)));
  const ofDependents = [...new Set(held.flat())].filter((id) => !own.includes(id));
  return { own, ofDependents };
};
