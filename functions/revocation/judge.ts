import { revokerFor } from '../credentials/revoker-for.ts';
import { assess } from '../domain/assessment.ts';
import { type Change, subjectsOf } from '../domain/change.ts';
import type { Credential } from '../domain/credential.ts';
import { groundsOf, isCounted, lossesBy, stands } from '../domain/grounds.ts';
import type { PrincipalFacts } from '../domain/ownership.ts';
import type { AssessedPrincipal } from '../domain/plan.ts';
import type { RegistryEntry } from '../domain/registry-entry.ts';
import { subjectKey } from '../domain/subject.ts';
import type { ContainDeps } from './deps.ts';
import type { Owned } from './owned.ts';

export type JudgeDeps = Pick<ContainDeps, 'registry' | 'rules' | 'losses'>;

type Judgement = Pick<AssessedPrincipal, 'verdict' | 'counted' | 'statesIt'>;

/** What each owner has lost, with what the change itself takes: nothing is stored of one that is only observed. */
const lossesFor = async (
  owners: readonly string[],
  change: Change | undefined,
  { losses }: Pick<JudgeDeps, 'losses'>,
): Promise<(owner: string) => ReadonlySet<string>> => {
  const subjects = new Set(change ? subjectsOf(change).map(subjectKey) : []);
  const taken = change ? lossesBy(change) : [];
  const known = owners.map(async (owner) => {
    const lost = await losses.of(owner);
    return [owner, new Set([...lost, ...(subjects.has(owner) ? taken : [])])] as const;
  });
  const byOwner = new Map(await Promise.all(known));
  return (owner) => byOwner.get(owner) ?? new Set();
};

/** What the registry knows of a principal, by itself and by what hangs off it. */
const joined = (entries: readonly (RegistryEntry | undefined)[]): RegistryEntry | undefined => {
  const known = entries.filter((entry) => entry !== undefined);
  if (known.length === 0) return undefined;
  return {
    owners: known.flatMap(({ owners }) => owners),
    isProtected: known.some(({ isProtected }) => isProtected),
    entitlements: known.flatMap(({ entitlements }) => entitlements),
  };
};

const namesIn = (change: Change): ReadonlySet<string> => new Set(subjectsOf(change).map(subjectKey));

/** Whether the principal is cut for the sake of this change; `through`: see `owned.ts`. */
export const judge = async (
  principal: Credential,
  facts: PrincipalFacts,
  { change, through = [], ...deps }: JudgeDeps & Partial<Pick<Owned, 'through'>> & { change: Change },
): Promise<Judgement> => {
  const earlier = joined([await deps.registry.entryOf(principal), ...through]);
  const grounds = groundsOf(facts, deps.rules.ownership, namesIn(change));
  // A lost session ends what it ends, however many reasons there are.
  const counted = isCounted(grounds) && lossesBy(change).length > 0;
  const survives = counted && stands(grounds, await lossesFor(grounds.owners, change, deps));
  const claim = { subjects: subjectsOf(change), facts, earlier, lost: change.entitlement, survives };
  const stated = [...grounds.entitlements, ...(earlier?.entitlements ?? [])];
  const statesIt = change.entitlement !== undefined && stated.includes(change.entitlement.id);
  return {
    verdict: assess(claim, deps.rules),
    ...(counted && { counted }),
    ...(statesIt && { statesIt }),
  };
};

/** Whether it stands on any of its grounds now, whatever was planned before. One that is gone does not. */
export const standsNow = async (
  principal: Credential,
  { change, ...deps }: JudgeDeps & Pick<ContainDeps, 'revokers'> & { change: Change },
): Promise<boolean> => {
  const facts = await revokerFor(deps.revokers, principal.kind).describe(principal);
  if (!facts) return false;
  const grounds = groundsOf(facts, deps.rules.ownership, namesIn(change));
  return stands(grounds, await lossesFor(grounds.owners, undefined, deps));
};
