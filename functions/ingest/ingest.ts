import type { SQSRecord } from 'aws-lambda';
import { z } from 'zod';
import { rejected } from '../domain/audit-record.ts';
import { InvalidInput } from '../domain/errors.ts';
import { sha256 } from '../domain/sha256.ts';
import { isAtHome, type LookUps, lookUp } from '../identity/look-up.ts';
import { applyNameChange } from '../identity/name-change.ts';
import { type DriftDeps, noteDrift } from '../inventory/drift.ts';
import { refresh } from '../inventory/refresh.ts';
import { admit } from '../revocation/admit.ts';
import type { AdmitDeps } from '../revocation/deps.ts';
import { type LookAgainDeps, lookAgain } from '../revocation/look-again.ts';
import type { Place } from '../shared/aws-clients.ts';
import type { Count } from '../shared/recorder.ts';
import { parseMessage } from '../shared/sqs-batch.ts';
import { driftChange } from '../sources/drift.ts';
import type { EventEnvelope, EventSource, Lead, Made, Understood } from '../sources/event-source.ts';
import { sourceOf } from '../sources/source-of.ts';

export interface IngestDeps extends AdmitDeps, LookAgainDeps, Omit<DriftDeps, 'end'> {
  readonly eventSources: readonly EventSource[];
  readonly lookUps: LookUps;
  /** The deployment's own account and region. */
  readonly home: Place;
  readonly count: Count;
}

const text = z.string().min(1).max(256);

const envelopeSchema = z.object({
  id: text,
  source: text,
  'detail-type': text,
  time: z.string().min(1).max(64),
  account: text.optional(),
  region: text.optional(),
  resources: z.array(z.unknown()).optional(),
  detail: z.unknown(),
});

interface Read extends Understood {
  readonly source: EventSource;
}

const understood = (body: string, { eventSources, home }: IngestDeps): Read => {
  // EventBridge always says account and region; a local AWS may not (moto 5.2 leaves the account out).
  const envelope: EventEnvelope = { ...home, ...parseMessage(body, envelopeSchema) };
  const source = sourceOf(envelope, eventSources);
  if (!source) throw new InvalidInput('body.source', 'belongs to no source that Cutoff listens to');
  return { source, ...source.normalise(envelope) };
};

/** What cannot be read is written down by its hash and then goes to the DLQ, where the message itself is. */
const recordRejection = async (record: SQSRecord, error: InvalidInput, deps: IngestDeps): Promise<void> => {
  await deps.record({
    type: 'failed',
    revocationId: rejected,
    credential: sha256(record.body),
    once: 'rejected',
    data: { code: error.code, field: error.field, messageId: record.messageId, queue: record.eventSourceARN },
  });
};

/** `about` tells several leads of one event apart. */
const recordNothing = (
  { source, eventId }: Read,
  reason: string | undefined,
  { record }: IngestDeps,
  about = 'event',
) => {
  const once = about === 'event' ? 'skipped' : `skipped:${about}`;
  return record({
    type: 'skipped',
    revocationId: `${source.name}:${eventId}`,
    once,
    data: { reason, source: source.name },
  });
};

/** One lead to its end: looked up where it has to be, then let in. */
const follow = async (lead: Lead, read: Read, deps: IngestDeps): Promise<void> => {
  const { changes, reason, settle } = await lookUp(lead, deps);
  if (changes.length === 0) await recordNothing(read, reason, deps, lead.ask?.ask);
  for (const change of changes) {
    if (change.change === 'credential-reactivated') await lookAgain(change, deps);
    else await admit(change, deps);
  }
  await settle?.();
};

/** Revoked at once, where the settings say so: what is made past `issue` need not wait for a queue. */
const seeTo = (made: Made, deps: IngestDeps): Promise<void> =>
  noteDrift(made, { ...deps, end: (drifted) => admit(driftChange(drifted), deps) });

/** One identity event: zero or more changes, each let in on its own, and then what the registry has to learn. */
export const ingest = async (record: SQSRecord, deps: IngestDeps): Promise<void> => {
  try {
    const read = understood(record.body, deps);
    const { changes, names = [], seen = [], made = [], alarm, reason, problem } = read;
    if (alarm) deps.count('StreamStopped');
    for (const change of names) await applyNameChange(change, read, deps);
    const isNothing = changes.length + names.length + seen.length + made.length === 0;
    if (isNothing) await recordNothing(read, reason, deps);
    // One event may name several people; trouble with one must not keep the others waiting.
    const followed = await Promise.allSettled(changes.map((lead) => follow(lead, read, deps)));
    // Afterwards, for whatever goes wrong here must keep nobody in.
    // Events of other regions are forwarded here too; what they tell of is in no registry of ours.
    const here = seen.filter((credential) => isAtHome(credential, deps.home));
    const refreshed = await Promise.allSettled(here.map((credential) => refresh(credential, deps)));
    const ours = made.filter(({ credential }) => isAtHome(credential, deps.home));
    const drifted = await Promise.allSettled(ours.map((one) => seeTo(one, deps)));
    const failure = [...followed, ...refreshed, ...drifted].find((outcome) => outcome.status === 'rejected');
    if (failure) throw failure.reason;
    if (problem) throw problem;
  } catch (error) {
    if (error instanceof InvalidInput) await recordRejection(record, error, deps);
    throw error;
  }
};
