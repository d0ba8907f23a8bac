import { daysAfter } from './days.ts';
import type { Revocation, RevocationStatus } from './revocation.ts';
import type { SweepCase } from './sweep-case.ts';
import type { SweepItem } from './sweep-plan.ts';
import type { SweepPolicy } from './sweep-settings.ts';

/** What is known of something that is held down. */
export interface HeldFacts {
  readonly revocation: Revocation | undefined;
  /** Ids of other revocations that hold it down. */
  readonly others: readonly string[];
  /** Exempt, or kept by an operator's word. */
  readonly isKept: boolean;
  readonly now: Date;
}

const keptBy: ReadonlySet<RevocationStatus> = new Set(['restoring', 'restored', 'rejected']);

/** Hours after which nothing more is expected of an event. */
const lostHours = 1;

type Step = Pick<SweepItem, 'step' | 'reason' | 'next' | 'deleteAt'>;

const wait = (reason: NonNullable<SweepItem['reason']>): Step => ({ step: 'wait', reason });

/** Of ISO 8601 as `toISOString` writes it. */
const later = (a: string, b: string | undefined): string => (b !== undefined && b > a ? b : a);

/** Nothing is deleted whose owner was not told when, where the policy tells owners at all; and not before that. */
const deletion = (
  { deleteAt }: SweepCase,
  steps: SweepPolicy['steps'] & { readonly delete: number },
  { provenAt, now }: { readonly provenAt: string; readonly now: Date },
): Step => {
  const at = later(daysAfter(provenAt, steps.delete), deleteAt);
  if (steps.notify.length > 0 && deleteAt === undefined) {
    return { step: 'notify', deleteAt: later(at, daysAfter(now.toISOString(), 1)) };
  }
  return at <= now.toISOString() ? { step: 'delete' } : { step: 'wait', next: { step: 'delete', at } };
};

const stepFor = (
  held: SweepCase,
  policy: Pick<SweepPolicy, 'steps'> | undefined,
  { revocation, others, isKept, now }: HeldFacts,
): Step | undefined => {
  if (!revocation) {
    const isLost = now.getTime() - Date.parse(held.sentAt ?? held.foundAt) >= lostHours * 3_600_000;
    return wait(isLost ? 'nothing-came-of-it' : 'on-its-way');
  }
  const { status, provenAt } = revocation;
  if (status === 'removed') return undefined;
  // The same fact is skipped once more, since its revocation has the same id; another one is not.
  if (status === 'skipped') return wait('nothing-came-of-it');
  if (keptBy.has(status)) return { step: 'spare', reason: status === 'rejected' ? 'rejected' : 'restored' };
  if (status !== 'verified' || provenAt === undefined) return wait(status);
  // Without its policy it stays as it is.
  const { steps } = policy ?? {};
  if (steps?.delete === undefined) return wait('held-for-good');
  if (isKept) return wait('exempt');
  if (others.length > 0) return wait('held-by-others');
  return deletion(held, { ...steps, delete: steps.delete }, { provenAt, now });
};

/** What is done about what an earlier sweep disabled. `undefined`: nothing any more. */
export const heldItemFor = (
  held: SweepCase,
  policy: Pick<SweepPolicy, 'steps'> | undefined,
  facts: HeldFacts,
): SweepItem | undefined => {
  const { policy: name, credential, owners, fact, revocationId = '' } = held;
  const step = stepFor(held, policy, facts);
  return step && { policy: name, credential, owners, fact, revocationId, ...step };
};

/** Only what may be deleted has to be asked for who else holds it, or keeps it. */
export const mayBeDeleted = (
  policy: Pick<SweepPolicy, 'steps'> | undefined,
  revocation: Revocation | undefined,
): boolean => policy?.steps.delete !== undefined && revocation?.status === 'verified';
