import { z } from 'zod';
import type { Change, ChangeKind } from '../domain/change.ts';
import { InvalidInput } from '../domain/errors.ts';
import { type Subject, subjectSchema } from '../domain/subject.ts';
import type { EventEnvelope, EventSource, Understood } from './event-source.ts';
import { readDetail } from './read-detail.ts';

/** Okta event types (Okta developer docs, "Event types") and what each means here. */
const meanings: Readonly<Record<string, ChangeKind>> = {
  'user.lifecycle.deactivate': 'deactivated',
  'user.lifecycle.suspend': 'suspended',
  'user.lifecycle.unsuspend': 'reactivated',
  'user.lifecycle.delete.initiated': 'deleted',
  'user.session.clear': 'session-revoked',
};

/** Okta ids are about 20 characters; the bound keeps nonsense out of table keys. */
const text = z.string().min(1).max(256);

/** The parts of a System Log `LogEvent` that matter (Okta API reference, "System Log"). */
const logEventSchema = z.object({
  uuid: text,
  eventType: text,
  published: z.iso.datetime({ offset: true }),
  outcome: z.object({ result: text }),
  // `null` as well as []: seen in Okta's own events. Only targets that are people have to be readable.
  target: z.array(z.looseObject({ type: z.unknown() })).nullable(),
});

const personSchema = z.object({ id: text, type: z.literal('User'), alternateId: z.string().nullish() });
type LogEvent = z.output<typeof logEventSchema>;

/**
 * The login where it is an email address, and Okta's own id, which survives a rename. Returned, not thrown: one person
 * that cannot be read must not keep the others their access.
 */
const readPerson = (target: unknown): Subject[] | InvalidInput => {
  const person = personSchema.safeParse(target);
  if (!person.success) return InvalidInput.fromZod(person.error, 'detail.target');
  const id: Subject = { format: 'opaque', id: person.data.id };
  const login = person.data.alternateId;
  if (!login?.includes('@')) return [id];
  const email = subjectSchema.safeParse({ format: 'email', email: login });
  return email.success ? [email.data, id] : InvalidInput.fromZod(email.error, 'detail.target.alternateId');
};

const changeOf = (event: LogEvent, change: ChangeKind, [subject, ...aliases]: Subject[]): Change[] => {
  if (!subject) return [];
  const { uuid, published, eventType } = event;
  return [
    { change, source: 'okta', eventId: uuid, subject, aliases, occurredAt: published, reason: eventType },
  ];
};

/** The person is every target of type User: never the first target, never the actor, who is the admin. */
const normalise = (envelope: EventEnvelope): Understood => {
  const event = readDetail(logEventSchema, envelope.detail);
  const meaning = meanings[event.eventType];
  const nothing = (reason: string): Understood => ({ eventId: event.uuid, changes: [], reason });
  if (!Object.hasOwn(meanings, event.eventType) || !meaning) {
    return nothing(`${event.eventType} does not end anybody's access`);
  }
  if (event.outcome.result !== 'SUCCESS') return nothing(`outcome ${event.outcome.result} changed nothing`);
  const people = (event.target ?? []).filter((target) => target.type === 'User');
  if (people.length === 0) throw new InvalidInput('detail.target', 'names no target of type User');
  const named = people.map(readPerson);
  const problem = named.find((one) => one instanceof InvalidInput);
  const changes = named.flatMap((one) => (one instanceof InvalidInput ? [] : changeOf(event, meaning, one)));
  if (problem && changes.length === 0) throw problem;
  return { eventId: event.uuid, changes, ...(problem && { problem }) };
};

/** Okta System Log over EventBridge (Okta help, "Add an AWS EventBridge log stream"). */
export const okta: EventSource = {
  name: 'okta',
  pattern: {
    // The partner source on AWS. `cutoff.okta` is for replays by hand: PutEvents refuses names that begin with
    // `aws.` ("PutEventsRequestEntry", EventBridge API reference).
    source: [{ prefix: 'aws.partner/okta.com/' }, 'cutoff.okta'],
    'detail-type': ['SystemLog'],
    detail: { eventType: Object.keys(meanings) },
  },
  bus: 'partner',
  normalise,
};
