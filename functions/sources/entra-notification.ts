import { z } from 'zod';
import { sha256 } from '../domain/sha256.ts';
import { isObject } from '../shared/json.ts';
import type { EventEnvelope, Understood } from './event-source.ts';
import { anything, asText, id, instant, occurredAtOf, opaque, text } from './fields.ts';
import { type Findings, understoodOf } from './finding.ts';
import { readDetail } from './read-detail.ts';

const resourceSchema = z.object({
  id,
  eventTime: instant.nullish(),
  sequenceNumber: z.union([z.number(), z.string().max(64)]).nullish(),
});

/**
 * One item of a Graph change notification ("changeNotification resource type", Graph docs): the body of a webhook has a
 * list of them, Event Grid sends each as the `data` of a CloudEvent.
 */
const itemSchema = z.object({
  subscriptionId: id,
  changeType: text.nullish(),
  lifecycleEvent: text.nullish(),
  resource: anything,
  resourceData: anything,
  tenantId: anything,
});
type Item = z.output<typeof itemSchema>;

const isUser = ({ resource, resourceData }: Item): boolean => {
  const type = isObject(resourceData) ? resourceData['@odata.type'] : undefined;
  if (typeof type === 'string') return type.toLowerCase() === '#microsoft.graph.user';
  return typeof resource === 'string' && /^users\/[^/]+$/i.test(resource);
};

/** After these no change comes any more, or some did not come ("lifecycleEvent", Graph docs). */
const lifecycle: ReadonlyMap<string, string> = new Map([
  ['reauthorizationrequired', 'the subscription must be authorised again, or it falls silent'],
  ['subscriptionremoved', 'the subscription was removed'],
  ['missed', 'notifications were missed'],
]);

/** Event Grid tells of the first by its type, "Microsoft.Graph.SubscriptionReauthorizationRequired". */
const lifecycleOf = ({ lifecycleEvent }: Item, type: unknown): string | undefined => {
  const isEvent = typeof type === 'string' && /\.SubscriptionReauthorizationRequired$/i.test(type);
  const named = lifecycleEvent ?? (isEvent ? 'reauthorizationRequired' : undefined);
  return named?.toLowerCase().replace('microsoft.graph.subscription', '');
};

const ofLifecycle = (event: string, { subscriptionId }: Item, { time }: EventEnvelope): Understood => {
  const why = lifecycle.get(event);
  return {
    eventId: [subscriptionId, why ? event : 'lifecycle', readDetail(instant, time, 'time')].join(':'),
    changes: [],
    reason: `lifecycle event of the subscription: ${why ?? 'not a known one'}`,
    alarm: 'stream-stopped',
  };
};

/** Deletion as Graph means it: for good, some thirty days later. Until then a user that was deleted is `updated`. */
const findingsOf = (change: string, userId: string, { tenantId, resourceData }: Item): Findings => {
  const names = [opaque(userId)] as const;
  if (change === 'deleted') return [{ change: 'deleted', names, reason: 'user deleted' }];
  if (change !== 'updated') return 'a user was created';
  const organization = isObject(resourceData) ? resourceData.organizationId : undefined;
  const tenant = readDetail(id, tenantId ?? organization, 'detail.tenantId');
  // Created, edited, disabled or soft-deleted: the directory knows, and the change is what it may turn out to be.
  const ask = { ask: 'entra-user', tenantId: tenant, userId } as const;
  return [{ change: 'deactivated', names, reason: 'user updated', ask }];
};

/** Told by what it says, else by the CloudEvent's type. */
const changeTypeOf = ({ changeType }: Item, type: unknown): string | undefined =>
  changeType?.toLowerCase() ?? /\.User(Updated|Deleted)$/i.exec(asText(type) ?? '')?.[1]?.toLowerCase();

/**
 * The user's id and when it happened; where a notification does not say when, a hash that holds EventBridge's time, so that
 * a later change is not taken for a replay.
 */
const eventIdOf = (
  resource: z.output<typeof resourceSchema>,
  { subscriptionId, changeType }: Item,
  time: string,
): string => {
  const moment = resource.eventTime ?? resource.sequenceNumber;
  if (moment) return `${resource.id}:${moment}`;
  return sha256(JSON.stringify([subscriptionId, changeType, resource.id, time]));
};

export const understandNotification = (
  detail: Readonly<Record<string, unknown>>,
  envelope: EventEnvelope,
): Understood => {
  const { type, time, data } = detail;
  const item = readDetail(
    itemSchema,
    isObject(data) ? data : detail,
    isObject(data) ? 'detail.data' : 'detail',
  );
  const event = lifecycleOf(item, type);
  if (event) return ofLifecycle(event, item, envelope);
  const change = changeTypeOf(item, type);
  if (!isUser(item) || !change || !['created', 'updated', 'deleted'].includes(change)) {
    return { eventId: envelope.id, changes: [], reason: 'not a change of a user' };
  }
  const resource = readDetail(resourceSchema, item.resourceData, 'detail.resourceData');
  const occurredAt = resource.eventTime ?? occurredAtOf(instant.safeParse(time).data, envelope);
  const about = { source: 'entra', eventId: eventIdOf(resource, item, envelope.time), occurredAt };
  return understoodOf(about, findingsOf(change, resource.id, item));
};
