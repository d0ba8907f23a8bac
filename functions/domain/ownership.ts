import { asSpelled, normaliseEmail } from './email.ts';
import { type Subject, subjectFromText, subjectKey } from './subject.ts';

/** How a principal says whom it belongs to. Nothing else counts: no display name, no local part. */
export interface OwnershipRules {
  /** Tag names, compared without case (IAM's are case-insensitive, API Gateway's are not). */
  readonly ownerTags: readonly string[];
  /** Tag names whose value lists several owners, separated by spaces: the principal is theirs together. */
  readonly sharedOwnerTags?: readonly string[];
  /** Tag names whose value lists the ids of entitlements that the principal exists for, separated by spaces. */
  readonly entitlementTags?: readonly string[];
  /** A principal with one of these tags, and a value other than `false`, is a workload. */
  readonly workloadTags: readonly string[];
  /** Where no owner tag stands, take the principal's name if it equals the subject's identifier exactly. */
  readonly exactUserNames: boolean;
  /** Addresses are found in any capitals; with `exact`, one in other capitals is for a human to decide. */
  readonly emailCase?: 'folded' | 'exact';
}

/** What is known of a principal, read live. */
export interface PrincipalFacts {
  readonly arn: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** ISO 8601, where it is known. */
  readonly createdAt?: string;
  /** ISO 8601, where the listing tells it. */
  readonly lastUsedAt?: string;
  /** Subject keys of one owner, where the credential itself says whose it is (a token's subject), so that no tag is asked. */
  readonly inherentOwners?: readonly string[];
  /** Why a human has to decide, where the principal itself shows it. */
  readonly doubt?: 'session-name-not-vouched-for' | 'role-cannot-be-modified' | 'address-is-shared';
}

/** Made after that time: another one under the same name. */
export const isYounger = (facts: PrincipalFacts | undefined, time: string): boolean =>
  facts?.createdAt !== undefined && Date.parse(facts.createdAt) > Date.parse(time);

export const tagValues = (tags: Readonly<Record<string, string>>, names: readonly string[]): string[] => {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  return Object.entries(tags)
    .filter(([name]) => wanted.has(name.toLowerCase()))
    .map(([, value]) => value);
};

const wordsIn = (values: readonly string[]): string[] =>
  values.flatMap((value) => value.split(/\s+/)).filter((word) => word !== '');

const sharedWith = (facts: PrincipalFacts, { sharedOwnerTags = [] }: OwnershipRules): string[] =>
  wordsIn(tagValues(facts.tags, sharedOwnerTags));

/** Several owners are named on purpose, by a tag for that: no ambiguity. */
export const isShared = (facts: PrincipalFacts, rules: OwnershipRules): boolean =>
  !facts.inherentOwners && sharedWith(facts, rules).length > 0;

/** Ids of what it says that it exists for. */
export const entitlementsIn = (facts: PrincipalFacts, { entitlementTags = [] }: OwnershipRules): string[] => [
  ...new Set(wordsIn(tagValues(facts.tags, entitlementTags))),
];

/** The distinct owners that a principal claims, as subject keys: none, one, an ambiguity, or those who share it. */
export const claimedOwners = (facts: PrincipalFacts, rules: OwnershipRules): string[] => {
  if (facts.inherentOwners) return facts.inherentOwners.slice(0, 1);
  const texts = [...tagValues(facts.tags, rules.ownerTags), ...sharedWith(facts, rules)];
  // A tag is somebody's explicit word, so it outranks the name.
  if (texts.length === 0 && rules.exactUserNames) texts.push(facts.name);
  const subjects = texts.map(subjectFromText).filter((subject): subject is Subject => subject !== undefined);
  return [...new Set(subjects.map(subjectKey))];
};

/** Whether an owner tag has the subject's address in other capitals only, where that is not to be believed. */
export const isSpelledOtherwise = (
  subjects: readonly Subject[],
  facts: PrincipalFacts,
  rules: OwnershipRules,
): boolean => {
  if (rules.emailCase !== 'exact') return false;
  const spellings = subjects.flatMap((subject) =>
    subject.format === 'email' ? asSpelled(subject.email) : [],
  );
  const folded = new Set(spellings.map(normaliseEmail));
  return tagValues(facts.tags, rules.ownerTags)
    .filter((tag) => folded.has(normaliseEmail(tag)))
    .some((tag) => !spellings.includes(asSpelled(tag)));
};

/**
 * The same for somebody in particular: where the link table gives them the principal's ARN, that is a claim like a tag,
 * and a tag that names another person still disagrees with it.
 */
export const ownersFor = (
  subjects: ReadonlySet<string>,
  facts: PrincipalFacts,
  rules: OwnershipRules,
): string[] => {
  const own = facts.inherentOwners?.find((owner) => subjects.has(owner));
  if (own !== undefined) return [own];
  const linked = subjectKey({ format: 'uri', uri: facts.arn });
  return [...claimedOwners(facts, rules), ...(subjects.has(linked) ? [linked] : [])];
};

export const isWorkload = (facts: PrincipalFacts, rules: OwnershipRules): boolean =>
  tagValues(facts.tags, rules.workloadTags).some((value) => value.trim().toLowerCase() !== 'false');
