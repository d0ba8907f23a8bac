import type { Credential } from './credential.ts';
import type { Entitlement } from './entitlement.ts';
import { sha256 } from './sha256.ts';
import { type Subject, subjectKey } from './subject.ts';

/** What can happen to a subject. Each has its row in `treatment.ts`. */
export const changeKinds = [
  'deactivated',
  'suspended',
  'reactivated',
  'deleted',
  'entitlement-removed',
  'credential-compromised',
  'session-revoked',
  'application-retired',
  'credential-stale',
  'credential-expired',
  'credential-reactivated',
] as const;

export type ChangeKind = (typeof changeKinds)[number];

/** Why only a human can end this access: the change is held, and nothing but a `reject` ends it. */
export type ByHand =
  /** No API disables the root user of an account. */
  | 'root-user'
  /** Sessions of a role, or one by its temporary key alone: which session it is, nobody knows. */
  | 'role-session'
  /** The report says that something leaked, and not what. */
  | 'names-no-credential'
  /** The credential is in an account or region that this deployment does not serve. */
  | 'foreign-account'
  /** Several people answer to the names that the event gives. */
  | 'identity-ambiguous'
  /** What the event names must be looked up in a directory that nobody configured. */
  | 'directory-not-configured'
  /** The look-up found nothing under that id. */
  | 'not-found-on-look-up';

/** What happened to one subject, in Cutoff's own words. */
export interface Change {
  readonly change: ChangeKind;
  /** Name of the source that understood the event, such as `okta`. */
  readonly source: string;
  /** The provider's own event id ("dedupe on"), never the id of the envelope it came in. */
  readonly eventId: string;
  readonly subject: Subject;
  /** Further identifiers of the same subject, from the event itself or from the link table. */
  readonly aliases: readonly Subject[];
  /** ISO 8601, the provider's clock. */
  readonly occurredAt: string;
  readonly reason: string;
  /** What the subject lost. */
  readonly entitlement?: Entitlement;
  /**
   * The one credential that the event names: only it is cut, an IAM user with the keys on it. `subject` then names the
   * credential too, by its id or ARN, and not a person.
   */
  readonly credential?: Credential;
  /** Sessions that were minted from the credential may live: they are ended too. */
  readonly mayHaveSessions?: true;
  /** 0 to 10, as the provider of a finding rates it. Below the source's threshold nothing is done. */
  readonly severity?: number;
  readonly byHand?: ByHand;
}

/** Every identifier the change gives for its subject; owners are compared with all of them. */
export const subjectsOf = (change: Change): Subject[] => [change.subject, ...change.aliases];

/**
 * The id of the revocation that this change causes. The same event delivered twice has the same id; it is the
 * hash of JSON text of an array of strings, whose form has no freedom. Nothing that a look-up adds is part of it.
 */
export const revocationIdOf = (change: Change): string => {
  const { source, eventId, subject, entitlement } = change;
  const identity = [
    source,
    eventId,
    subjectKey(subject),
    change.change,
    ...(entitlement ? [entitlement.id] : []),
  ];
  return `rev-${sha256(JSON.stringify(identity)).slice(0, 32)}`;
};
