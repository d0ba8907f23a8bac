import type { Change } from '../domain/change.ts';
import type { Credential } from '../domain/credential.ts';
import type { InvalidInput } from '../domain/errors.ts';
import type { Inquiry } from '../domain/inquiry.ts';
import type { Subject } from '../domain/subject.ts';

/** EventBridge's envelope ("Events and event patterns in Amazon EventBridge"): what a rule delivers. */
export interface EventEnvelope {
  readonly id: string;
  readonly source: string;
  readonly 'detail-type': string;
  /** ISO 8601 */
  readonly time: string;
  readonly detail: unknown;
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly resources?: readonly unknown[] | undefined;
}

/** The part of an event pattern that sources use. Never a field inside an array. */
export interface EventPattern {
  readonly source: readonly (string | { readonly prefix: string })[];
  /** Absent where the provider's is not published. */
  readonly 'detail-type'?: readonly string[];
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** A change, or what becomes one by a look-up. */
export interface Lead extends Change {
  readonly ask?: Inquiry;
}

/** What an event says about names alone. It moves links and revokes nothing. */
export type NameChange =
  /** The same person under a new identifier. */
  | { readonly type: 'renamed'; readonly from: Subject; readonly to: Subject }
  /** The identifier belongs to somebody else from now on. */
  | { readonly type: 'recycled'; readonly subject: Subject };

/** A credential that somebody made. */
export interface Made {
  readonly credential: Credential;
  /** ISO 8601, the service's clock. */
  readonly at: string;
  /** ARN of the role that made it, where one did. */
  readonly by?: string;
}

/** What an event means. Without changes, `reason` says why it means nothing. */
export interface Understood {
  /** The provider's own event id. */
  readonly eventId: string;
  readonly changes: readonly Lead[];
  readonly reason?: string;
  /** Somebody else whom the event names cannot be read: the changes hold, and the event goes to the DLQ after them. */
  readonly problem?: InvalidInput;
  readonly names?: readonly NameChange[];
  /** Principals that were made, or say something else of themselves now: the registry reads them again. */
  readonly seen?: readonly Credential[];
  /** Credentials that were made, by `issue` or not. */
  readonly made?: readonly Made[];
  /** Nothing is revoked, but somebody must hear of it: the source goes silent. */
  readonly alarm?: 'stream-stopped';
}

/** One file a source. The rule is made from `pattern`, so rule and parser cannot drift apart. */
export interface EventSource {
  readonly name: string;
  readonly pattern: EventPattern;
  /** `default`: AWS services write there. `partner`: a bus of the provider's. `identity`: only our own bus. */
  readonly bus: 'default' | 'partner' | 'identity';
  /**
   * Some of its events arrive on the default bus of us-east-1 alone, wherever Cutoff runs: those of IAM, of STS's global
   * endpoint, and of AWS Health where they concern no region. They are forwarded from there.
   */
  readonly global?: true;
  /** Where the provider rates its findings: the least that is acted on, unless the settings say otherwise. */
  readonly minSeverity?: number;
  /** Pure. Throws `InvalidInput`, naming the field, for an event that fits the pattern but cannot be read. */
  normalise(event: EventEnvelope): Understood;
  /**
   * Puts the envelope around a record as files and APIs hold it, for `explain`; `undefined` where it is none of this
   * source's. Told by fields that no other source's records have.
   */
  wrap?(record: Readonly<Record<string, unknown>>): EventEnvelope | undefined;
}
