import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { buildLookUps } from '../identity/build.ts';
import { driftFrom } from '../inventory/build-drift.ts';
import { buildAdmission } from '../revocation/build.ts';
import { parseEnv } from '../shared/env.ts';
import { middleware } from '../shared/middleware.ts';
import { observe } from '../shared/observability.ts';
import { lookQueue, sqsBackOff } from '../shared/queues.ts';
import { processBatch } from '../shared/sqs-batch.ts';
import { sources } from '../sources/index.ts';
import { envSchema } from './env.ts';
import { ingest } from './ingest.ts';

const env = parseEnv(envSchema, process.env);
const observability = observe('ingest');
const { logger: log, count } = observability;
const admission = buildAdmission(env, count);
const deps = {
  ...admission,
  ...driftFrom(env, admission),
  ownRoles: env.OWN_ROLES,
  eventSources: sources,
  lookUps: buildLookUps(env, admission),
  looks: lookQueue(admission.sqs, env.VERIFICATIONS_QUEUE_URL),
  firstDelaySeconds: env.VERIFICATION.firstDelaySeconds,
  count,
};
const batch = { backOff: sqsBackOff(admission.sqs, [env.IDENTITY_EVENTS_QUEUE_URL]), count, log };

/** Identity events from the queue: each becomes revocations, denied at once. */
export const handler = middleware<SQSEvent, SQSBatchResponse>(observability).handler((event) =>
  processBatch(event, (record) => ingest(record, deps), batch),
);
