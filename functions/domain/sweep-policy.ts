import type { Credential } from './credential.ts';
import { tagValues } from './ownership.ts';
import { subjectKey } from './subject.ts';
import { foundBy, isByAgeAlone, isOld, spelled } from './sweep-conditions.ts';
import type { LastUse, SweepFacts } from './sweep-facts.ts';
import type { Exemption, SweepPolicy, SweepSettings } from './sweep-settings.ts';

/** What is told of many at once: hours old, and without ids of access keys. */
export type RoughFacts = Pick<
  SweepFacts,
  'path' | 'tags' | 'createdAt' | 'rotatedAt' | 'lastUse' | 'orphan' | 'expiresAt'
> & {
  readonly kind: SweepFacts['credential']['kind'];
  readonly account: string;
};

/** Why what a policy found is left alone. */
export type SpareReason =
  | 'protected'
  | 'exempt'
  | 'already-inactive'
  /** It was used lately, and the policy goes by its age alone. */
  | 'in-use'
  | 'use-unknown'
  | 'restored'
  | 'rejected';

/** A credential that fits a policy. */
export interface Finding {
  readonly policy: SweepPolicy;
  readonly facts: SweepFacts;
  /** What was found, the same words for as long as it is the same fact: part of the revocation's id. */
  readonly fact: string;
  readonly spare?: SpareReason;
}

type Found = Pick<Finding, 'policy' | 'facts'>;

type Placed = Pick<RoughFacts, 'kind' | 'account' | 'path' | 'tags'>;

const isMeant = ({ kinds, where }: SweepPolicy, { kind, account, path, tags }: Placed): boolean =>
  kinds.includes(kind) &&
  (where.accounts?.includes(account) ?? true) &&
  (where.paths?.some((beginning) => path?.startsWith(beginning)) ?? true) &&
  // Names without case, as owners are told by them.
  Object.entries(where.tags ?? {}).every(([name, wanted]) =>
    tagValues(tags, [name]).some((value) => wanted === '*' || value === wanted),
  );

/** Where no list tells when something was made, it may be as old as can be. */
const firstOfAll = new Date(0).toISOString();

/** Whether a policy may find something there, by what may be hours old: then it is read again. */
export const isSuspect = (facts: RoughFacts, { policies }: Pick<SweepSettings, 'policies'>, now: Date) =>
  policies.some(
    (policy) =>
      isMeant(policy, facts) && foundBy(policy.when, { createdAt: firstOfAll, ...facts }, now) !== undefined,
  );

/** Days. What was used within them is in use. */
const inUseDays = 30;

/** The latest time at which it may have been used. */
const newest = (lastUse: Exclude<LastUse, string>): string => ('at' in lastUse ? lastUse.at : lastUse.before);

/**
 * Nothing that is in use, or may be, is disabled for its age alone. A policy that only tells the owner spares nothing: what is in
 * use is what has to be rotated.
 */
const spareForUse = ({ when, steps, evenIfUsed }: SweepPolicy, lastUse: LastUse, now: Date) => {
  if (steps.disable === undefined || evenIfUsed || !isByAgeAlone(when) || lastUse === 'never')
    return undefined;
  if (lastUse === 'unknown') return 'use-unknown';
  return isOld(newest(lastUse), inUseDays, now) ? undefined : 'in-use';
};

/** What an exemption may cover. */
export interface Covered {
  readonly policy: string;
  readonly credential: Credential;
  readonly owners: readonly string[];
}

const covers = (
  { kind, id, owner, policies, until }: Exemption,
  { policy, credential, owners }: Covered,
  now: Date,
): boolean =>
  Date.parse(until) > now.getTime() &&
  (kind ?? credential.kind) === credential.kind &&
  (id ?? credential.id) === credential.id &&
  (owner === undefined || owners.includes(subjectKey(owner))) &&
  (policies?.includes(policy) ?? true);

export const isExempt = (covered: Covered, exemptions: readonly Exemption[], now: Date): boolean =>
  exemptions.some((one) => covers(one, covered, now));

const spareFor = (
  { policy, facts }: Found,
  { exemptions }: Pick<SweepSettings, 'exemptions'>,
  now: Date,
): SpareReason | undefined => {
  if (facts.isProtected) return 'protected';
  if (isExempt({ ...facts, policy: policy.name }, exemptions, now)) return 'exempt';
  return facts.isActive ? spareForUse(policy, facts.lastUse, now) : 'already-inactive';
};

/** A user's name may come again: one that was made later is another, with days and a revocation of its own. */
const markOf = ({ credential: { kind }, createdAt }: SweepFacts, now: Date): string[] =>
  kind === 'iam-user' && isOld(createdAt, 0, now) ? [`created ${spelled(createdAt)}`] : [];

/** What the policies find of one credential as it is now. Pure. */
export const findingsOf = (facts: SweepFacts, settings: SweepSettings, now: Date): Finding[] => {
  const { kind, account } = facts.credential;
  return settings.policies.flatMap((policy) => {
    const found = isMeant(policy, { ...facts, kind, account }) && foundBy(policy.when, facts, now);
    if (!found) return [];
    const fact = [...new Set([...markOf(facts, now), ...found])].join(', ');
    const spare = spareFor({ policy, facts }, settings, now);
    return [{ policy, facts, fact, ...(spare && { spare }) }];
  });
};

/**
 * Days. Whatever was minted from a key may live for 36 hours ("GetSessionToken", AWS STS API Reference), and the last use of one
 * is told late.
 */
const sessionDays = 2;

/** Whether sessions that were minted from it may live: then they are ended too. */
export const mayHaveSessions = (lastUse: LastUse, now: Date): boolean =>
  lastUse === 'unknown' || (lastUse !== 'never' && !isOld(newest(lastUse), sessionDays, now));

/** By path or tag, or by how machines are called: a hint for people, nothing is done for it. */
const ofMachines = /(^|[/_.-])(ci|cd|cicd|github|gitlab|actions|runner|pipeline|deploy(er|ment)?)([/_.-]|$)/i;

/** A key that a pipeline seems to have, which could assume a role by OpenID Connect and need none. */
export const looksLikeCi = ({
  name,
  path = '/',
  tags,
}: Pick<SweepFacts, 'name' | 'path' | 'tags'>): boolean =>
  [name, path, ...Object.entries(tags).flat()].some((text) => ofMachines.test(text));
