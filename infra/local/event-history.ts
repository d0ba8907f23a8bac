import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { JsonAnswer } from './http-server.ts';

/** What the history reads in a record ("CloudTrail record contents"); the rest is kept as it is. */
export const cloudTrailRecord = z.looseObject({
  eventID: z.string().default(() => randomUUID()),
  eventName: z.string(),
  eventTime: z.iso.datetime(),
  eventSource: z.string().optional(),
  readOnly: z.boolean().optional(),
  userIdentity: z
    .looseObject({ accessKeyId: z.string().optional(), userName: z.string().optional() })
    .optional(),
});
export type CloudTrailRecord = z.input<typeof cloudTrailRecord>;

/** CloudTrail API Reference, "Event". In JSON, times are seconds. */
const eventOf = (record: z.output<typeof cloudTrailRecord>) => ({
  EventId: record.eventID,
  EventName: record.eventName,
  EventTime: Date.parse(record.eventTime) / 1000,
  EventSource: record.eventSource,
  ReadOnly: record.readOnly?.toString(),
  AccessKeyId: record.userIdentity?.accessKeyId,
  Username: record.userIdentity?.userName,
  CloudTrailEvent: JSON.stringify(record),
});
type Event = ReturnType<typeof eventOf>;

/** "LookupEvents", request parameters: one attribute at most, and pages of at most 50. */
const lookup = z.looseObject({
  LookupAttributes: z
    .array(
      z.object({
        AttributeKey: z.enum(['AccessKeyId', 'EventId', 'EventName', 'EventSource', 'ReadOnly', 'Username']),
        AttributeValue: z.string(),
      }),
    )
    .max(1)
    .default([]),
  StartTime: z.number().default(Number.NEGATIVE_INFINITY),
  EndTime: z.number().default(Number.POSITIVE_INFINITY),
  MaxResults: z.number().int().min(1).max(50).default(50),
  NextToken: z.string().regex(/^\d+$/).default('0'),
});

/** Which error the reference names for which parameter. */
const errors: Readonly<Record<string, string>> = {
  LookupAttributes: 'InvalidLookupAttributesException',
  MaxResults: 'InvalidMaxResultsException',
  NextToken: 'InvalidNextTokenException',
};

const refusal = ({ issues: [issue] }: z.ZodError): JsonAnswer => ({
  status: 400,
  body: {
    __type: errors[String(issue?.path[0])] ?? 'InvalidParameterCombinationException',
    message: `${issue?.path.join('.')}: ${issue?.message}`,
  },
});

/**
 * The event history that `LookupEvents` searches. Nothing gets into it by itself: a local AWS records no calls.
 * Resources of events are not searched.
 */
export class EventHistory {
  readonly #events: Event[] = [];

  /** Throws for what is no CloudTrail record. */
  record(record: CloudTrailRecord): void {
    this.#events.push(eventOf(cloudTrailRecord.parse(record)));
  }

  lookUp(request: unknown): JsonAnswer {
    const read = lookup.safeParse(request);
    if (!read.success) return refusal(read.error);
    const { LookupAttributes, StartTime, EndTime, MaxResults, NextToken } = read.data;
    const found = this.#events
      .filter(({ EventTime }) => EventTime >= StartTime && EventTime <= EndTime)
      .filter((event) => LookupAttributes.every((by) => event[by.AttributeKey] === by.AttributeValue))
      .sort((one, other) => other.EventTime - one.EventTime); // "The latest event is listed first."
    const start = Number(NextToken);
    const end = start + MaxResults;
    const more = end < found.length ? { NextToken: String(end) } : {};
    return { status: 200, body: { Events: found.slice(start, end), ...more } };
  }
}
