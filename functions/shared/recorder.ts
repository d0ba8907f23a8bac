import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { type AuditEntry, type AuditType, rejected } from '../domain/audit-record.ts';
import { CutoffError } from '../domain/errors.ts';
import type { AuditLog } from '../stores/audit-log.ts';

/** Counts something in CloudWatch, namespace `Cutoff`. */
export type Count = (metric: string) => void;

/** Writes down what happened: audit trail, outcome event and metric, in this order. */
export type Recorder = (entry: AuditEntry) => Promise<void>;

/** What others may want to act on. Steps on the way are in the audit trail only. */
const outcomes: ReadonlySet<AuditType> = new Set([
  'held',
  'failed',
  'verified',
  'unverified',
  'restored',
  'deleted',
  'skipped',
]);

const titleCase = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

export interface RecorderDeps {
  readonly audit: AuditLog;
  readonly events: EventBridgeClient;
  readonly bus: string;
  readonly count: Count;
}

/**
 * Outcome events have the source `cutoff` and the detail type `Revocation Held`, `Credential Verified`, … They
 * are sent at least once: consumers dedupe on `detail.revocationId` + `detail.credential` + `detail.once`.
 */
export const recorder =
  ({ audit, events, bus, count }: RecorderDeps): Recorder =>
  async (entry) => {
    await audit.append(entry);
    // Nobody's access is concerned: the metric alarms, and the message itself is in the DLQ.
    if (entry.revocationId === rejected) return count('EventRejected');
    const concern = entry.credential ? 'Credential' : 'Revocation';
    count(`${entry.credential ? 'Task' : 'Revocation'}${titleCase(entry.type)}`);
    if (!outcomes.has(entry.type)) return;
    const put = new PutEventsCommand({
      Entries: [
        {
          EventBusName: bus,
          Source: 'cutoff',
          DetailType: `${concern} ${titleCase(entry.type)}`,
          Detail: JSON.stringify(entry),
        },
      ],
    });
    const { FailedEntryCount } = await events.send(put);
    if (!FailedEntryCount) return;
    throw new CutoffError('the outcome event was not accepted', { code: 'unavailable', retryable: true });
  };
