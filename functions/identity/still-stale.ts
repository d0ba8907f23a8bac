import type { Change } from '../domain/change.ts';
import { CutoffError } from '../domain/errors.ts';
import type { Inquiry } from '../domain/inquiry.ts';
import type { LastUse } from '../domain/sweep-facts.ts';
import type { Place } from '../shared/aws-clients.ts';
import type { LiveState, ReadState } from './live-state.ts';
import { type Answer, isAtHome, type LookUp, nothing } from './look-up.ts';
import { withSessions } from './with-sessions.ts';

export interface StillStaleDeps {
  readonly readState: ReadState;
  readonly home: Place;
  readonly now: () => Date;
}

type Asked = Extract<Inquiry, { ask: 'still-stale' }>;

/** A use later than the one that the sweep saw. */
const useSince = (lastUse: LastUse, { lastUsedAt }: Asked): string | undefined => {
  if (typeof lastUse === 'string' || !('at' in lastUse)) return undefined;
  return lastUsedAt && Date.parse(lastUse.at) <= Date.parse(lastUsedAt) ? undefined : lastUse.at;
};

/** A key that is listed has a last use, or none: what could not be asked now is asked again, and not taken for unused. */
const mustBeKnown = ({ kind }: NonNullable<Change['credential']>, lastUse: LastUse): void => {
  if (kind !== 'iam-access-key' || lastUse !== 'unknown') return;
  const message = 'iam:GetAccessKeyLastUsed says nothing of a key that is listed';
  throw new CutoffError(message, { code: 'unavailable', retryable: true });
};

/** Milliseconds. */
const hour = 3_600_000;

/** One that was put aside, and comes late: what nobody can ask for now may have been used since. */
const isTooOld = ({ credential, occurredAt }: Change, { evenIfUsed }: Asked, now: Date): boolean =>
  !evenIfUsed && credential?.kind !== 'iam-access-key' && now.getTime() - Date.parse(occurredAt) > hour;

const judged = (change: Change, state: LiveState, asked: Asked, { now }: StillStaleDeps): Answer => {
  const usedAt = asked.evenIfUsed ? undefined : useSince(state.lastUse, asked);
  if (usedAt) return nothing(`used since: ${usedAt}`);
  return { changes: [withSessions(change, state.lastUse, now())] };
};

/**
 * Whether it still is what a sweep found: minutes, or days of a message that was put aside, have passed. What is gone, or turned
 * off by somebody else, needs no revocation. Access keys alone tell of their last use here; what else goes by use has an hour.
 */
export const stillStaleLookUp =
  (deps: StillStaleDeps): LookUp<'still-stale'> =>
  async (change, asked) => {
    const { credential } = change;
    if (!credential) return nothing('names no credential');
    if (!isAtHome(credential, deps.home)) return { changes: [change] }; // held, and not looked at
    if (isTooOld(change, asked, deps.now()))
      return nothing('too old to act on: the next sweep finds it again');
    const state = await deps.readState(credential);
    if (!state) return nothing('it is gone');
    if (!state.isActive) return nothing('it is inactive already');
    if (!asked.evenIfUsed) mustBeKnown(credential, state.lastUse);
    return judged(change, state, asked, deps);
  };
