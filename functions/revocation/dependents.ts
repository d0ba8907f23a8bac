import { revokerFor } from '../credentials/revoker-for.ts';
import { type Credential, dependentKinds } from '../domain/credential.ts';
import type { ContainDeps } from './deps.ts';

/** What hangs off a principal, read live. */
export const dependentsOf = async (
  principal: Credential,
  { revokers }: Pick<ContainDeps, 'revokers'>,
): Promise<Credential[]> => {
  const lists = dependentKinds[principal.kind].map((kind) =>
    Array.fromAsync(revokerFor(revokers, kind).discover({ for: 'principal', principal })),
  );
  return (await Promise.all(lists)).flat().map((found) => found.credential);
};
