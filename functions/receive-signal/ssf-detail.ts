import { isObject } from '../shared/json.ts';
import { meaningOf } from '../sources/ssf-meanings.ts';

type Members = Readonly<Record<string, unknown>>;

/** What `sources/ssf.ts` reads of an event, and nothing else. */
const eventFields = [
  'subject',
  'token_subject',
  'event_timestamp',
  'change_type',
  'change_direction',
  'current_level',
  'current_status',
  'principal',
  'new-value',
  'status',
  'reason',
] as const;

const claimNames = ['iss', 'jti', 'iat', 'toe', 'txn', 'sub_id'] as const;

/** As deep as identifiers go: a complex subject, its user, the user's aliases, one of them. */
const deepest = 5;

/** A subject may be a token (`oauth_token` of Google's RISC events): its kind stays, the token does not. */
export const withoutTokens = (value: unknown, depth = 0): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > deepest) return null;
  if (Array.isArray(value)) return value.map((one) => withoutTokens(one, depth + 1));
  const kept = Object.entries(value).filter(([name]) => name !== 'token');
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutTokens(inner, depth + 1)]));
};

const pick = (from: Members, names: readonly string[]): Members =>
  Object.fromEntries(
    names.filter((name) => Object.hasOwn(from, name)).map((name) => [name, withoutTokens(from[name])]),
  );

/**
 * The verified claims as they go onto the bus: who, what and when. Left out is what can carry secrets or private words:
 * new values of a token's claims, messages for people, names of credentials (pitfall "secrets-in-events").
 */
export const detailOf = (claims: Members, events: Readonly<Record<string, Members>>): Members => ({
  ...pick(claims, claimNames),
  events: Object.fromEntries(Object.entries(events).map(([uri, event]) => [uri, pick(event, eventFields)])),
});

const mostEvents = 16;
const longestType = 512;

/** The events by type, or undefined where they are none: each an object, some, and not a crowd. */
export const eventsIn = ({ events }: Members): Readonly<Record<string, Members>> | undefined => {
  if (!isObject(events)) return undefined;
  const entries = Object.entries(events);
  const readable = entries.every(([uri, event]) => uri.length <= longestType && isObject(event));
  if (!readable || entries.length === 0 || entries.length > mostEvents) return undefined;
  return events as Record<string, Members>;
};

const isAboutStream = (uri: string): boolean =>
  ['verification', 'stream'].includes(meaningOf(uri)?.meaning.does ?? '');

/**
 * At the top, or inside an event; what is about the stream alone needs none (Google's verification has none). Where one of
 * several events has a subject, the others' lack is the source's to report: a 400 would lose all of them.
 */
export const hasSubject = ({ sub_id }: Members, events: Readonly<Record<string, Members>>): boolean =>
  isObject(sub_id) ||
  Object.values(events).some(({ subject, token_subject }) => isObject(subject) || isObject(token_subject)) ||
  Object.keys(events).every(isAboutStream);

/** `state` of verification events must be the one that was asked for (SSF 1.0, "Verification Event"). */
export const statesIn = (events: Readonly<Record<string, Members>>): unknown[] =>
  Object.entries(events)
    .filter(([uri, { state }]) => meaningOf(uri)?.meaning.does === 'verification' && state !== undefined)
    .map(([, { state }]) => state);
