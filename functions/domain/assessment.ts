import type { Entitlement } from './entitlement.ts';
import {
  entitlementsIn,
  isShared,
  isSpelledOtherwise,
  isWorkload,
  type OwnershipRules,
  ownersFor,
  type PrincipalFacts,
} from './ownership.ts';
import { isProtectedPrincipal, type Protection } from './protection.ts';
import type { RegistryEntry } from './registry-entry.ts';
import { type Subject, subjectKey } from './subject.ts';

/** Whether a principal is cut for this subject, and if not, why not. */
export type Verdict =
  | { readonly verdict: 'act' }
  | { readonly verdict: 'held'; readonly reason: HeldReason }
  | { readonly verdict: 'skipped'; readonly reason: 'protected-principal' | typeof othersDependOnIt }
  | { readonly verdict: 'unrelated' };

/** Another owner, or another of its reasons, keeps it alive. */
export const othersDependOnIt = 'others-depend-on-it';

export type HeldReason =
  | 'workload'
  | 'owner-tags-disagree'
  | 'owner-changed'
  | 'entitlements-changed'
  | 'protection-changed'
  | 'protected-principal'
  | 'email-spelled-otherwise'
  | 'foreign-account'
  | 'not-configured'
  | NonNullable<PrincipalFacts['doubt']>;

export interface Claim {
  readonly subjects: readonly Subject[];
  readonly facts: PrincipalFacts;
  /** What the registry knew before this event. */
  readonly earlier: RegistryEntry | undefined;
  /** What the subject lost, where it is not everything. */
  readonly lost?: Entitlement | undefined;
  /** Whether it stands on another of its grounds; see `grounds.ts`. */
  readonly survives: boolean;
}

interface Rules {
  readonly ownership: OwnershipRules;
  readonly protection: Protection;
}

const held = (reason: HeldReason): Verdict => ({ verdict: 'held', reason });

/** A tag that came after the registry's first look may be the leaver's own: neither cut nor let go in silence. */
const protectionOf = ({ facts, earlier }: Claim, { arns }: Protection): Verdict =>
  arns.includes(facts.arn) || earlier === undefined || earlier.isProtected
    ? { verdict: 'skipped', reason: 'protected-principal' }
    : held('protection-changed');

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  new Set([...a, ...b]).size === new Set(a).size && new Set(a).size === new Set(b).size;

/** What it says, and what it said when it was first seen: a reason that was taken out a minute ago still counts. */
const statedBy = ({ facts, earlier }: Claim, { ownership }: Rules): string[] => [
  ...entitlementsIn(facts, ownership),
  ...(earlier?.entitlements ?? []),
];

/** What states no entitlement depends on a lost one only if the settings say that its loss ends something. */
const isConcerned = (claim: Claim, rules: Rules): boolean => {
  if (!claim.lost) return true;
  const stated = statedBy(claim, rules);
  return stated.length > 0 ? stated.includes(claim.lost.id) : claim.lost.ends !== undefined;
};

/** Why the owners are in doubt, if they are. */
const ownershipDoubt = (claim: Claim, { ownership }: Rules): HeldReason | undefined => {
  const { facts, earlier } = claim;
  const subjects = new Set(claim.subjects.map(subjectKey));
  const claimed = ownersFor(subjects, facts, ownership);
  const before = earlier?.owners ?? [];
  if (isShared(facts, ownership)) {
    return before.length > 0 && !sameSet(claimed, before) ? 'owner-changed' : undefined;
  }
  if (claimed.some((owner) => !subjects.has(owner))) {
    return claimed.length > 1 ? 'owner-tags-disagree' : 'owner-changed';
  }
  return claimed.length === 0 || before.some((owner) => !subjects.has(owner)) ? 'owner-changed' : undefined;
};

const doubtOf = (claim: Claim, rules: Rules): HeldReason | undefined => {
  const { facts, earlier, lost } = claim;
  if (isWorkload(facts, rules.ownership)) return 'workload';
  if (facts.doubt) return facts.doubt;
  // A token's subject, a user of a directory: no tag says it, so nobody can have changed it.
  const owners = facts.inherentOwners ? undefined : ownershipDoubt(claim, rules);
  if (owners) return owners;
  const stated = entitlementsIn(facts, rules.ownership);
  if (lost && earlier && !sameSet(stated, earlier.entitlements)) return 'entitlements-changed';
  return isSpelledOtherwise(claim.subjects, facts, rules.ownership) ? 'email-spelled-otherwise' : undefined;
};

/**
 * Protection comes first and wins over everything. Then: does the principal concern this subject at all, by what
 * it claims now or by what the registry knew? If both say yes and nothing else is claimed, act; in all other
 * cases a human decides. Retagging a user a minute before leaving therefore ends in `held`, not in an escape.
 */
export const assess = (claim: Claim, rules: Rules): Verdict => {
  const subjects = new Set(claim.subjects.map(subjectKey));
  const claimed = ownersFor(subjects, claim.facts, rules.ownership);
  const owners = [...claimed, ...(claim.earlier?.owners ?? [])];
  if (!owners.some((owner) => subjects.has(owner)) || !isConcerned(claim, rules))
    return { verdict: 'unrelated' };
  if (isProtectedPrincipal(claim.facts, rules.protection)) return protectionOf(claim, rules.protection);
  const doubt = doubtOf(claim, rules);
  if (doubt) return held(doubt);
  return claim.survives ? { verdict: 'skipped', reason: othersDependOnIt } : { verdict: 'act' };
};
