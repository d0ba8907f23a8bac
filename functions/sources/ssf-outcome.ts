import { bearerToken } from '../domain/credential.ts';
import { InvalidInput } from '../domain/errors.ts';
import { subjectSchema } from '../domain/subject.ts';
import type { EventEnvelope, Lead, NameChange } from './event-source.ts';
import { readDetail } from './read-detail.ts';
import { type Claims, occurredAtOf } from './ssf-claims.ts';
import type { About, Members, Named } from './ssf-identifiers.ts';
import type { Meaning } from './ssf-meanings.ts';
import { isAbsent, readSubject } from './ssf-subject.ts';
import { tokenId } from './token-id.ts';

/** What one event of a SET comes to. */
export interface Outcome {
  readonly changes?: readonly Lead[];
  readonly names?: readonly NameChange[];
  readonly alarm?: 'stream-stopped';
  /** Why it changes nothing. */
  readonly reason?: string;
}

/** One event, with the SET around it. */
export interface Told {
  readonly envelope: EventEnvelope;
  readonly claims: Claims;
  readonly event: Members;
  /** Short name of the type, such as `session-revoked`. */
  readonly name: string;
  /** Dotted path of the event, for errors. */
  readonly field: string;
}

/** Top level by SSF 1.0; inside the event from Okta, Google and in RFC 8935's example (pitfall "ssf-subject-place"). */
const placesOf = ({ claims, event, field }: Told, whose?: string): { raw: unknown; field: string }[] =>
  [
    { raw: claims.sub_id, field: 'detail.sub_id' },
    { raw: event.subject, field: `${field}.subject` },
    ...(whose ? [{ raw: event[whose], field: `${field}.${whose}` }] : []),
  ].filter(({ raw }) => !isAbsent(raw));

/** The first place that names somebody, else why the first one does not. */
const subjectOf = (told: Told, about: About, whose?: string): Named => {
  const issuer = told.claims.iss;
  let first: Named | undefined;
  for (const { raw, field } of placesOf(told, whose)) {
    const named = readSubject(raw, { field, issuer, about });
    if (named.kind !== 'nobody') return named;
    first ??= named;
  }
  if (first) return first;
  throw new InvalidInput('detail.sub_id', 'is missing, and so is subject in the event');
};

const present = (envelope: EventEnvelope, field: 'account' | 'region'): string => {
  const value = envelope[field];
  if (!value)
    throw new InvalidInput(field, 'is missing: a token is refused in the account and region of its event');
  return value;
};

/** The person under their names, or the token or session as a credential of this account and region. */
const whomOf = (named: Exclude<Named, { kind: 'nobody' }>, { envelope, field }: Told) => {
  if (named.kind === 'person') {
    const [subject, ...aliases] = named.subjects;
    return { subject, aliases };
  }
  const home = { account: present(envelope, 'account'), region: present(envelope, 'region') };
  const subject = readDetail(subjectSchema, { format: 'opaque', id: named.value }, field);
  return { subject, aliases: [], credential: bearerToken(home, named) };
};

const change = (told: Told, meaning: Extract<Meaning, { does: 'change' }>): Outcome => {
  const { claims, event, name, field } = told;
  const reason = meaning.unless?.(event, field);
  if (reason) return { reason: `${name}: ${reason}` };
  const about = typeof meaning.about === 'function' ? meaning.about(event) : meaning.about;
  const named = subjectOf(told, about, meaning.whose);
  if (named.kind === 'nobody') return { reason: `${name}: recorded, ${named.why}` };
  const lead: Lead = {
    change: meaning.change,
    source: 'ssf',
    eventId: tokenId(claims.iss, claims.jti),
    ...whomOf(named, told),
    occurredAt: occurredAtOf(claims, event, field),
    reason: name,
  };
  return { changes: [lead] };
};

/** Both events name an email address or a phone number (RISC 1.0, sections 2.5 and 2.6), and revoke nothing. */
const emailOf = (told: Told) => {
  const named = subjectOf(told, 'person');
  return named.kind === 'person' ? named.subjects.find(({ format }) => format === 'email') : undefined;
};

const rename = (told: Told): Outcome => {
  const from = emailOf(told);
  const value = told.event['new-value'];
  if (!from) return { reason: `${told.name}: recorded, the subject is no email address` };
  if (value === undefined) return { reason: `${told.name}: recorded, it does not say the new value` };
  const to = readDetail(subjectSchema, { format: 'email', email: value }, `${told.field}.new-value`);
  return { names: [{ type: 'renamed', from, to }], reason: `${told.name} revokes nothing` };
};

const recycle = (told: Told): Outcome => {
  const subject = emailOf(told);
  if (!subject) return { reason: `${told.name}: recorded, the subject is no email address` };
  return { names: [{ type: 'recycled', subject }], reason: `${told.name} revokes nothing` };
};

/** Paused or disabled, the transmitter says nothing any more, whatever happens (pitfall "ssf-blind"). */
const stream = ({ event, name, field }: Told): Outcome => {
  const { status } = event;
  if (status === 'enabled') return { reason: `${name}: enabled` };
  if (status !== 'paused' && status !== 'disabled') {
    throw new InvalidInput(`${field}.status`, 'is not enabled, paused or disabled');
  }
  return { alarm: 'stream-stopped', reason: `${name}: ${status}` };
};

export const outcomeOf = (told: Told, meaning: Meaning): Outcome => {
  switch (meaning.does) {
    case 'change':
      return change(told, meaning);
    case 'rename':
      return rename(told);
    case 'recycle':
      return recycle(told);
    case 'stream':
      return stream(told);
    case 'verification':
      return { reason: `${told.name}: the stream works` };
    case 'nothing':
      return { reason: `${told.name} does not end anybody's access` };
  }
};
