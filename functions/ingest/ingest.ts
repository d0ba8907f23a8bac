import { createHash } from 'node:crypto';
import type { SQSRecord } from 'aws-lambda';
import { z } from 'zod';
import { rejected } from '../domain/audit-record.ts';
import { InvalidInput } from '../domain/errors.ts';
import { admit } from '../revocation/admit.ts';
import type { AdmitDeps } from '../revocation/deps.ts';
import { parseMessage } from '../shared/sqs-batch.ts';
import type { EventEnvelope, EventSource } from '../sources/event-source.ts';
import { sourceOf } from '../sources/source-of.ts';

export interface IngestDeps extends AdmitDeps {
  readonly eventSources: readonly EventSource[];
}

const envelopeSchema = z.object({
  id: z.string().min(1).max(256),
  source: z.string().min(1).max(256),
  'detail-type': z.string().min(1).max(256),
  time: z.string().min(1).max(64),
  detail: z.unknown(),
});

/** SHA-256 of the message: it names what was refused without keeping it. */
const digest = (body: string) => createHash('sha256').update(body).digest('hex');

const understood = (body: string, { eventSources }: IngestDeps) => {
  const envelope: EventEnvelope = parseMessage(body, envelopeSchema);
  const source = sourceOf(envelope, eventSources);
  if (!source) throw new InvalidInput('body.source', 'belongs to no source that Cutoff listens to');
  return { source, ...source.normalise(envelope) };
};

/** What cannot be read is written down by its hash and then goes to the DLQ, where the message itself is. */
const recordRejection = async (record: SQSRecord, error: InvalidInput, deps: IngestDeps): Promise<void> => {
  await deps.record({
    type: 'failed',
    revocationId: rejected,
    credential: digest(record.body),
    once: 'rejected',
    data: { code: error.code, field: error.field, messageId: record.messageId, queue: record.eventSourceARN },
  });
};

/** One identity event: zero or more changes, each let in on its own. */
export const ingest = async (record: SQSRecord, deps: IngestDeps): Promise<void> => {
  try {
    const { source, eventId, changes, reason, problem } = understood(record.body, deps);
    if (changes.length === 0) {
      const data = { reason, source: source.name };
      await deps.record({
        type: 'skipped',
        revocationId: `${source.name}:${eventId}`,
        once: 'skipped',
        data,
      });
    }
    // One event may name several people; trouble with one must not keep the others waiting.
    const admissions = await Promise.allSettled(changes.map((change) => admit(change, deps)));
    const failure = admissions.find((admission) => admission.status === 'rejected');
    if (failure) throw failure.reason;
    if (problem) throw problem;
  } catch (error) {
    if (error instanceof InvalidInput) await recordRejection(record, error, deps);
    throw error;
  }
};
