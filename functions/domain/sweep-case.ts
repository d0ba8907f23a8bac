import type { Credential } from './credential.ts';
import type { Start } from './sweep-calendar.ts';

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
  /** What the last notice said: it is disabled then, and not before. */
  readonly announced?: string;
  /** The revocation that holds it down, once the event that ends it was sent. */
  readonly revocationId?: string;
  readonly sentAt?: string;
  /** What its owner was told: it is deleted then, and not before. */
  readonly deleteAt?: string;
  /** Somebody took an earlier revocation back, or would not have it: left alone until then. */
  readonly keptUntil?: string;
  /** Spared, or found no more: whenever it is found again, it is found for the first time. */
  readonly isGone?: true;
  /** Deleted for good: nothing more happens. */
  readonly isOver?: true;
  /** Optimistic lock; 0 is not stored yet. */
  readonly version: number;
}

type Found = Pick<SweepCase, 'policy' | 'credential' | 'owners' | 'fact'>;

/** Whether the case is still about what was found. */
const isSame = ({ fact }: Pick<Found, 'fact'>, earlier: SweepCase | undefined): earlier is SweepCase =>
  earlier?.fact === fact && !earlier.isGone;

/** Another fact is another case: days count from now. */
export const startOf = (found: Pick<Found, 'fact'>, earlier: SweepCase | undefined, now: Date): Start =>
  isSame(found, earlier)
    ? {
        foundAt: earlier.foundAt,
        told: earlier.told,
        firstToldAt: earlier.firstToldAt,
        notBefore: earlier.announced,
      }
    : { foundAt: now.toISOString(), told: 0 };

/** The case as it goes on, or begins, with what was found. */
export const caseOf = (
  { policy, credential, owners, fact }: Found,
  earlier: SweepCase | undefined,
  now: Date,
): SweepCase => {
  const { foundAt, told, firstToldAt, notBefore } = startOf({ fact }, earlier, now);
  return {
    ...{ policy, credential, owners, fact, foundAt, told },
    ...(firstToldAt && { firstToldAt }),
    ...(notBefore && { announced: notBefore }),
    ...(earlier?.keptUntil && { keptUntil: earlier.keptUntil }),
    version: earlier?.version ?? 0,
  };
};

/** Whoever is told once more has all of the days once more. */
export const gone = (earlier: SweepCase): SweepCase => {
  const { firstToldAt: _, announced: __, ...rest } = earlier;
  return { ...rest, told: 0, isGone: true };
};

/** Nothing of ours holds it down any more. */
export const withoutRevocation = (earlier: SweepCase): SweepCase => {
  const { revocationId: _, sentAt: __, deleteAt: ___, ...rest } = earlier;
  return rest;
};
