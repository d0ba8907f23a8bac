import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { documentClient } from '../revocation/build.ts';
import { awsClients, impatient } from '../shared/aws-clients.ts';
import { parseEnv } from '../shared/env.ts';
import { middleware } from '../shared/middleware.ts';
import { observe } from '../shared/observability.ts';
import { recorder } from '../shared/recorder.ts';
import { DynamoAuditLog } from '../stores/audit-log.ts';
import { DynamoRegistry } from '../stores/dynamo-registry.ts';
import { DynamoIssuances } from '../stores/issuances.ts';
import { DynamoLinks } from '../stores/links.ts';
import { DynamoLosses } from '../stores/losses.ts';
import { DynamoStanding } from '../stores/standing.ts';
import type { IssueDeps } from './deps.ts';
import { envSchema } from './env.ts';
import { issue } from './issue.ts';

const env = parseEnv(envSchema, process.env);
const observability = observe('issue');
const { count } = observability;
const client = documentClient();
const home = { account: env.ACCOUNT_ID, region: env.AWS_REGION };
const now = () => new Date();
const audit = new DynamoAuditLog(client, env.AUDIT_TABLE, now);
const deps = {
  home,
  settings: env.ISSUE,
  rules: { ownership: env.OWNERSHIP, protection: env.PROTECTION },
  clients: awsClients(home),
  once: awsClients(home, home.region, impatient),
  issuances: new DynamoIssuances(client, env.REGISTRY_TABLE),
  registry: new DynamoRegistry(client, env.REGISTRY_TABLE),
  links: new DynamoLinks(client, env.REGISTRY_TABLE),
  losses: new DynamoLosses(client, env.REVOCATIONS_TABLE),
  standing: new DynamoStanding(client, env.REVOCATIONS_TABLE, now),
  record: recorder({ audit, events: new EventBridgeClient({}), bus: env.EVENT_BUS, count }),
  count,
  now,
} satisfies Omit<IssueDeps, 'requestId'>;

/** A JSON request by hand, from a program, or from the schedule. The answer may hold a secret, so it is never logged. */
export const handler = middleware<unknown, unknown>(observability).handler((request, { awsRequestId }) =>
  issue(request, { ...deps, requestId: awsRequestId }),
);
