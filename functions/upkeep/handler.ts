import { pruneRoleDenies } from '../credentials/prune-role-denies.ts';
import { directoryOf } from '../identity/build.ts';
import { learnDirectory } from '../identity/directory-inventory.ts';
import { lastUses, reportedUsers } from '../inventory/credential-report.ts';
import { documentClient, revokersFrom } from '../revocation/build.ts';
import { awsClients } from '../shared/aws-clients.ts';
import { parseEnv } from '../shared/env.ts';
import { middleware } from '../shared/middleware.ts';
import { observe } from '../shared/observability.ts';
import { DynamoRegistry } from '../stores/dynamo-registry.ts';
import { DynamoLosses } from '../stores/losses.ts';
import { DynamoSecretHashes } from '../stores/secret-hashes.ts';
import { DynamoStanding } from '../stores/standing.ts';
import { findDriftFrom } from './build-drift.ts';
import { envSchema } from './env.ts';
import { indexApiKeys } from './index-secrets.ts';
import { type UpkeepDeps, type UpkeepReport, upkeep } from './upkeep.ts';

const env = parseEnv(envSchema, process.env);
const observability = observe('upkeep');
const { count } = observability;
const client = documentClient();
const learn = env.IDENTITY_CENTER && directoryOf(env.IDENTITY_CENTER, { ...env, client });
const home = { account: env.ACCOUNT_ID, region: env.AWS_REGION };
const secrets = new DynamoSecretHashes(client, env.REGISTRY_TABLE);
const clients = awsClients(home);
const index = { clients, home, secrets };
const now = () => new Date();
const iam = clients.iam({ ...home, region: 'global' });
const deps = {
  ...findDriftFrom(env, { client, count, now }),
  home,
  now,
  indexSecrets: env.INDEX_SECRETS ? () => indexApiKeys(index) : undefined,
  learnDirectory: learn ? () => learnDirectory(learn) : undefined,
  revokers: revokersFrom(env, client),
  registry: new DynamoRegistry(client, env.REGISTRY_TABLE),
  losses: new DynamoLosses(client, env.REVOCATIONS_TABLE),
  standing: new DynamoStanding(client, env.REVOCATIONS_TABLE, now),
  rules: { ownership: env.OWNERSHIP, protection: env.PROTECTION },
  lastUses: () => lastUses(iam),
  reportedUsers: () => reportedUsers(iam, { now }),
  prune: () => pruneRoleDenies({ clients, home, now }),
  count,
} satisfies UpkeepDeps;

/** On a schedule; the event carries nothing that matters. */
export const handler = middleware<unknown, UpkeepReport>(observability).handler(async () => {
  const report = await upkeep(deps);
  observability.logger.info('kept up', { report });
  return report;
});
