import type { Credential } from './credential.ts';
import { daysAfter } from './days.ts';
import type { Revocation, RevocationStatus } from './revocation.ts';
import { type Due, dueStep, type Start } from './sweep-calendar.ts';
import { spelled } from './sweep-conditions.ts';
import { type Finding, looksLikeCi, mayHaveSessions, type SpareReason } from './sweep-policy.ts';
import type { SweepPolicy } from './sweep-settings.ts';

/** How far a sweep is with one credential for the sake of one policy. Times are ISO 8601. */
export interface SweepCase {
  readonly policy: string;
  readonly credential: Credential;
  /** Subject keys. */
  readonly owners: readonly string[];
  readonly fact: string;
  readonly foundAt: string;
  /** Notices that were sent. */
  readonly told: number;
  readonly firstToldAt?: string;
  /** The event that ends it was sent, for this revocation. */
  readonly revocationId?: string;
  readonly sentAt?: string;
  /** Somebody took an earlier revocation back, or would not have it: left alone until then. */
  readonly keptUntil?: string;
  /** Deleted for good: nothing more happens. */
  readonly isOver?: true;
  /** Optimistic lock; 0 is not stored yet. */
  readonly version: number;
}

export type SweepStep = 'notify' | 'disable' | 'delete' | 'wait' | 'spare';

/** Why it waits, beside for its next step. */
export type WaitReason =
  | 'notices-only'
  | 'cap-reached'
  | 'on-its-way'
  /** Nothing came of the event, since it was used or gone by then, or since the event is in a DLQ: it is looked at anew. */
  | 'nothing-came-of-it'
  | 'held-for-good'
  | RevocationStatus;

/** What a sweep does about one credential for one policy. */
export interface SweepItem extends Pick<Due, 'notice' | 'next'> {
  readonly policy: string;
  readonly credential: Credential;
  readonly owners: readonly string[];
  readonly fact: string;
  readonly step: SweepStep;
  readonly reason?: SpareReason | WaitReason;
  /** ISO 8601. When it is disabled, or expires. */
  readonly disableAt?: string;
  /** Sessions that were minted from it may live: `disable` ends them too. */
  readonly mayHaveSessions?: true;
  /** When it was last used, as it was read for this plan: who acts on it looks whether that is still so. */
  readonly lastUsedAt?: string;
  /** The revocation that holds it down. */
  readonly revocationId?: string;
  /** A pipeline seems to have it: `docs/sweeps.md`, "Keys in CI". */
  readonly hint?: 'ci-key';
}

type About = Pick<SweepItem, 'policy' | 'credential' | 'owners' | 'fact'>;

/** Another fact is another case: days count from now. */
export const startOf = ({ fact }: Pick<About, 'fact'>, earlier: SweepCase | undefined, now: Date): Start => {
  const isSame = earlier?.fact === fact;
  return {
    foundAt: isSame ? earlier.foundAt : now.toISOString(),
    told: isSame ? earlier.told : 0,
    firstToldAt: isSame ? earlier.firstToldAt : undefined,
  };
};

const spare = (about: About, reason: SpareReason): SweepItem => ({ ...about, step: 'spare', reason });

const marksOf = ({ facts }: Finding, now: Date): Partial<SweepItem> => ({
  ...(mayHaveSessions(facts.lastUse, now) && { mayHaveSessions: true }),
  ...(typeof facts.lastUse === 'object' && 'at' in facts.lastUse && { lastUsedAt: facts.lastUse.at }),
  ...(facts.credential.kind === 'iam-access-key' && looksLikeCi(facts) && { hint: 'ci-key' }),
});

/** Found once more after somebody kept it: another fact, and so another revocation. */
const factOf = ({ fact }: Finding, { keptUntil }: Pick<SweepCase, 'keptUntil'>): string =>
  keptUntil === undefined ? fact : `${fact}, kept until ${spelled(keptUntil)}`;

const isKept = (earlier: SweepCase | undefined, now: Date): boolean =>
  earlier?.keptUntil !== undefined && Date.parse(earlier.keptUntil) > now.getTime();

/** What is done about a finding now. `undefined` where its revocation is under way: then `heldItemFor` says. */
export const itemFor = (
  finding: Finding,
  earlier: SweepCase | undefined,
  now: Date,
): SweepItem | undefined => {
  const { policy, facts, spare: reason } = finding;
  const { credential, owners } = facts;
  // What was deleted may have been made once more, under the same name.
  if (earlier?.revocationId && !earlier.isOver) return undefined;
  const about = { policy: policy.name, credential, owners, fact: factOf(finding, earlier ?? {}) };
  const marks = marksOf(finding, now);
  if (reason) return { ...spare(about, reason), ...marks };
  if (isKept(earlier, now)) return { ...spare(about, 'restored'), ...marks };
  const start = startOf(about, earlier, now);
  const expiry = facts.expiresAt && { disableAt: facts.expiresAt };
  return { ...about, ...expiry, ...dueStep(policy.steps, start, now), ...marks };
};

const keptBy: ReadonlySet<RevocationStatus> = new Set(['restoring', 'restored', 'rejected']);

/** Hours after which nothing more is expected of an event. */
const lostHours = 1;

/** What is done about what an earlier sweep disabled. `undefined`: nothing any more. */
export const heldItemFor = (
  held: SweepCase,
  policy: Pick<SweepPolicy, 'steps'> | undefined,
  { revocation, now }: { readonly revocation: Revocation | undefined; readonly now: Date },
): SweepItem | undefined => {
  const { policy: name, credential, owners, fact, revocationId = '', sentAt = held.foundAt } = held;
  const about = { policy: name, credential, owners, fact, revocationId };
  if (!revocation) {
    const isLost = now.getTime() - Date.parse(sentAt) >= lostHours * 3_600_000;
    return { ...about, step: 'wait', reason: isLost ? 'nothing-came-of-it' : 'on-its-way' };
  }
  const { status, provenAt } = revocation;
  if (status === 'removed') return undefined;
  // The same fact is skipped once more, since its revocation has the same id; another one is not.
  if (status === 'skipped') return { ...about, step: 'wait', reason: 'nothing-came-of-it' };
  if (keptBy.has(status)) return spare(about, status === 'rejected' ? 'rejected' : 'restored');
  if (status !== 'verified' || provenAt === undefined) return { ...about, step: 'wait', reason: status };
  // Without its policy it stays as it is.
  if (policy?.steps.delete === undefined) return { ...about, step: 'wait', reason: 'held-for-good' };
  const at = daysAfter(provenAt, policy.steps.delete);
  if (at <= now.toISOString()) return { ...about, step: 'delete' };
  return { ...about, step: 'wait', next: { step: 'delete', at } };
};
