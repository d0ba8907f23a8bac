import { revokerFor } from '../credentials/revoker-for.ts';
import { assess } from '../domain/assessment.ts';
import { type Change, subjectsOf } from '../domain/change.ts';
import { type Credential, credentialKey, dependentKinds } from '../domain/credential.ts';
import { isYounger, ownersFor } from '../domain/ownership.ts';
import type { AssessedPrincipal } from '../domain/plan.ts';
import { isProtectedPrincipal } from '../domain/protection.ts';
import { subjectKey } from '../domain/subject.ts';
import { principalKindsOf } from '../domain/treatment.ts';
import { within } from '../shared/deadline.ts';
import type { RegistryEntry } from '../stores/registry.ts';
import type { ContainDeps } from './deps.ts';

type SurveyDeps = Pick<ContainDeps, 'registry' | 'revokers' | 'rules'>;

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

/** Credentials whose id follows from the subject itself: nothing is looked up, so nothing can delay them. */
const inherent = async (change: Change, { revokers }: SurveyDeps): Promise<AssessedPrincipal[]> => {
  const search = { for: 'subject', subjects: subjectsOf(change) } as const;
  const found = await Array.fromAsync(revokers['bearer-token'].discover(search));
  return found.map(({ credential }) => ({
    principal: credential,
    dependents: [],
    verdict: { verdict: 'act' },
  }));
};

const earlierIn = (entry: RegistryEntry | undefined) => ({
  earlierOwner: entry?.owner,
  earlierProtected: entry?.isProtected ?? false,
});

const known = async (
  principal: Credential,
  change: Change,
  deps: SurveyDeps,
): Promise<AssessedPrincipal[]> => {
  const [facts, dependents] = await Promise.all([
    revokerFor(deps.revokers, principal.kind).describe(principal),
    dependentsOf(principal, deps),
  ]);
  if (!facts) return []; // gone: nothing to cut
  const earlier = await deps.registry.entryOf(principal);
  const verdict = assess({ subjects: subjectsOf(change), facts, ...earlierIn(earlier) }, deps.rules);
  return [{ principal, dependents, verdict }];
};

/** An access key is a part of its user: the same facts, the same task. */
export const principalOf = (credential: Credential): Credential =>
  credential.kind === 'iam-access-key'
    ? { kind: 'iam-user', account: credential.account, region: credential.region, id: credential.user }
    : credential;

/**
 * What the event names by its own id belongs to nobody else, so no owner is compared and no workload spared: a leaked
 * key is a leaked key. A user's name can come again, though: one made after the event is another, and for a human.
 * Nothing else would find it, so what cannot be read now is an error and is tried again.
 */
const named = async (
  credential: Credential,
  { occurredAt }: Change,
  deps: SurveyDeps,
): Promise<AssessedPrincipal[]> => {
  const principal = principalOf(credential);
  const facts = await revokerFor(deps.revokers, principal.kind).describe(principal);
  if (!facts) return []; // gone: nothing to cut
  // Held rather than skipped: nobody but a human can end a break-glass key that leaked.
  const isProtected = isProtectedPrincipal(facts, deps.rules.protection);
  const isNamesake = credential === principal && isYounger(facts, occurredAt);
  const hold = isProtected ? 'protected-principal' : isNamesake ? 'owner-changed' : undefined;
  return [
    {
      principal,
      dependents: credential === principal ? await dependentsOf(principal, deps) : [credential],
      verdict: hold ? { verdict: 'held', reason: hold } : { verdict: 'act' },
    },
  ];
};

/** Containment must not wait for a throttled control plane: discovery finds later what was too slow here. */
const surveyMilliseconds = 2000;

const inTime = (work: Promise<AssessedPrincipal[]>): Promise<AssessedPrincipal[]> =>
  within(surveyMilliseconds, work, () => []).catch(() => []);

/** What can be cut at once: tokens, principals that the registry knows, or the one that the event names. */
export const survey = async (change: Change, deps: SurveyDeps): Promise<AssessedPrincipal[]> => {
  if (change.credential) return named(change.credential, change, deps);
  const kinds = principalKindsOf(change);
  const owned = await deps.registry.ownedBy(subjectsOf(change).map(subjectKey));
  const relevant = owned.filter((credential) => kinds.includes(credential.kind));
  const groups = await Promise.all([
    inherent(change, deps),
    ...relevant.map((principal) => inTime(known(principal, change, deps))),
  ]);
  return groups.flat();
};

export interface Discovered extends AssessedPrincipal {
  /** Whom the principal claims to belong to, where that is one subject. */
  readonly owner: string | undefined;
}

/** Every principal of one kind in the account that concerns the subject, whether the registry knows it or not. */
export async function* discover(
  kind: Credential['kind'],
  change: Change,
  deps: SurveyDeps,
): AsyncIterable<Discovered> {
  const subjects = subjectsOf(change);
  const keys = new Set(subjects.map(subjectKey));
  const registered = new Set((await deps.registry.ownedBy([...keys])).map(credentialKey));
  for await (const { credential, facts } of revokerFor(deps.revokers, kind).discover({
    for: 'subject',
    subjects,
  })) {
    const claims = ownersFor(keys, facts, deps.rules.ownership);
    if (!registered.has(credentialKey(credential)) && !claims.some((owner) => keys.has(owner))) continue;
    const earlier = await deps.registry.entryOf(credential);
    const verdict = assess({ subjects, facts, ...earlierIn(earlier) }, deps.rules);
    const dependents = await dependentsOf(credential, deps);
    yield { principal: credential, dependents, verdict, owner: claims.length === 1 ? claims[0] : undefined };
  }
}
