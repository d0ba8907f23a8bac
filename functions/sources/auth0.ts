import { isObject } from '../shared/json.ts';
import { logSchema, logTypes, understandLog } from './auth0-log.ts';
import { streamSchema, streamTypes, understandStream } from './auth0-stream.ts';
import type { EventEnvelope, EventSource, Understood } from './event-source.ts';
import { anObject, asText, id, occurredAtOf } from './fields.ts';
import { understoodOf } from './finding.ts';
import { readDetail } from './read-detail.ts';

const isCloudEvent = (record: Readonly<Record<string, unknown>>): boolean =>
  ['specversion', 'spec_version', 'a0stream'].some((field) => typeof record[field] === 'string');

const ofStream = (detail: unknown): Understood => {
  const event = readDetail(streamSchema, detail);
  const about = { source: 'auth0', eventId: event.id, occurredAt: event.time };
  return understoodOf(about, understandStream(event));
};

/** Delivered events nest the log event in `data`; published examples, the API and files do not. */
const ofLog = (detail: Readonly<Record<string, unknown>>, envelope: EventEnvelope): Understood => {
  const [data, root] = isObject(detail.data) ? [detail.data, 'detail.data'] : [detail, 'detail'];
  const log = readDetail(logSchema, data, root);
  const eventId = readDetail(id, log.log_id ?? log._id ?? detail.log_id, `${root}.log_id`);
  const about = { source: 'auth0', eventId, occurredAt: occurredAtOf(log.date, envelope) };
  return understoodOf(about, understandLog(log, root));
};

const normalise = (envelope: EventEnvelope): Understood => {
  const detail = readDetail(anObject, envelope.detail);
  return isCloudEvent(detail) ? ofStream(detail) : ofLog(detail, envelope);
};

/** The provider's own id and time, as every record has them, in the envelope. */
const wrapped = (
  detail: Readonly<Record<string, unknown>>,
  eventId: unknown,
  time: unknown,
): EventEnvelope | undefined => {
  if (typeof eventId !== 'string' || typeof time !== 'string') return undefined;
  const type = isCloudEvent(detail) ? 'Auth0 event' : 'Auth0 log';
  return { id: eventId, source: 'cutoff.auth0', 'detail-type': type, time, detail };
};

/** A CloudEvent of Auth0's, or a log event: alone as the API answers, or in its `data` as streams send it. */
const wrap = (record: Readonly<Record<string, unknown>>): EventEnvelope | undefined => {
  if (isCloudEvent(record)) {
    return asText(record.source)?.startsWith('urn:auth0:')
      ? wrapped(record, record.id, record.time)
      : undefined;
  }
  const nested = isObject(record.data) ? record.data : undefined;
  const { type, log_id, _id, date } = nested ?? record;
  if (typeof type !== 'string') return undefined;
  return wrapped(nested ? record : { data: record }, log_id ?? _id ?? record.log_id, date);
};

/**
 * Auth0: log streams ("Export Log Events to Amazon EventBridge") and Event Streams. How the latter wrap their CloudEvents
 * is not published: assumed to be the `detail`, under the same source prefix. Their detail-type is unknown, so the
 * pattern has none.
 */
export const auth0: EventSource = {
  name: 'auth0',
  pattern: {
    source: [{ prefix: 'aws.partner/auth0.com/' }, 'cutoff.auth0'],
    detail: { $or: [{ data: { type: [...logTypes] } }, { type: [...streamTypes] }] },
  },
  bus: 'partner',
  normalise,
  wrap,
};
