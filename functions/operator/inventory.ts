import { credentialKey } from '../domain/credential.ts';
import { type Subject, subjectKey } from '../domain/subject.ts';
import { allNamesOf } from '../identity/identify.ts';
import { dependentsOf } from '../revocation/dependents.ts';
import type { Registered } from '../stores/registry.ts';
import type { OperatorDeps } from './operator.ts';

const shown = ({ credential, ...row }: Registered) => ({ credential: credentialKey(credential), ...row });

/** What belongs to one person under any of their names: from the registry, with what hangs off it as it is now. */
export const inventory = async (subject: Subject, deps: OperatorDeps) => {
  const names = (await allNamesOf(subject, deps.links)).map(subjectKey);
  const rows = await deps.registry.read(await deps.registry.ownedBy(names));
  const credentials = rows.map(async (row) => {
    const holds = (await dependentsOf(row.credential, deps)).map(credentialKey);
    return { ...shown(row), ...(holds.length > 0 && { holds }) };
  });
  return { names, credentials: await Promise.all(credentials) };
};

/** What nobody living owns, as the last inventory saw it. */
export const orphans = async ({ registry }: OperatorDeps) => ({
  orphans: (await registry.orphans()).map(shown),
});
