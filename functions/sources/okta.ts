import { z } from 'zod';
import type { Entitlement } from '../domain/entitlement.ts';
import { InvalidInput } from '../domain/errors.ts';
import { subjectSchema } from '../domain/subject.ts';
import type { EventEnvelope, EventSource, Understood } from './event-source.ts';
import { anything, id, instant, label, type Names, nameOf, opaque, text } from './fields.ts';
import { understoodOf } from './finding.ts';
import { type Meaning, meanings, recorded } from './okta-meanings.ts';
import { readDetail } from './read-detail.ts';
import { roleOfGroupName } from './role-group.ts';

/** The parts of a System Log `LogEvent` that matter (Okta API reference, "System Log"). */
const logEventSchema = z.object({
  uuid: text,
  eventType: text,
  published: instant,
  outcome: z.object({ result: text }),
  // `null` as well as []: seen in Okta's own events. Only targets that are asked for have to be readable.
  target: z.array(z.looseObject({ type: anything })).nullish(),
});
type LogEvent = z.output<typeof logEventSchema>;

const personSchema = z.object({ id, alternateId: z.string().nullish() });
const thingSchema = z.object({ id, displayName: label });

/** Returned, not thrown: one target that cannot be read must not keep the others their access. */
type Read<T> = T | InvalidInput;

/** The login where it is an email address, and Okta's own id, which survives a rename. */
const readPerson = (target: unknown): Read<Names> => {
  const person = personSchema.safeParse(target);
  if (!person.success) return InvalidInput.fromZod(person.error, 'detail.target');
  const own = opaque(person.data.id);
  const login = person.data.alternateId;
  if (!login?.includes('@')) return [own];
  const email = subjectSchema.safeParse({ format: 'email', email: login });
  return email.success ? [email.data, own] : InvalidInput.fromZod(email.error, 'detail.target.alternateId');
};

const readEntitlement =
  (kind: 'group' | 'application') =>
  (target: unknown): Read<Entitlement> => {
    const thing = thingSchema.safeParse(target);
    if (!thing.success) return InvalidInput.fromZod(thing.error, 'detail.target');
    const { id: own, displayName } = thing.data;
    const role = kind === 'group' && displayName ? roleOfGroupName(displayName) : undefined;
    return { kind: role ? 'role' : kind, id: role ?? own, ...nameOf(displayName) };
  };

/** An OAuth client has its app's id, unless the tenant's API was asked for another. */
const readApplication = (target: unknown): Read<Names> => {
  const thing = thingSchema.safeParse(target);
  return thing.success ? [opaque(thing.data.id)] : InvalidInput.fromZod(thing.error, 'detail.target');
};

const targetTypes = {
  person: ['User'],
  application: ['AppInstance', 'PublicClientApp'],
  group: ['UserGroup'],
} as const;

/** By type, wherever they stand: never the first target, never the actor, who is the admin. */
const targetsOf = ({ target }: LogEvent, what: keyof typeof targetTypes) =>
  (target ?? []).filter(({ type }) => targetTypes[what].some((wanted) => wanted === type));

const parted = <T>(all: readonly Read<T>[]) => ({
  read: all.filter((one): one is T => !(one instanceof InvalidInput)),
  problem: all.find((one): one is InvalidInput => one instanceof InvalidInput),
});

const entitlementsOf = (event: LogEvent, { lost }: Meaning): readonly Read<Entitlement | undefined>[] => {
  if (!lost) return [undefined];
  if (lost === 'admin') return [{ kind: 'role', id: 'okta:admin' }];
  const found = targetsOf(event, lost).map(readEntitlement(lost));
  return found.length > 0
    ? found
    : [new InvalidInput('detail.target', `names no target of type ${targetTypes[lost][0]}`)];
};

const understand = (event: LogEvent, meaning: Meaning): Understood => {
  const { eventType: reason, uuid: eventId, published: occurredAt } = event;
  const about = { source: 'okta', eventId, occurredAt };
  const found = targetsOf(event, meaning.subject);
  if (found.length === 0) {
    if (meaning.maybeNameless) return understoodOf(about, `${reason} names no person`);
    throw new InvalidInput('detail.target', `names no target of type ${targetTypes[meaning.subject][0]}`);
  }
  const subjects = parted(found.map(meaning.subject === 'person' ? readPerson : readApplication));
  const entitlements = parted(entitlementsOf(event, meaning));
  const findings = subjects.read.flatMap((names) =>
    entitlements.read.map((entitlement) => ({
      change: meaning.change,
      names,
      reason,
      ...(entitlement && { entitlement }),
    })),
  );
  const problem = subjects.problem ?? entitlements.problem;
  if (problem && findings.length === 0) throw problem;
  return { ...understoodOf(about, findings), ...(problem && { problem }) };
};

const normalise = (envelope: EventEnvelope): Understood => {
  const event = readDetail(logEventSchema, envelope.detail);
  const nothing = (reason: string): Understood => ({ eventId: event.uuid, changes: [], reason });
  const why = recorded.get(event.eventType);
  if (why) return nothing(`${event.eventType}: ${why}`);
  const meaning = meanings.get(event.eventType);
  if (!meaning) return nothing(`${event.eventType} does not end anybody's access`);
  if (event.outcome.result !== 'SUCCESS') return nothing(`outcome ${event.outcome.result} changed nothing`);
  return understand(event, meaning);
};

/** Okta System Log over EventBridge (Okta help, "Add an AWS EventBridge log stream"). */
export const okta: EventSource = {
  name: 'okta',
  pattern: {
    // The partner source on AWS. `cutoff.okta` is for replays by hand: PutEvents refuses names that begin with
    // `aws.` ("PutEventsRequestEntry", EventBridge API reference).
    source: [{ prefix: 'aws.partner/okta.com/' }, 'cutoff.okta'],
    'detail-type': ['SystemLog'],
    detail: { eventType: [...meanings.keys(), ...recorded.keys()] },
  },
  bus: 'partner',
  normalise,
  wrap: (record) => {
    const { uuid, eventType, published } = record;
    if (![uuid, eventType, published].every((field) => typeof field === 'string')) return undefined;
    return {
      id: String(uuid),
      source: 'cutoff.okta',
      'detail-type': 'SystemLog',
      time: String(published),
      detail: record,
    };
  },
};
