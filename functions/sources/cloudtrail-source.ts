import type { z } from 'zod';
import { cloudTrailSchema, type Meaning, whyNothingChanged } from './cloudtrail-record.ts';
import type { EventEnvelope, EventSource, Understood } from './event-source.ts';
import { text } from './fields.ts';
import { readDetail } from './read-detail.ts';

/** By `eventSource`, then by `eventName`: the calls that matter, and what each means. */
export type Calls = Readonly<Record<string, Readonly<Record<string, Meaning>>>>;

const detailType = 'AWS API Call via CloudTrail';

/**
 * `iam.amazonaws.com` arrives as source `aws.iam` ("AWS service events delivered via AWS CloudTrail", EventBridge User
 * Guide, and the Events Reference of each service).
 */
const busSourceOf = (eventSource: string): string => `aws.${eventSource.replace('.amazonaws.com', '')}`;

/** What tells which call it was. A call that failed, or that means nothing, need not be read any further. */
const headSchema = cloudTrailSchema.pick({
  eventID: true,
  eventName: true,
  eventSource: true,
  errorCode: true,
});
type Head = z.output<typeof headSchema>;

const meaningOf = ({ eventSource, eventName }: Head, calls: Calls): Meaning | undefined => {
  const ofService = Object.hasOwn(calls, eventSource) ? calls[eventSource] : undefined;
  return ofService && Object.hasOwn(ofService, eventName) ? ofService[eventName] : undefined;
};

const normalise =
  (name: string, calls: Calls) =>
  ({ detail }: EventEnvelope): Understood => {
    const head = readDetail(headSchema, detail);
    const { eventID: eventId, eventName: reason } = head;
    const nothing = (why: string): Understood => ({ eventId, changes: [], reason: why });
    const meaning = meaningOf(head, calls);
    if (!meaning) return nothing(`${reason} does not end anybody's access`);
    const failed = whyNothingChanged(head);
    if (failed) return nothing(failed);
    const record = readDetail(cloudTrailSchema, detail);
    const meant = meaning(record);
    if (typeof meant === 'string') return nothing(meant);
    const { leads = [], seen, made } = 'seen' in meant ? meant : { leads: meant };
    const shared = { source: name, eventId, aliases: [], occurredAt: record.eventTime, reason };
    return {
      eventId,
      changes: leads.map((lead) => ({ ...shared, ...lead })),
      ...(seen && { seen }),
      ...(made && { made }),
      ...(leads.length === 0 && { reason: `${reason} ends nobody's access: the registry reads it again` }),
    };
  };

const recordSchema = headSchema.extend({ eventTime: text });

const wrap =
  (name: string, calls: Calls) =>
  (record: Readonly<Record<string, unknown>>): EventEnvelope | undefined => {
    const known = recordSchema.safeParse(record).data;
    if (!known || !Object.hasOwn(calls, known.eventSource)) return undefined;
    const { recipientAccountId: account, awsRegion: region } = record;
    return {
      id: known.eventID,
      source: `cutoff.${name}`,
      'detail-type': detailType,
      time: known.eventTime,
      ...(typeof account === 'string' && { account }),
      ...(typeof region === 'string' && { region }),
      detail: record,
    };
  };

/** A source of API calls, as CloudTrail records them. Best effort, minutes late, and only where a trail exists. */
export const cloudTrailSource = (name: string, calls: Calls): EventSource => ({
  name,
  pattern: {
    // `cutoff.…` is for replays by hand: PutEvents refuses names that begin with `aws.`.
    source: [...Object.keys(calls).map(busSourceOf), `cutoff.${name}`],
    'detail-type': [detailType],
    detail: {
      eventSource: Object.keys(calls),
      eventName: [...new Set(Object.values(calls).flatMap((ofService) => Object.keys(ofService)))],
    },
  },
  bus: 'default',
  normalise: normalise(name, calls),
  wrap: wrap(name, calls),
});
