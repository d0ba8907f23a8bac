import { InvalidInput } from '../domain/errors.ts';
import type { EventEnvelope, EventSource, Understood } from './event-source.ts';
import { readDetail } from './read-detail.ts';
import { type Claims, claimsSchema, isoOf } from './ssf-claims.ts';
import type { Members } from './ssf-identifiers.ts';
import { meaningOf } from './ssf-meanings.ts';
import { type Outcome, outcomeOf } from './ssf-outcome.ts';
import { tokenId } from './token-id.ts';

/** Returned, not thrown: one event that cannot be read must not hide the others of its SET. */
const understand = (
  [uri, raw]: readonly [string, unknown],
  envelope: EventEnvelope,
  claims: Claims,
): Outcome | InvalidInput => {
  const known = meaningOf(uri);
  if (!known) return { reason: 'an event type that means nothing here' };
  const { name, meaning } = known;
  const field = `detail.events.${name}`;
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return new InvalidInput(field, 'is no object');
  }
  try {
    return outcomeOf({ envelope, claims, event: raw as Members, name, field }, meaning);
  } catch (error) {
    if (error instanceof InvalidInput) return error;
    throw error;
  }
};

/** SSF wants one event a SET and allows other URIs for the same one; RFC 8417 allows several: each is read on its own. */
const normalise = (envelope: EventEnvelope): Understood => {
  const claims = readDetail(claimsSchema, envelope.detail);
  const all = Object.entries(claims.events).map((entry) => understand(entry, envelope, claims));
  const outcomes = all.flatMap((one) => (one instanceof InvalidInput ? [] : [one]));
  const problem = all.find((one) => one instanceof InvalidInput);
  const changes = outcomes.flatMap((one) => one.changes ?? []);
  const names = outcomes.flatMap((one) => one.names ?? []);
  const alarm = outcomes.find((one) => one.alarm)?.alarm;
  if (problem && changes.length === 0 && names.length === 0 && !alarm) throw problem;
  const reasons = [...new Set(outcomes.flatMap((one) => one.reason ?? []))];
  return {
    eventId: tokenId(claims.iss, claims.jti),
    changes,
    ...(changes.length === 0 && { reason: reasons.join('; ') }),
    ...(problem && { problem }),
    ...(names.length > 0 && { names }),
    ...(alarm && { alarm }),
  };
};

/** Accounts and regions are no part of a claims set, so a bare one, which is only explained, gets one that nobody has. */
const nowhere = { account: '000000000000', region: 'us-east-1' };

/** A claims set: nothing else has `iss`, `jti` and `iat` with `events` by type. */
const wrap = (record: Readonly<Record<string, unknown>>): EventEnvelope | undefined => {
  const read = claimsSchema.safeParse(record);
  if (!read.success) return undefined;
  const { jti, iat } = read.data;
  return {
    id: jti,
    source: 'cutoff.ssf',
    'detail-type': 'SecurityEventToken',
    time: isoOf(iat),
    ...nowhere,
    detail: record,
  };
};

/**
 * Security event tokens of the OpenID Shared Signals Framework: CAEP 1.0, RISC 1.0, and Google's and Okta's dialects. The
 * detail is the claims set of a SET (RFC 8417) that `receive-signal/ssf.ts` has verified; the bus has no other writer.
 * Which issuer may speak of whose people is settled where its keys are configured: a subject may name another `iss`.
 */
export const ssf: EventSource = {
  name: 'ssf',
  pattern: { source: ['cutoff.ssf'], 'detail-type': ['SecurityEventToken'] },
  bus: 'identity',
  normalise,
  wrap,
};
