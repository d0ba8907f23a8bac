import type * as cloudtrail from '@aws-sdk/client-cloudtrail';
import type { Answer } from './call-log.ts';
import { fake } from './fake.ts';

/** What an event's record says of who signed the call. */
interface Signed {
  readonly eventName: string;
  readonly eventTime: string;
  readonly userIdentity: { readonly accessKeyId: string };
}

/** The event history in memory: the latest first, by one attribute, page by page ("LookupEvents"). */
export class FakeCloudTrail {
  readonly #pageSize: number;
  readonly #events: cloudtrail.Event[] = [];

  constructor(pageSize = 2) {
    this.#pageSize = pageSize;
  }

  /** `text` stands for a record that is not as it should be. */
  record(record: Signed, text = JSON.stringify(record)): void {
    this.#events.push({
      EventName: record.eventName,
      EventTime: new Date(record.eventTime),
      AccessKeyId: record.userIdentity.accessKeyId,
      CloudTrailEvent: text,
    });
  }

  LookupEvents({ LookupAttributes = [], StartTime, NextToken }: cloudtrail.LookupEventsCommandInput) {
    const [by, ...more] = LookupAttributes;
    if (by?.AttributeKey !== 'AccessKeyId' || more.length > 0) {
      throw Object.assign(new Error('one attribute'), { name: 'InvalidLookupAttributesException' });
    }
    const found = this.#events
      .filter(({ AccessKeyId }) => AccessKeyId === by.AttributeValue)
      .filter(({ EventTime }) => !StartTime || (EventTime && EventTime >= StartTime))
      .sort((one, other) => Number(other.EventTime) - Number(one.EventTime));
    const start = Number(NextToken ?? 0);
    const end = start + this.#pageSize;
    return { Events: found.slice(start, end), ...(end < found.length && { NextToken: String(end) }) };
  }
}

export const fakeCloudTrail = (trail = new FakeCloudTrail()): Answer => fake(trail);
