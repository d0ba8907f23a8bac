import { z } from 'zod';
import { InvalidInput } from '../domain/errors.ts';
import type { Members } from './ssf-identifiers.ts';

/** The end of the year 9999 in milliseconds: what ISO 8601 writes with four digits. */
const latest = 253_402_300_799_999;

/** Seconds up to here, milliseconds beyond: the year 5138 in the one, March 1973 in the other. */
const mostSeconds = 100_000_000_000;

/** NumericDate (RFC 7519 section 2): seconds, maybe with a fraction. */
const numericDate = z.number().positive().max(latest);

/** A SET's claims (RFC 8417 section 2.2) that matter. Events are read one by one, when their type is known. */
export const claimsSchema = z.object({
  iss: z.string().min(1).max(2048),
  jti: z.string().min(1).max(4096),
  iat: numericDate,
  toe: numericDate.optional(),
  sub_id: z.unknown().optional(),
  events: z.record(z.string(), z.unknown()).refine((events) => Object.keys(events).length > 0, 'is empty'),
});
export type Claims = z.output<typeof claimsSchema>;

/** ISO 8601 of seconds or milliseconds since 1970. */
export const isoOf = (value: number): string =>
  new Date(value > mostSeconds ? value : Math.min(value * 1000, latest)).toISOString();

/**
 * When it happened (pitfall "ssf-time"): `event_timestamp` of CAEP is seconds by the specification, and milliseconds from
 * Okta and in drafts; RISC events have none. `toe` is the SET's own "time of event" (RFC 8417 section 2.2).
 */
export const occurredAtOf = (claims: Claims, event: Members, field: string): string => {
  const { event_timestamp: stamp } = event;
  if (stamp === undefined) return isoOf(claims.toe ?? claims.iat);
  const read = numericDate.safeParse(stamp);
  if (!read.success) throw InvalidInput.fromZod(read.error, `${field}.event_timestamp`);
  return isoOf(read.data);
};
