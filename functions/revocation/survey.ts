import { revokerFor } from '../credentials/revoker-for.ts';
import { type Change, subjectsOf } from '../domain/change.ts';
import { type Credential, credentialKey } from '../domain/credential.ts';
import { entitlementsIn, isShared, ownersFor, type PrincipalFacts } from '../domain/ownership.ts';
import type { AssessedPrincipal } from '../domain/plan.ts';
import type { RegistryEntry } from '../domain/registry-entry.ts';
import { subjectKey } from '../domain/subject.ts';
import { type Cause, discoveredKindsOf, principalKindsOf } from '../domain/treatment.ts';
import type { AskKey } from '../identity/access-key.ts';
import { within } from '../shared/deadline.ts';
import { dependentsOf } from './dependents.ts';
import type { ContainDeps } from './deps.ts';
import { judge } from './judge.ts';
import { named } from './named.ts';
import { type Owned, ownedBy } from './owned.ts';

type SurveyDeps = Pick<ContainDeps, 'registry' | 'keyNow' | 'revokers' | 'rules' | 'losses'>;

/** Credentials whose id follows from the subject itself: nothing is looked up, so nothing can delay them. */
const inherent = async (change: Change, { revokers }: SurveyDeps): Promise<AssessedPrincipal[]> => {
  const clients = change.change === 'application-retired';
  const search = { for: 'subject', subjects: subjectsOf(change), clients } as const;
  const found = await Array.fromAsync(revokers['bearer-token'].discover(search));
  return found.map(({ credential }) => ({
    principal: credential,
    dependents: [],
    verdict: { verdict: 'act' },
  }));
};

const known = async (
  { principal, through }: Owned,
  change: Change,
  deps: SurveyDeps,
): Promise<AssessedPrincipal[]> => {
  const [facts, dependents] = await Promise.all([
    revokerFor(deps.revokers, principal.kind).describe(principal),
    dependentsOf(principal, deps),
  ]);
  if (!facts) return []; // gone: nothing to cut
  return [{ principal, dependents, ...(await judge(principal, facts, { ...deps, change, through })) }];
};

/** Containment must not wait for a throttled control plane: discovery finds later what was too slow here. */
const surveyMilliseconds = 2000;

const inTime = (work: Promise<AssessedPrincipal[]>): Promise<AssessedPrincipal[]> =>
  within(surveyMilliseconds, work, () => []).catch(() => []);

/** What can be cut at once: tokens, principals that the registry knows, or the one that the event names. */
export const survey = async (change: Change, deps: SurveyDeps): Promise<AssessedPrincipal[]> => {
  if (change.credential) return named(change.credential, change, deps);
  // What cannot be denied at once gains nothing by being looked at now.
  const kinds = principalKindsOf(change).filter((kind) => deps.revokers[kind].hasFastDeny);
  const keyNow: AskKey = (id) =>
    within(surveyMilliseconds, deps.keyNow(id), () => undefined).catch(() => undefined);
  const owned = await ownedBy(subjectsOf(change).map(subjectKey), kinds, { ...deps, keyNow });
  const groups = await Promise.all([
    inherent(change, deps),
    ...owned.map((one) => inTime(known(one, change, deps))),
  ]);
  return groups.flat();
};

/** The kinds that are looked for in the account: those of the change that the settings name. */
export const kindsToDiscover = (
  cause: Cause,
  { revokers }: Pick<ContainDeps, 'revokers'>,
): Credential['kind'][] => discoveredKindsOf(cause).filter((kind) => revokers[kind].isConfigured);

export interface Discovered extends AssessedPrincipal {
  /** What is remembered of it, where it says whose it is. */
  readonly entry: RegistryEntry | undefined;
}

/** Claims that disagree are nothing to remember. */
const entryFrom = (
  facts: PrincipalFacts,
  claims: readonly string[],
  { ownership }: SurveyDeps['rules'],
): RegistryEntry | undefined =>
  claims.length === 1 || isShared(facts, ownership)
    ? { owners: claims, isProtected: false, entitlements: entitlementsIn(facts, ownership) }
    : undefined;

/** Every principal of one kind in the account that concerns the subject, whether the registry knows it or not. */
export async function* discover(
  kind: Credential['kind'],
  change: Change,
  deps: SurveyDeps,
): AsyncIterable<Discovered> {
  const subjects = subjectsOf(change);
  const keys = new Set(subjects.map(subjectKey));
  const owned = await ownedBy([...keys], [kind], deps);
  const registered = new Map(owned.map((one) => [credentialKey(one.principal), one]));
  const unlisted = new Map(registered);
  const search = { for: 'subject', subjects } as const;
  for await (const { credential, facts } of revokerFor(deps.revokers, kind).discover(search)) {
    unlisted.delete(credentialKey(credential));
    const claims = ownersFor(keys, facts, deps.rules.ownership);
    const own = registered.get(credentialKey(credential));
    if (!own && !claims.some((owner) => keys.has(owner))) continue;
    const judgement = await judge(credential, facts, { ...deps, change, through: own?.through ?? [] });
    const dependents = await dependentsOf(credential, deps);
    yield { principal: credential, dependents, ...judgement, entry: entryFrom(facts, claims, deps.rules) };
  }
  // What an earlier revocation deleted is listed no more: it must stay deleted for as long as this one stands, too.
  for (const one of unlisted.values()) {
    for (const assessed of await known(one, change, deps)) yield { ...assessed, entry: undefined };
  }
}
