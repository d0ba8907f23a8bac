import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { buildRevokers } from '../credentials/index.ts';
import type { CredentialsSettings } from '../domain/credential-settings.ts';
import type { EnforcementSettings } from '../domain/enforcement-settings.ts';
import type { OwnershipRules } from '../domain/ownership.ts';
import type { Protection } from '../domain/protection.ts';
import type { Entitlements, IdentityCenterSettings, Issuer, SourceSettings } from '../domain/settings.ts';
import { type EmptyCaches, emptyAuthorizerCaches } from '../enforcement/authorizer-caches.ts';
import { exposureOf } from '../enforcement/exposure.ts';
import { keyNow } from '../identity/access-key.ts';
import { awsClients, patient } from '../shared/aws-clients.ts';
import { workQueue } from '../shared/queues.ts';
import { type Count, recorder } from '../shared/recorder.ts';
import { secretReader } from '../shared/secret-reader.ts';
import { DynamoAuditLog } from '../stores/audit-log.ts';
import { DynamoBrakes } from '../stores/brakes.ts';
import { DynamoDenylist } from '../stores/denylist.ts';
import { DynamoRegistry } from '../stores/dynamo-registry.ts';
import { DynamoLinks } from '../stores/links.ts';
import { DynamoLosses } from '../stores/losses.ts';
import { DynamoRecency } from '../stores/recency.ts';
import { DynamoRevocations } from '../stores/revocations.ts';
import { DynamoStanding } from '../stores/standing.ts';

const now = () => new Date();

/** One client a function, however many stores use it. */
export const documentClient = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } });

interface RevokerEnv {
  readonly ACCOUNT_ID: string;
  readonly AWS_REGION: string;
  readonly DENYLIST_TABLE: string;
  readonly BLOCKED_DAYS: number;
  readonly ISSUERS: readonly Issuer[];
  readonly TOKEN_ISSUER?: string | undefined;
  readonly CREDENTIALS: CredentialsSettings;
  readonly ENFORCEMENT: EnforcementSettings;
  readonly IDENTITY_CENTER: IdentityCenterSettings | null;
}

/** Each secret has one reader, so that a call in a while serves all. */
const secretsByArn = (client: SecretsManagerClient): ((arn: string) => Promise<string>) => {
  const readers = new Map<string, () => Promise<string>>();
  const read = secretReader(client);
  return (arn) => {
    const reader = readers.get(arn) ?? read(arn);
    readers.set(arn, reader);
    return reader();
  };
};

/** What empties the caches that the settings name; `undefined` where they name none. */
const emptyCachesFrom = (
  env: Pick<RevokerEnv, 'ACCOUNT_ID' | 'AWS_REGION' | 'ENFORCEMENT'>,
): EmptyCaches | undefined => {
  const home = { account: env.ACCOUNT_ID, region: env.AWS_REGION };
  return emptyAuthorizerCaches(env.ENFORCEMENT.caches, { clients: awsClients(home), home });
};

/** The credential kinds at the deployment's own account and region. */
export const revokersFrom = (env: RevokerEnv, client: DynamoDBDocumentClient) => {
  const home = { account: env.ACCOUNT_ID, region: env.AWS_REGION };
  return buildRevokers({
    clients: awsClients(home, env.IDENTITY_CENTER?.region),
    home,
    denylist: new DynamoDenylist(client, env.DENYLIST_TABLE),
    issuers: env.ISSUERS,
    tokenIssuer: env.TOKEN_ISSUER,
    blockedDays: env.BLOCKED_DAYS,
    settings: env.CREDENTIALS,
    enforcement: env.ENFORCEMENT,
    identityCenter: env.IDENTITY_CENTER ?? undefined,
    secret: secretsByArn(new SecretsManagerClient(patient)),
    fetch,
    now,
  });
};

interface CoreEnv extends RevokerEnv {
  readonly REVOCATIONS_TABLE: string;
  readonly AUDIT_TABLE: string;
  readonly REVOCATIONS_QUEUE_URL: string;
  readonly APIGATEWAY_QUEUE_URL: string;
  readonly EVENT_BUS: string;
}

/** What every function on the way of a revocation works with. */
export const buildCore = (env: CoreEnv, count: Count) => {
  const client = documentClient();
  const sqs = new SQSClient({});
  const urls = { others: env.REVOCATIONS_QUEUE_URL, apiGateway: env.APIGATEWAY_QUEUE_URL };
  return {
    now,
    client,
    sqs,
    revokers: revokersFrom(env, client),
    emptyCaches: emptyCachesFrom(env),
    revocations: new DynamoRevocations(client, env.REVOCATIONS_TABLE, now),
    standing: new DynamoStanding(client, env.REVOCATIONS_TABLE, now),
    work: workQueue(sqs, urls),
    record: recorder({
      audit: new DynamoAuditLog(client, env.AUDIT_TABLE, now),
      events: new EventBridgeClient({}),
      bus: env.EVENT_BUS,
      count,
    }),
  };
};

interface ContainmentEnv extends CoreEnv {
  readonly REGISTRY_TABLE: string;
}

/** What it takes to find a subject's principals and to start work on them. */
export const buildContainment = (env: ContainmentEnv, count: Count) => {
  const core = buildCore(env, count);
  const home = { account: env.ACCOUNT_ID, region: env.AWS_REGION };
  return {
    ...core,
    registry: new DynamoRegistry(core.client, env.REGISTRY_TABLE),
    losses: new DynamoLosses(core.client, env.REVOCATIONS_TABLE),
    home,
    keyNow: keyNow({ clients: awsClients(home), home }),
    exposure: exposureOf(env.ENFORCEMENT),
  };
};

interface AdmissionEnv extends ContainmentEnv {
  readonly ENTITLEMENTS: Entitlements;
  readonly SOURCES: Readonly<Record<string, SourceSettings>>;
  readonly OWNERSHIP: OwnershipRules;
  readonly PROTECTION: Protection;
}

/** What it takes to let a change in. */
export const buildAdmission = (env: AdmissionEnv, count: Count) => {
  const containment = buildContainment(env, count);
  const { client } = containment;
  return {
    ...containment,
    brakes: new DynamoBrakes(client, env.REVOCATIONS_TABLE, now),
    recency: new DynamoRecency(client, env.REVOCATIONS_TABLE),
    links: new DynamoLinks(client, env.REGISTRY_TABLE),
    entitlements: env.ENTITLEMENTS,
    sources: env.SOURCES,
    rules: { ownership: env.OWNERSHIP, protection: env.PROTECTION },
  };
};
