import { createHash } from 'node:crypto';
import { type Subject, subjectKey } from './subject.ts';

/** What can happen to a subject. Each has its row in `treatment.ts`. */
export const changeKinds = [
  'deactivated',
  'suspended',
  'reactivated',
  'deleted',
  'session-revoked',
  'application-retired',
] as const;

export type ChangeKind = (typeof changeKinds)[number];

/** What happened to one subject, in Cutoff's own words. */
export interface Change {
  readonly change: ChangeKind;
  /** Name of the source that understood the event, such as `okta`. */
  readonly source: string;
  /** The provider's own event id ("dedupe on"), never the id of the envelope it came in. */
  readonly eventId: string;
  readonly subject: Subject;
  /** Further identifiers of the same subject that the event itself gave. */
  readonly aliases: readonly Subject[];
  /** ISO 8601, the provider's clock. */
  readonly occurredAt: string;
  readonly reason: string;
}

/** Every identifier the change gives for its subject; owners are compared with all of them. */
export const subjectsOf = (change: Change): Subject[] => [change.subject, ...change.aliases];

/**
 * The id of the revocation that this change causes. The same event delivered twice has the same id; it is the
 * hash of JSON text of an array of strings, whose form has no freedom.
 */
export const revocationIdOf = (change: Change): string => {
  const identity = [change.source, change.eventId, subjectKey(change.subject), change.change];
  return `rev-${createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 32)}`;
};
