import { z } from 'zod';
import type { Change, ChangeKind } from '../domain/change.ts';
import { InvalidInput } from '../domain/errors.ts';
import { type Subject, subjectSchema } from '../domain/subject.ts';
import type { EventEnvelope, EventSource, Understood } from './event-source.ts';

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
  // `null` as well as []: seen in Okta's own events.
  target: z.array(z.object({ id: text, type: text, alternateId: z.string().nullish() })).nullable(),
});
type LogEvent = z.output<typeof logEventSchema>;

const read = (detail: unknown): LogEvent => {
  const parsed = logEventSchema.safeParse(detail);
  if (parsed.success) return parsed.data;
  throw InvalidInput.fromZod(parsed.error, 'detail');
};

/** The login where it is an email address, and Okta's own id, which survives a rename. */
const subjectsOfTarget = (target: { id: string; alternateId?: string | null | undefined }): Subject[] => {
  const id: Subject = { format: 'opaque', id: target.id };
  const login = target.alternateId;
  if (!login?.includes('@')) return [id];
  const email = subjectSchema.safeParse({ format: 'email', email: login });
  if (!email.success) throw InvalidInput.fromZod(email.error, 'detail.target.alternateId');
  return [email.data, id];
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
  const event = read(envelope.detail);
  const meaning = meanings[event.eventType];
  const nothing = (reason: string): Understood => ({ eventId: event.uuid, changes: [], reason });
  if (!Object.hasOwn(meanings, event.eventType) || !meaning) {
    return nothing(`${event.eventType} does not end anybody's access`);
  }
  if (event.outcome.result !== 'SUCCESS') return nothing(`outcome ${event.outcome.result} changed nothing`);
  const people = (event.target ?? []).filter((target) => target.type === 'User');
  if (people.length === 0) throw new InvalidInput('detail.target', 'names no target of type User');
  const changes = people.flatMap((person) => changeOf(event, meaning, subjectsOfTarget(person)));
  return { eventId: event.uuid, changes };
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
  normalise,
};
