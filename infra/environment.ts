import { Aws } from 'aws-cdk-lib';
import type { variables } from '../functions/shared/env.ts';
import type { IdentityEvents } from './constructs/identity-events.ts';
import type { Stores } from './constructs/stores.ts';
import type { WorkQueues } from './constructs/work-queues.ts';
import type { StageConfig } from './stage-config.ts';

/** Lambda sets the region by itself. */
type Variable = Exclude<keyof typeof variables, 'AWS_REGION'> | 'CLOCK_SKEW_SECONDS';

export type Environment = Readonly<Record<Variable, string>>;

export interface Deployed {
  readonly config: StageConfig;
  readonly stores: Stores;
  readonly queues: WorkQueues;
  readonly identity: IdentityEvents;
}

/** `bus` is the rule's business; the rest is what functions go by. */
const sourcesFor = ({ sources }: StageConfig) =>
  Object.fromEntries(Object.entries(sources).map(([name, { bus: _, ...settings }]) => [name, settings]));

export const environmentOf = ({ config, stores, queues, identity }: Deployed): Environment => ({
  ACCOUNT_ID: Aws.ACCOUNT_ID,
  REGISTRY_TABLE: stores.registry.table.tableName,
  REVOCATIONS_TABLE: stores.revocations.table.tableName,
  DENYLIST_TABLE: stores.denylist.table.tableName,
  AUDIT_TABLE: stores.audit.table.tableName,
  IDENTITY_EVENTS_QUEUE_URL: queues.identityEvents.queue.queueUrl,
  REVOCATIONS_QUEUE_URL: queues.revocations.queue.queueUrl,
  APIGATEWAY_QUEUE_URL: queues.apiGateway.queue.queueUrl,
  VERIFICATIONS_QUEUE_URL: queues.verifications.queue.queueUrl,
  EVENT_BUS: identity.busName,
  ISSUERS: JSON.stringify(config.issuers),
  OWNERSHIP: JSON.stringify(config.ownership),
  PROTECTION: JSON.stringify(config.protection),
  SOURCES: JSON.stringify(sourcesFor(config)),
  VERIFICATION: JSON.stringify(config.verification),
  BLOCKED_DAYS: String(config.blockedDays),
  CLOCK_SKEW_SECONDS: String(config.clockSkewSeconds),
});
