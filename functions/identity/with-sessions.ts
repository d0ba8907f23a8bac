import type { Change } from '../domain/change.ts';
import type { LastUse } from '../domain/sweep-facts.ts';
import { mayHaveSessions } from '../domain/sweep-policy.ts';

/** The change with what is known now: of an access key that was used lately, the sessions that it minted are ended too. */
export const withSessions = (change: Change, lastUse: LastUse, now: Date): Change =>
  change.credential?.kind === 'iam-access-key' && mayHaveSessions(lastUse, now)
    ? { ...change, mayHaveSessions: true }
    : change;
