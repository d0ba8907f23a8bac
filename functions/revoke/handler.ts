import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { longestDelay } from '../domain/evidence.ts';
import { buildContainment } from '../revocation/build.ts';
import { parseEnv } from '../shared/env.ts';
import { middleware } from '../shared/middleware.ts';
import { observe } from '../shared/observability.ts';
import { lookQueue, sqsBackOff, workMessageSchema } from '../shared/queues.ts';
import { parseMessage, processBatch } from '../shared/sqs-batch.ts';
import { envSchema } from './env.ts';
import { revoke } from './revoke.ts';

const env = parseEnv(envSchema, process.env);
const observability = observe('revoke');
const { logger: log, count } = observability;
const containment = buildContainment(env, count);
const deps = {
  ...containment,
  rules: { ownership: env.OWNERSHIP, protection: env.PROTECTION },
  looks: lookQueue(containment.sqs, env.VERIFICATIONS_QUEUE_URL),
  firstDelaySeconds: env.VERIFICATION.firstDelaySeconds,
  secondDiscoverySeconds: Math.min(longestDelay, env.VERIFICATION.consistencyWindowSeconds),
};
const queues = [env.REVOCATIONS_QUEUE_URL, env.APIGATEWAY_QUEUE_URL];
const batch = { backOff: sqsBackOff(containment.sqs, queues), count, log };

/** Work from both revocation queues: cut, restore or discover. */
export const handler = middleware<SQSEvent, SQSBatchResponse>(observability).handler((event) =>
  processBatch(event, ({ body }) => revoke(parseMessage(body, workMessageSchema), deps), batch),
);
