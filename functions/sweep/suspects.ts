import { type Credential, credentialKey, principalOf } from '../domain/credential.ts';
import { daysAfter } from '../domain/days.ts';
import type { Orphan } from '../domain/registry-entry.ts';
import { isSuspect } from '../domain/sweep-policy.ts';
import type { SweepSettings } from '../domain/sweep-settings.ts';
import type { PlanDeps } from './deps.ts';
import type { Problems } from './problems.ts';

type Condition = keyof SweepSettings['policies'][number]['when'];

const isAskedFor = ({ policies }: SweepSettings, ...conditions: Condition[]): boolean =>
  policies.some(({ when }) => conditions.some((condition) => when[condition] !== undefined));

/** By credential key, as upkeep saw them last. */
const orphansIn = async ({ settings, registry }: PlanDeps): Promise<ReadonlyMap<string, Orphan>> => {
  if (!isAskedFor(settings, 'orphaned', 'ownerGone')) return new Map();
  const orphans = await registry.orphans();
  return new Map(
    orphans.flatMap(({ credential, orphan }) => (orphan ? [[credentialKey(credential), orphan]] : [])),
  );
};

/** What ends soon, or should have ended: also where nobody let it, or somebody brought it back. */
async function* ending({ settings, registry, now }: PlanDeps): AsyncGenerator<Credential> {
  if (!isAskedFor(settings, 'expiringDays', 'expired')) return;
  if (isAskedFor(settings, 'expired')) {
    for await (const { credential } of registry.endedBy(now().toISOString())) yield credential;
  }
  const days = Math.max(0, ...settings.policies.map(({ when }) => when.expiringDays ?? 0));
  for await (const { credential } of registry.dueBy(daysAfter(now().toISOString(), days))) yield credential;
}

/** What is held down may have to be deleted by now; which lists call it by its use does not matter any more. */
async function* heldDown({ settings, standing }: PlanDeps): AsyncGenerator<Credential> {
  const deleting = settings.policies.filter(({ steps }) => steps.delete !== undefined);
  if (deleting.length === 0) return;
  const kinds = new Set<string>(deleting.flatMap((policy) => policy.kinds));
  for await (const { credential } of standing.all()) if (kinds.has(credential.kind)) yield credential;
}

/**
 * Principals at which policies may find something, each once, in the order of their keys. Costs what lists cost; who is on
 * them adds nothing.
 */
export const suspectsIn = async (deps: PlanDeps, problems: Problems): Promise<Credential[]> => {
  const { settings, sources, now } = deps;
  const suspects = new Map<string, Credential>();
  const suspect = (credential: Credential) => {
    const principal = principalOf(credential);
    suspects.set(credentialKey(principal), principal);
  };
  const orphans = (await problems.attempt('orphans', () => orphansIn(deps))) ?? new Map<string, Orphan>();
  await problems.attempt('expiries', async () => {
    for await (const credential of ending(deps)) suspect(credential);
  });
  await problems.attempt('held down', async () => {
    for await (const credential of heldDown(deps)) suspect(credential);
  });
  for (const source of sources) {
    await problems.attempt(`lists of ${source.kinds.join(', ')}`, async () => {
      for await (const { principal, ...facts } of source.listed()) {
        const orphan = orphans.get(credentialKey(principal));
        if (isSuspect({ ...facts, ...(orphan && { orphan }) }, settings, now())) suspect(principal);
      }
    });
  }
  return [...suspects.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, principal]) => principal);
};
