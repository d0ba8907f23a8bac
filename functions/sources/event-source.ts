import type { Change } from '../domain/change.ts';
import type { InvalidInput } from '../domain/errors.ts';

/** EventBridge's envelope ("Events and event patterns in Amazon EventBridge"): what a rule delivers. */
export interface EventEnvelope {
  readonly id: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly time: string;
  readonly detail: unknown;
}

/** The part of an event pattern that sources use. Never a field inside an array. */
export interface EventPattern {
  readonly source: readonly (string | { readonly prefix: string })[];
  readonly 'detail-type': readonly string[];
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** What an event means. Without changes, `reason` says why it means nothing. */
export interface Understood {
  /** The provider's own event id. */
  readonly eventId: string;
  readonly changes: readonly Change[];
  readonly reason?: string;
  /** Somebody else whom the event names cannot be read: the changes hold, and the event goes to the DLQ after them. */
  readonly problem?: InvalidInput;
}

/** One file a source. The rule is made from `pattern`, so rule and parser cannot drift apart. */
export interface EventSource {
  readonly name: string;
  readonly pattern: EventPattern;
  /** Pure. Throws `InvalidInput`, naming the field, for an event that fits the pattern but cannot be read. */
  normalise(event: EventEnvelope): Understood;
}
