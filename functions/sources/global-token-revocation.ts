import { z } from 'zod';
import type { EventEnvelope, EventSource, Understood } from './event-source.ts';
import { readDetail } from './read-detail.ts';
import { readSubject } from './ssf-subject.ts';

const name = 'global-token-revocation';

/** What `receive-signal/global-token-revocation.ts` puts on the bus once it believes the caller. */
const detailSchema = z.object({
  /** Of the token that authenticated the caller. */
  issuer: z.string().min(1).max(2048),
  eventId: z.string().min(1).max(512),
  receivedAt: z.iso.datetime({ offset: true }),
  /** RFC 9493. */
  sub_id: z.unknown(),
});

/** A request has no time of its own: it is a command, and what counts is when it was given. */
const normalise = (envelope: EventEnvelope): Understood => {
  const { issuer, eventId, receivedAt, sub_id } = readDetail(detailSchema, envelope.detail);
  const named = readSubject(sub_id, { field: 'detail.sub_id', issuer, about: 'person' });
  if (named.kind === 'nobody') return { eventId, changes: [], reason: `recorded, ${named.why}` };
  if (named.kind === 'tokens')
    return { eventId, changes: [], reason: 'recorded, it names a token and no person' };
  const [subject, ...aliases] = named.subjects;
  const change = { change: 'session-revoked', source: name, eventId, subject, aliases } as const;
  return { eventId, changes: [{ ...change, occurredAt: receivedAt, reason: name }] };
};

/** The detail alone; the request that it was made from has no time and no id. */
const wrap = (record: Readonly<Record<string, unknown>>): EventEnvelope | undefined => {
  const read = detailSchema.safeParse(record);
  if (!read.success || typeof read.data.sub_id !== 'object') return undefined;
  const { eventId, receivedAt } = read.data;
  const kind = { source: `cutoff.${name}`, 'detail-type': 'GlobalTokenRevocation' };
  return { id: eventId, ...kind, time: receivedAt, detail: record };
};

/**
 * "Global Token Revocation" (draft-parecki-oauth-global-token-revocation-06), which Okta calls Universal Logout: all tokens
 * that the person has now. A new sign-in works, and keys are not concerned.
 */
export const globalTokenRevocation: EventSource = {
  name,
  pattern: { source: [`cutoff.${name}`], 'detail-type': ['GlobalTokenRevocation'] },
  bus: 'identity',
  normalise,
  wrap,
};
