import { z } from 'zod';
import type { ChangeKind } from '../domain/change.ts';
import type { Entitlement } from '../domain/entitlement.ts';
import type { EventEnvelope, EventSource, Understood } from './event-source.ts';
import {
  anything,
  asText,
  id,
  instant,
  label,
  type Names,
  nameOf,
  opaque,
  personNames,
  text,
} from './fields.ts';
import { type Findings, understoodOf } from './finding.ts';
import { readDetail } from './read-detail.ts';

/** A Directory Insights event ("Directory Insights API", JumpCloud docs), the parts that all types share. */
const eventSchema = z.object({
  id,
  event_type: text,
  timestamp: instant,
  success: anything,
  resource: anything,
  changes: anything,
  association: anything,
});
type Event = z.output<typeof eventSchema>;

const resourceSchema = z.object({ id, email: anything });

/** `username` is a local part, and `initiated_by` is the admin. */
const namesOf = ({ resource }: Event): Names => {
  const { id: own, email } = readDetail(resourceSchema, resource, 'detail.resource');
  return personNames(own, email);
};

const changesSchema = z.array(z.object({ field: z.string(), to: anything })).nullish();

/**
 * Which new value of which field means what. `suspended` is assumed: no example of such a change is published. `state`
 * is the user's newer field ("SystemUsers", JumpCloud API).
 */
const turns: ReadonlyMap<string, ChangeKind> = new Map([
  ['suspended true', 'suspended'],
  ['suspended false', 'reactivated'],
  ['state SUSPENDED', 'suspended'],
  ['state ACTIVATED', 'reactivated'],
]);

const ofUpdate = (event: Event): Findings => {
  const turn = (readDetail(changesSchema, event.changes, 'detail.changes') ?? [])
    .map(({ field, to }) => `${field} ${typeof to === 'boolean' ? to : asText(to)}`)
    .find((one) => turns.has(one));
  const change = turn && turns.get(turn);
  if (!change) return 'user_update: nothing that ends access';
  return [{ change, names: namesOf(event), reason: `user_update: ${change}` }];
};

const end = z.object({ type: text, object_id: id, name: label });
const associationSchema = z.object({
  op: text,
  connection: z.object({ from: end, to: end }),
});

const kinds: ReadonlyMap<string, Entitlement['kind']> = new Map([
  ['user_group', 'group'],
  ['application', 'application'],
]);

/** Between a user and a group or application, whichever side each is on. */
const ofAssociation = (event: Event): Findings => {
  const { op, connection } = readDetail(associationSchema, event.association, 'detail.association');
  if (op !== 'remove') return 'association_change: nothing was removed';
  const ends = [connection.from, connection.to];
  const user = ends.find(({ type }) => type === 'user');
  const other = ends.find(({ type }) => kinds.has(type));
  const kind = other && kinds.get(other.type);
  if (!user || !other || !kind) return 'association_change: not a user and a group or application';
  const entitlement = { kind, id: other.object_id, ...nameOf(other.name) };
  const reason = 'association_change: removed';
  return [{ change: 'entitlement-removed', names: [opaque(user.object_id)], entitlement, reason }];
};

const simply =
  (change: ChangeKind) =>
  (event: Event): Findings => [{ change, names: namesOf(event), reason: event.event_type }];

/** Who changed their own password may stand under `initiated_by` alone. */
const passwordChanged = (event: Event): Findings =>
  resourceSchema.safeParse(event.resource).success
    ? simply('session-revoked')(event)
    : `${event.event_type} names no user as its resource`;

const readers: ReadonlyMap<string, (event: Event) => Findings> = new Map([
  ['user_update', ofUpdate],
  ['user_suspended', simply('suspended')],
  ['user_unsuspended', simply('reactivated')],
  ['user_delete', simply('deleted')],
  ['user_password_change', passwordChanged],
  ['application_delete', simply('application-retired')],
  ['association_change', ofAssociation],
  ['user_lockout', () => 'user_lockout: anybody who tries to sign in can cause it'],
]);

const normalise = ({ detail }: EventEnvelope): Understood => {
  const event = readDetail(eventSchema, detail);
  const about = { source: 'jumpcloud', eventId: event.id, occurredAt: event.timestamp };
  const type = event.event_type;
  if (event.success === false) return understoodOf(about, `${type}: it failed, and changed nothing`);
  const read = readers.get(type);
  return understoodOf(about, read ? read(event) : `${type} does not end anybody's access`);
};

/**
 * JumpCloud Directory Insights over EventBridge. Source prefix and detail-type are not published: the prefix is assumed to
 * follow the other partners', and the pattern has no detail-type.
 */
export const jumpcloud: EventSource = {
  name: 'jumpcloud',
  pattern: {
    source: [{ prefix: 'aws.partner/jumpcloud.com/' }, 'cutoff.jumpcloud'],
    detail: { event_type: [...readers.keys()] },
  },
  bus: 'partner',
  normalise,
  wrap: (record) => {
    const { id: own, event_type, organization, timestamp } = record;
    if (![own, event_type, organization, timestamp].every((field) => typeof field === 'string'))
      return undefined;
    return {
      id: String(own),
      source: 'cutoff.jumpcloud',
      'detail-type': 'JumpCloud event',
      time: String(timestamp),
      detail: record,
    };
  },
};
