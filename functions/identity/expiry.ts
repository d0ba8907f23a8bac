import type { Change } from '../domain/change.ts';
import { CutoffError } from '../domain/errors.ts';
import type { LastUse } from '../domain/sweep-facts.ts';
import type { Place } from '../shared/aws-clients.ts';
import { within } from '../shared/deadline.ts';
import type { Registry } from '../stores/registry.ts';
import type { AskKey } from './access-key.ts';
import { isAtHome, type LookUp, nothing } from './look-up.ts';
import { withSessions } from './with-sessions.ts';

export interface ExpiryDeps {
  readonly registry: Pick<Registry, 'read' | 'endExpiry'>;
  readonly keyNow: AskKey;
  readonly home: Place;
  readonly now: () => Date;
}

const isSameTime = (a: string, b: string): boolean => Date.parse(a) === Date.parse(b);

/** A message may come a moment early, and a clock may be wrong: nothing ends before its time by this one. */
const mustBeOver = (expiresAt: string, now: Date): void => {
  if (Date.parse(expiresAt) <= now.getTime()) return;
  throw new CutoffError('it has not expired yet', { code: 'unavailable', retryable: true });
};

const askMilliseconds = 2000;

/**
 * Of an access key alone, and only at home: what is elsewhere is held. Its end does not wait for an answer: without one, it may
 * have sessions.
 */
const lastUseOf = async ({ credential }: Change, { keyNow, home }: ExpiryDeps): Promise<LastUse> => {
  if (credential?.kind !== 'iam-access-key' || !isAtHome(credential, home)) return 'unknown';
  const asked = within(askMilliseconds, keyNow(credential.id), () => undefined).catch(() => undefined);
  return (await asked)?.lastUse ?? 'unknown';
};

/**
 * Whether it is over, by what the registry says now and not by the event: its end may have been moved, to a later time or to an
 * earlier one, which has an event of its own. It stays due until ingest has taken it on, so that a lost message is sent again:
 * its task is written by then, or there is nothing to cut (see `named` in `revocation/named.ts`).
 */
export const expiryLookUp =
  (deps: ExpiryDeps): LookUp<'expiry'> =>
  async (change, { expiresAt }) => {
    const { credential } = change;
    if (!credential) return nothing('names no credential');
    const [row] = await deps.registry.read([credential]);
    if (!row) return nothing('it is not registered');
    if (row.expiresAt === undefined) return nothing('it has no end');
    if (!isSameTime(row.expiresAt, expiresAt)) return nothing('its end was moved');
    mustBeOver(expiresAt, deps.now());
    const due = { credential, expiresAt: row.expiresAt };
    return {
      changes: [withSessions(change, await lastUseOf(change, deps), deps.now())],
      settle: () => deps.registry.endExpiry(due),
    };
  };
