import {
  isSpelledOtherwise,
  isWorkload,
  type OwnershipRules,
  ownersFor,
  type PrincipalFacts,
} from './ownership.ts';
import { isProtectedPrincipal, type Protection } from './protection.ts';
import { type Subject, subjectKey } from './subject.ts';

/** Whether a principal is cut for this subject, and if not, why not. */
export type Verdict =
  | { readonly verdict: 'act' }
  | { readonly verdict: 'held'; readonly reason: HeldReason }
  | { readonly verdict: 'skipped'; readonly reason: 'protected-principal' }
  | { readonly verdict: 'unrelated' };

export type HeldReason =
  | 'workload'
  | 'owner-tags-disagree'
  | 'owner-changed'
  | 'protection-changed'
  | 'protected-principal'
  | 'email-spelled-otherwise';

export interface Claim {
  readonly subjects: readonly Subject[];
  readonly facts: PrincipalFacts;
  /** Owner in the registry from before this event, as a subject key. */
  readonly earlierOwner: string | undefined;
  /** Whether it was protected when the registry first saw it. */
  readonly earlierProtected?: boolean;
}

/** A tag that came after the registry's first look may be the leaver's own: neither cut nor let go in silence. */
const protectionOf = ({ facts, earlierOwner, earlierProtected }: Claim, { arns }: Protection): Verdict =>
  arns.includes(facts.arn) || earlierOwner === undefined || earlierProtected
    ? { verdict: 'skipped', reason: 'protected-principal' }
    : { verdict: 'held', reason: 'protection-changed' };

/**
 * Protection comes first and wins over everything. Then: does the principal concern this subject at all, by what
 * it claims now or by what the registry knew? If both say yes and nothing else is claimed, act; in all other
 * cases a human decides. Retagging a user a minute before leaving therefore ends in `held`, not in an escape.
 */
export const assess = (
  claim: Claim,
  rules: { ownership: OwnershipRules; protection: Protection },
): Verdict => {
  const subjects = new Set(claim.subjects.map(subjectKey));
  const claimed = ownersFor(subjects, claim.facts, rules.ownership);
  const earlier = claim.earlierOwner === undefined ? [] : [claim.earlierOwner];
  if (![...claimed, ...earlier].some((owner) => subjects.has(owner))) return { verdict: 'unrelated' };
  if (isProtectedPrincipal(claim.facts, rules.protection)) return protectionOf(claim, rules.protection);
  if (isWorkload(claim.facts, rules.ownership)) return { verdict: 'held', reason: 'workload' };
  if (claimed.some((owner) => !subjects.has(owner))) {
    const reason = claimed.length > 1 ? 'owner-tags-disagree' : 'owner-changed';
    return { verdict: 'held', reason };
  }
  if (claimed.length === 0 || earlier.some((owner) => !subjects.has(owner))) {
    return { verdict: 'held', reason: 'owner-changed' };
  }
  if (isSpelledOtherwise(claim.subjects, claim.facts, rules.ownership)) {
    return { verdict: 'held', reason: 'email-spelled-otherwise' };
  }
  return { verdict: 'act' };
};
