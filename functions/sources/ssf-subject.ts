import { z } from 'zod';
import { InvalidInput } from '../domain/errors.ts';
import { distinctSubjects } from '../domain/subject.ts';
import { readDetail } from './read-detail.ts';
import {
  type Members,
  type Named,
  nobody,
  person,
  type Read,
  type SubjectContext,
  sessionReaders,
  simpleReaders,
} from './ssf-identifiers.ts';

/** Some write null for what they leave out. */
export const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null;

const memberNames = ['user', 'session', 'device', 'application', 'tenant', 'org_unit', 'group'];

/**
 * The format as RFC 9493 spells it. Older senders say `subject_type` and write hyphens (RISC 1.0, "Google Subject Type
 * Value"); a complex subject of the drafts, and of what Okta's partners send, has no format at all.
 */
const readFormat = (raw: unknown, field: string): { format: string; members: Members } => {
  const members = readDetail(z.looseObject({}), raw, field);
  const name = members.format ?? members.subject_type;
  const isComplex = name === undefined && memberNames.some((member) => !isAbsent(members[member]));
  if (isComplex) return { format: 'complex', members };
  if (typeof name !== 'string') throw new InvalidInput(`${field}.format`, 'is missing or no text');
  return { format: name.toLowerCase().replaceAll('-', '_'), members };
};

/** The readers differ by where the identifier stands, which also bounds how deep it can nest. */
const readBy = (readers: Readonly<Record<string, Read>>, raw: unknown, context: SubjectContext): Named => {
  const { format, members } = readFormat(raw, context.field);
  const read = Object.hasOwn(readers, format) ? readers[format] : undefined;
  return read ? read(members, context) : nobody('its subject is of a format that nobody can be found by');
};

/** Returned, not thrown: an alias that cannot be read does not spoil the others. */
const readAlias = (raw: unknown, context: SubjectContext): Named | InvalidInput => {
  try {
    return readBy(simpleReaders, raw, context);
  } catch (error) {
    if (error instanceof InvalidInput) return error;
    throw error;
  }
};

/** Several names of the same one, never nested (RFC 9493 section 3.2.8). */
const aliases: Read = (members, context) => {
  const field = `${context.field}.identifiers`;
  const identifiers = readDetail(z.array(z.unknown()).min(1).max(32), members.identifiers, field);
  const read = identifiers.map((one) => readAlias(one, { ...context, field }));
  const named = read.flatMap((one) => (one instanceof InvalidInput ? [] : [one]));
  const people = named.flatMap((one) => (one.kind === 'person' ? one.subjects : []));
  const [first, ...others] = distinctSubjects(people);
  if (first) return person(first, ...others);
  const tokens = named.find((one) => one.kind === 'tokens');
  const problem = read.find((one) => one instanceof InvalidInput);
  if (!tokens && problem) throw problem;
  return tokens ?? named[0] ?? nobody('the subject has no names');
};

/**
 * Members narrow each other ("Complex Subject Interpretation" of SSF): this user, on that device, in that session of
 * that tenant. Tokens know neither device nor tenant, so the user stands for all of them: what is cut contains what was
 * meant. Without a user, the session is cut. A tenant is compared with nothing: whom a transmitter may name is its
 * tenant's business, and nobody else is found by those names.
 */
const complex: Read = ({ user, session }, context) => {
  const named = isAbsent(user)
    ? nobody('the subject names neither a person nor a session')
    : readBy({ ...simpleReaders, aliases }, user, {
        ...context,
        field: `${context.field}.user`,
        about: 'person',
      });
  if (named.kind !== 'nobody' || isAbsent(session)) return named;
  return readBy(sessionReaders, session, { ...context, field: `${context.field}.session` });
};

/** Throws `InvalidInput`, naming the field, for an identifier of a known format that cannot be read. */
export const readSubject = (raw: unknown, context: SubjectContext): Named =>
  readBy({ ...simpleReaders, aliases, complex }, raw, context);
