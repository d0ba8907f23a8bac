import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { InvalidInput } from '../domain/errors.ts';
import { documentClient } from '../revocation/build.ts';
import { parseEnv } from '../shared/env.ts';
import { middleware } from '../shared/middleware.ts';
import { observe } from '../shared/observability.ts';
import { recorder } from '../shared/recorder.ts';
import { DynamoAuditLog } from '../stores/audit-log.ts';
import { DynamoDenylist } from '../stores/denylist.ts';
import { DynamoRegistry } from '../stores/dynamo-registry.ts';
import { DynamoIssuedTokens } from '../stores/issued-tokens.ts';
import { DynamoLosses } from '../stores/losses.ts';
import { envSchema } from './env.ts';
import { keySetFrom } from './jwks.ts';
import { reportTo } from './report.ts';
import { type ServeDeps, serve } from './serve.ts';
import { kmsSigner } from './sign.ts';

const env = parseEnv(envSchema, process.env);
const { tokens } = env.ISSUE;
if (!tokens) throw new InvalidInput('env.ISSUE.tokens', 'is missing');

const observability = observe('token');
const now = () => new Date();
const client = documentClient();
const kms = new KMSClient({});

const deps: ServeDeps = {
  home: { account: env.ACCOUNT_ID, region: env.AWS_REGION },
  settings: { ...tokens, issuer: env.TOKEN_ISSUER },
  clockSkewSeconds: env.CLOCK_SKEW_SECONDS,
  registry: new DynamoRegistry(client, env.REGISTRY_TABLE),
  losses: new DynamoLosses(client, env.REVOCATIONS_TABLE),
  denylist: new DynamoDenylist(client, env.DENYLIST_TABLE),
  issuedTokens: new DynamoIssuedTokens(client, env.REGISTRY_TABLE),
  sign: kmsSigner(kms, env.TOKEN_KEY),
  jwks: keySetFrom(kms, env.TOKEN_KEY, tokens.formerKeys),
  record: recorder({
    audit: new DynamoAuditLog(client, env.AUDIT_TABLE, now),
    events: new EventBridgeClient({}),
    bus: env.EVENT_BUS,
    count: observability.count,
  }),
  report: reportTo(observability),
  now,
};

/** Lambda proxy integration of a REST API ("Set up Lambda proxy integrations in API Gateway"). */
export const handler = middleware<APIGatewayProxyEvent, APIGatewayProxyResult>(observability).handler(
  (event) => serve(event, deps),
);
