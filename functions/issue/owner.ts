import { asSpelled } from '../domain/email.ts';
import { InvalidInput } from '../domain/errors.ts';
import { isGone, stands } from '../domain/grounds.ts';
import { claimedOwners, entitlementsIn, type OwnershipRules } from '../domain/ownership.ts';
import { type Subject, subjectFromText, subjectKey } from '../domain/subject.ts';
import { allNamesOf } from '../identity/identify.ts';
import type { IssueDeps } from './deps.ts';

/** Somebody who is given something. */
export interface Owner {
  /** Subject key: what the registry has. */
  readonly key: string;
  /** The same as a tag says it. */
  readonly text: string;
  /** Subject keys of all their names, `key` among them: they may have left under any. */
  readonly names: readonly string[];
}

const textOf = (subject: Subject): string | undefined => {
  if (subject.format === 'email') return asSpelled(subject.email);
  return subject.format === 'opaque' ? subject.id : undefined;
};

/** What a tag with this text will be read as later must be the same. */
const asOwner = (subject: Subject): Pick<Owner, 'key' | 'text'> | undefined => {
  const text = textOf(subject);
  const read = text === undefined ? undefined : subjectFromText(text);
  const key = subjectKey(subject);
  return text !== undefined && read && subjectKey(read) === key ? { key, text } : undefined;
};

/** Under the name that was given, or another one of theirs if only that fits into a tag. */
export const ownerOf = async (
  subject: Subject,
  field: string,
  { links }: Pick<IssueDeps, 'links'>,
): Promise<Owner> => {
  const names = await allNamesOf(subject, links);
  const owner = names.map(asOwner).find((one) => one !== undefined);
  if (owner) return { ...owner, names: names.map(subjectKey) };
  throw new InvalidInput(field, 'is known by no address and no id that a tag could say');
};

/** Of an owner that the registry has; `undefined` where a tag could not say it. */
export const subjectOfKey = (key: string): Subject | undefined =>
  subjectFromText(key.slice(key.indexOf(':') + 1));

/** Tags of API Gateway and Secrets Manager hold 256 characters ("CreateApiKey", "Tag", API References). */
const longestTag = 256;

export interface Claim {
  /** As a tag says them. */
  readonly owners: readonly string[];
  readonly entitlements: readonly string[];
}

/** The tags by which every inventory will know whose it is, and what for. */
export const claimTags = ({ owners, entitlements }: Claim, rules: OwnershipRules): Record<string, string> => {
  const [ownerTag] = owners.length > 1 ? (rules.sharedOwnerTags ?? []) : rules.ownerTags;
  const [entitlementTag] = rules.entitlementTags ?? [];
  return {
    ...(ownerTag !== undefined && { [ownerTag]: owners.join(' ') }),
    ...(entitlementTag !== undefined &&
      entitlements.length > 0 && { [entitlementTag]: entitlements.join(' ') }),
  };
};

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  new Set([...one, ...other]).size === one.length && one.length === other.length;

/** Read back as an inventory would read them: what comes out otherwise would be called a dispute within the hour. */
export const mustFitIntoTags = (
  { owners, entitlements }: { owners: readonly Owner[]; entitlements: readonly string[] },
  field: string,
  { rules: { ownership } }: Pick<IssueDeps, 'rules'>,
): void => {
  const tags = claimTags({ owners: owners.map(({ text }) => text), entitlements }, ownership);
  const facts = { arn: '', name: '', tags };
  const isLong = Object.values(tags).some((value) => value.length > longestTag);
  const keys = owners.map(({ key }) => key);
  if (isLong || !isSame(claimedOwners(facts, ownership), keys)) {
    throw new InvalidInput(field, 'does not fit into a tag');
  }
  if (!isSame(entitlementsIn(facts, ownership), entitlements)) {
    throw new InvalidInput('request.entitlements', 'do not fit into a tag, or are named twice');
  }
};

const lostBy = async ({ names }: Owner, { losses }: Pick<IssueDeps, 'losses'>): Promise<Set<string>> =>
  new Set((await Promise.all(names.map((name) => losses.of(name)))).flatMap((lost) => [...lost]));

/** Nobody who left is given anything, nor what they have lost. */
export const mustStandFor = async (
  { owners, entitlements }: { owners: readonly Owner[]; entitlements: readonly string[] },
  field: string,
  deps: Pick<IssueDeps, 'losses'>,
): Promise<void> => {
  const lost = new Map<string, ReadonlySet<string>>();
  for (const owner of owners) lost.set(owner.key, await lostBy(owner, deps));
  if ([...lost.values()].some(isGone)) throw new InvalidInput(field, 'has left');
  const keys = owners.map(({ key }) => key);
  if (stands({ owners: keys, entitlements }, (key) => lost.get(key) ?? new Set())) return;
  throw new InvalidInput(field, 'has lost what it would be for');
};
