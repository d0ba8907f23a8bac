import type { Credential } from './credential.ts';
import type { RevocationStatus } from './revocation.ts';
import { type Due, dueStep, type Start } from './sweep-calendar.ts';
import { type SweepCase, startOf } from './sweep-case.ts';
import { spelled } from './sweep-conditions.ts';
import { type Finding, looksLikeCi, mayHaveSessions, type SpareReason } from './sweep-policy.ts';

export type SweepStep = 'notify' | 'disable' | 'delete' | 'wait' | 'spare';

/** Why it waits, beside for its next step. */
export type WaitReason =
  | 'notices-only'
  | 'cap-reached'
  /** It could not be looked at in this run: nothing is done, and nothing is forgotten. */
  | 'unseen'
  | 'on-its-way'
  /** Nothing came of the event, since it was used or gone by then, or since the event is in a DLQ: it is looked at anew. */
  | 'nothing-came-of-it'
  | 'held-for-good'
  | 'held-by-others'
  | 'exempt'
  | RevocationStatus;

/** What a sweep does about one credential for one policy. */
export interface SweepItem extends Pick<Due, 'notice' | 'next'> {
  readonly policy: string;
  readonly credential: Credential;
  readonly owners: readonly string[];
  readonly fact: string;
  readonly step: SweepStep;
  /** Of `disable`: somebody turned on what a revocation holds down, so it looks again. */
  readonly reason?: SpareReason | WaitReason | 'active-again';
  /** ISO 8601. When it is disabled, or expires. */
  readonly disableAt?: string;
  /** ISO 8601. Of a notice: when it is deleted. */
  readonly deleteAt?: string;
  /** Sessions that were minted from it may live: `disable` ends them too. */
  readonly mayHaveSessions?: true;
  /** When it was last used, as it was read for this plan: who acts on it looks whether that is still so. */
  readonly lastUsedAt?: string;
  /** The revocation that holds it down. */
  readonly revocationId?: string;
  /** A pipeline seems to have it: `docs/sweeps.md`, "Keys in CI". */
  readonly hint?: 'ci-key';
}

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

/** Whoever was told of no day, since the policy had none then, is told anew. */
const warned = ({ policy: { steps } }: Finding, start: Start, now: Date): Start => {
  const isUnwarned = start.told > 0 && start.notBefore === undefined;
  return isUnwarned && steps.disable !== undefined ? { foundAt: now.toISOString(), told: 0 } : start;
};

const sooner = (...times: readonly (string | undefined)[]): string | undefined =>
  times.filter((time) => time !== undefined).toSorted((a, b) => Date.parse(a) - Date.parse(b))[0];

/** What is done about a finding now. `undefined` where its revocation is under way: then `heldItemFor` says. */
export const itemFor = (
  finding: Finding,
  earlier: SweepCase | undefined,
  now: Date,
): SweepItem | undefined => {
  const { policy, facts, spare } = finding;
  const { credential, owners } = facts;
  // What was deleted may have been made once more, under the same name.
  if (earlier?.revocationId && !earlier.isOver) return undefined;
  const fact = factOf(finding, earlier ?? {});
  const about = { policy: policy.name, credential, owners, fact, ...marksOf(finding, now) };
  const reason = spare ?? (isKept(earlier, now) ? 'restored' : undefined);
  if (reason) return { ...about, step: 'spare', reason };
  const due = dueStep(policy.steps, warned(finding, startOf(about, earlier, now), now), now);
  const disableAt = sooner(due.disableAt, facts.expiresAt);
  return { ...about, ...due, ...(disableAt && { disableAt }) };
};
