import { z } from 'zod';
import { type Subject, subjectSchema } from '../domain/subject.ts';
import type { EventEnvelope } from './event-source.ts';
import { readDetail } from './read-detail.ts';

/** Types, states, names: what a provider chooses from a list. The bound keeps nonsense out of reasons and keys. */
export const text = z.string().min(1).max(256);

/** What identifies something. */
export const id = z.string().trim().min(1).max(256);

/** Ids of providers that count: a number, or its digits as a string. */
export const numericId = z
  .union([z.int().positive(), z.string().regex(/^[1-9]\d{0,17}$/, 'is not a number')])
  .transform(String);

export const accountId = z.string().regex(/^\d{12}$/, 'is not an account id');

/** What people call a group or an application. To be read by people: never a reason to refuse an event. */
export const label = z.string().nullish().catch(null);
export const nameOf = (called: string | null | undefined): { readonly name?: string } =>
  called ? { name: called.slice(0, 256) } : {};

/** ISO 8601, with `Z` or an offset. */
export const instant = z.iso.datetime({ offset: true }).max(40);

/** A field that only some records have, and that is read later. */
export const anything = z.unknown().optional();

/** An object whose fields are read one by one. */
export const anObject = z.record(z.string(), z.unknown());

/** For the envelope around a bare record, whatever its fields hold. */
export const asText = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;

/** Identifiers of one subject, the one that people write into tags first. */
export type Names = readonly [Subject, ...Subject[]];

export const opaque = (value: string): Subject => ({ format: 'opaque', id: value });

/**
 * An address, where the text is one; `undefined` for anything else. Log streams can mask addresses with asterisks (Auth0
 * docs, "Personally Identifiable Information in Logs"): what is left of one is nobody's.
 */
export const emailOf = (value: unknown): Subject | undefined => {
  if (typeof value !== 'string' || !value.includes('@') || value.includes('*')) return undefined;
  return subjectSchema.safeParse({ format: 'email', email: value }).data;
};

/** The address where there is one, and the provider's own id, which survives a rename. */
export const personNames = (own: string, email?: unknown): Names => {
  const address = emailOf(email);
  return address ? [address, opaque(own)] : [opaque(own)];
};

/** The provider's clock; where the event shows none, EventBridge's. */
export const occurredAtOf = (stated: string | null | undefined, { time }: EventEnvelope): string =>
  stated ?? readDetail(instant, time, 'time');
