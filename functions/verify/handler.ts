import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { buildCore } from '../revocation/build.ts';
import { parseEnv } from '../shared/env.ts';
import { middleware } from '../shared/middleware.ts';
import { observe } from '../shared/observability.ts';
import { lookMessageSchema, lookQueue, sqsBackOff } from '../shared/queues.ts';
import { parseMessage, processBatch } from '../shared/sqs-batch.ts';
import { envSchema } from './env.ts';
import { verify } from './verify.ts';

const env = parseEnv(envSchema, process.env);
const observability = observe('verify');
const { logger: log, count } = observability;
const core = buildCore(env, count);
const looks = lookQueue(core.sqs, env.VERIFICATIONS_QUEUE_URL);
const deps = { ...core, looks, settings: env.VERIFICATION };
const batch = { backOff: sqsBackOff(core.sqs, [env.VERIFICATIONS_QUEUE_URL]), count, log };

/** Delayed looks: each ends in proof, in more work, or in another look. */
export const handler = middleware<SQSEvent, SQSBatchResponse>(observability).handler((event) =>
  processBatch(event, ({ body }) => verify(parseMessage(body, lookMessageSchema), deps), batch),
);
