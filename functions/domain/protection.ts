import { type PrincipalFacts, tagValues } from './ownership.ts';
import { type Subject, subjectKey } from './subject.ts';

/** What Cutoff must never cut: break-glass accounts, the deployment's own identities. */
export interface Protection {
  readonly arns: readonly string[];
  /** Tag names; a principal that carries one, with a value other than `false`, is protected. */
  readonly tags: readonly string[];
  readonly emails: readonly string[];
}

export const isProtectedSubject = (subjects: readonly Subject[], protection: Protection): boolean => {
  const keys = new Set(protection.emails.map((email) => subjectKey({ format: 'email', email })));
  return subjects.some((subject) => keys.has(subjectKey(subject)));
};

/** Whether one of the owners, by subject key, is among the addresses. */
export const isProtectedOwner = (owners: readonly string[], { emails }: Protection): boolean =>
  emails.some((email) => owners.includes(subjectKey({ format: 'email', email })));

export const isProtectedPrincipal = (facts: PrincipalFacts, protection: Protection): boolean =>
  protection.arns.includes(facts.arn) ||
  tagValues(facts.tags, protection.tags).some((value) => value.trim().toLowerCase() !== 'false');
