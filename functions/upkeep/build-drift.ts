import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { z } from 'zod';
import { driftFrom } from '../inventory/build-drift.ts';
import type { DriftDeps } from '../inventory/drift.ts';
import { identityQueue } from '../shared/queues.ts';
import { type Count, recorder } from '../shared/recorder.ts';
import { driftEvent } from '../sources/drift.ts';
import { DynamoAuditLog } from '../stores/audit-log.ts';
import { DynamoDriftBaseline } from '../stores/drift-baseline.ts';
import type { envSchema } from './env.ts';

interface Shared {
  readonly client: DynamoDBDocumentClient;
  readonly count: Count;
  readonly now: () => Date;
}

/** What it takes to find what was made outside `issue`. What is to be revoked goes to ingest, like every other change. */
export const findDriftFrom = (env: z.output<typeof envSchema>, { client, count, now }: Shared) => {
  const audit = new DynamoAuditLog(client, env.AUDIT_TABLE, now);
  const record = recorder({ audit, events: new EventBridgeClient({}), bus: env.EVENT_BUS, count });
  const queue = identityQueue(new SQSClient({}), env.IDENTITY_EVENTS_QUEUE_URL);
  return {
    ...driftFrom(env, { client, record, now }),
    baseline: new DynamoDriftBaseline(client, env.REGISTRY_TABLE, now),
    // Who made it, no listing tells.
    ownRoles: [],
    sources: env.SOURCES,
    end: ((drifted) => queue.send([driftEvent(drifted)])) satisfies DriftDeps['end'],
  };
};
