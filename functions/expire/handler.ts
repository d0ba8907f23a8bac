import { SQSClient } from '@aws-sdk/client-sqs';
import { documentClient } from '../revocation/build.ts';
import { parseEnv } from '../shared/env.ts';
import { middleware } from '../shared/middleware.ts';
import { observe } from '../shared/observability.ts';
import { identityQueue } from '../shared/queues.ts';
import { DynamoRegistry } from '../stores/dynamo-registry.ts';
import { envSchema } from './env.ts';
import { type ExpireReport, expire } from './expire.ts';

const env = parseEnv(envSchema, process.env);
const observability = observe('expire');
const deps = {
  registry: new DynamoRegistry(documentClient(), env.REGISTRY_TABLE),
  events: identityQueue(new SQSClient({}), env.IDENTITY_EVENTS_QUEUE_URL),
  now: () => new Date(),
  count: observability.count,
};

/** Once a minute; the event carries nothing that matters. */
export const handler = middleware<unknown, ExpireReport>(observability).handler(async () => {
  const report = await expire(deps);
  observability.logger.info('sent what expires', { report });
  return report;
});
