import { z } from 'zod';
import type { Entitlement } from '../domain/entitlement.ts';
import type { EventEnvelope, EventSource, Understood } from './event-source.ts';
import { anything, asText, id, instant, label, nameOf, numericId, occurredAtOf, opaque } from './fields.ts';
import { type Findings, understoodOf } from './finding.ts';
import { type Meaning, meanings, recorded } from './onelogin-meanings.ts';
import { readDetail } from './read-detail.ts';

/** ISO 8601 in the API, "2026-03-02 08:59:58 UTC" in webhooks ("Event Webhooks", OneLogin API reference). */
const moment = z
  .string()
  .transform((written) => written.replace(/^(\S+) (\S+) UTC$/, '$1T$2Z'))
  .pipe(instant);

/** Numbers in the documentation; strings were seen as well. What does not apply is null. */
const eventSchema = z.object({
  event_type_id: numericId,
  /** Of the event, in webhooks and in the API. */
  uuid: id.nullish(),
  id: z.union([numericId, id]).nullish(),
  event_timestamp: moment.nullish(),
  created_at: moment.nullish(),
  user_id: anything,
  role_id: anything,
  role_name: label,
  app_id: anything,
  app_name: label,
  privilege_id: anything,
  privilege_name: label,
});
type Event = z.output<typeof eventSchema>;

const thing = z.union([numericId, id]);

/**
 * The kind is part of the id: OneLogin counts roles and apps each from one. Undefined where the event does not say what
 * was lost, as when several roles are removed over the API.
 */
const entitlementOf = (event: Event, lost: NonNullable<Meaning['lost']>): Entitlement | undefined => {
  const own = thing.safeParse(event[`${lost}_id`]).data;
  if (own === undefined) return undefined;
  const kind = lost === 'app' ? 'application' : 'role';
  return { kind, id: `onelogin:${lost}:${own}`, ...nameOf(event[`${lost}_name`]) };
};

const understand = (event: Event): Findings => {
  const type = Number(event.event_type_id);
  const why = recorded.get(type);
  if (why) return `${type} ${why}`;
  const meaning = meanings.get(type);
  if (!meaning) return `event type ${type} does not end anybody's access`;
  const reason = `${type} ${meaning.name}`;
  const entitlement = meaning.lost && entitlementOf(event, meaning.lost);
  if (meaning.lost && !entitlement) return `${reason}: it does not say which ${meaning.lost}`;
  // `user_id` was acted upon; `user_name` is first and last name, and the actor is the admin.
  const user = readDetail(numericId, event.user_id, 'detail.user_id');
  const names = [opaque(`onelogin:${user}`)] as const;
  return [{ change: meaning.change, names, reason, ...(entitlement && { entitlement }) }];
};

/**
 * One event, not a list of them: assumed. Without an id of its own (examples are abridged) an event goes by the envelope's,
 * so that none is taken for the replay of another.
 */
const normalise = (envelope: EventEnvelope): Understood => {
  const event = readDetail(eventSchema, envelope.detail);
  const eventId = event.uuid ?? event.id ?? envelope.id;
  const occurredAt = occurredAtOf(event.created_at ?? event.event_timestamp, envelope);
  return understoodOf({ source: 'onelogin', eventId, occurredAt }, understand(event));
};

const types = [...meanings.keys(), ...recorded.keys()];

/**
 * OneLogin over EventBridge ("Event Webhook for Amazon EventBridge"; the source is aws.partner/onelogin.com/REGION-ACCOUNT/ID).
 * Its detail-type is not published, so the pattern has none.
 */
export const onelogin: EventSource = {
  name: 'onelogin',
  pattern: {
    source: [{ prefix: 'aws.partner/onelogin.com/' }, 'cutoff.onelogin'],
    detail: { event_type_id: [...types, ...types.map(String)] },
  },
  bus: 'partner',
  normalise,
  wrap: (record) => {
    if (!numericId.safeParse(record.event_type_id).success) return undefined;
    const time = moment.safeParse(record.created_at ?? record.event_timestamp).data;
    return {
      id: asText(record.uuid ?? record.id) ?? 'without-id',
      source: 'cutoff.onelogin',
      'detail-type': 'OneLogin event',
      // The examples in documentation have neither id nor time.
      time: time ?? new Date(0).toISOString(),
      detail: record,
    };
  },
};
