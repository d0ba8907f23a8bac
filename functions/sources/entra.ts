import { isObject } from '../shared/json.ts';
import { understandAudit } from './entra-audit.ts';
import { understandNotification } from './entra-notification.ts';
import { understandDetection, understandRiskyUser } from './entra-risk.ts';
import type { EventEnvelope, EventSource, Understood } from './event-source.ts';
import { anObject, asText } from './fields.ts';
import { readDetail } from './read-detail.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Records of diagnostic settings, by category ("Microsoft Entra activity log options", Microsoft docs). */
const categories: ReadonlyMap<unknown, (detail: unknown) => Understood> = new Map([
  ['AuditLogs', understandAudit],
  ['RiskyUsers', understandRiskyUser],
  ['UserRiskEvents', understandDetection],
]);

const isCloudEvent = ({ type }: Fields): boolean =>
  typeof type === 'string' && type.toLowerCase().startsWith('microsoft.graph.');

const isItem = ({ subscriptionId, changeType, lifecycleEvent }: Fields): boolean =>
  typeof subscriptionId === 'string' && typeof (changeType ?? lifecycleEvent) === 'string';

const normalise = (envelope: EventEnvelope): Understood => {
  const detail = readDetail(anObject, envelope.detail);
  if (isCloudEvent(detail) || isItem(detail)) return understandNotification(detail, envelope);
  const understand = categories.get(detail.category);
  if (understand) return understand(detail);
  return {
    eventId: envelope.id,
    changes: [],
    reason: 'neither a notification nor a log record that is read',
  };
};

/** The shared secret of a subscription is for whoever receives, and goes no further. */
const withoutSecret = ({ clientState: _, ...rest }: Fields): Fields => rest;

const enveloped = (detail: Fields, detailType: string, time: unknown): EventEnvelope => ({
  id: asText(detail.id ?? detail.subscriptionId) ?? detailType,
  source: 'cutoff.entra',
  'detail-type': detailType,
  // Notifications of the lifecycle have no time of their own, and log records some that is no ISO 8601.
  time: asText(time) ?? new Date(0).toISOString(),
  detail,
});

const wrap = (record: Fields): EventEnvelope | undefined => {
  if (isCloudEvent(record) && isObject(record.data)) {
    const detail = { ...record, data: withoutSecret(record.data) };
    return enveloped(detail, String(record.type), record.time);
  }
  const only = Array.isArray(record.value) && record.value.length === 1 ? record.value[0] : record;
  if (isObject(only) && isItem(only)) {
    const happened = isObject(only.resourceData) ? only.resourceData.eventTime : undefined;
    return enveloped(withoutSecret(only), 'ChangeNotification', happened);
  }
  if (!categories.has(record.category) || !isObject(record.properties)) return undefined;
  return enveloped(record, String(record.category), record.time);
};

/**
 * Microsoft Entra ID. Microsoft is no partner of EventBridge: whoever receives its notifications and log records puts them on
 * the identity bus, and they are told apart by their form. Diagnostic settings stream through an event hub.
 */
export const entra: EventSource = {
  name: 'entra',
  pattern: { source: ['cutoff.entra'] },
  bus: 'identity',
  normalise,
  wrap,
};
