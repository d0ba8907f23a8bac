import { documentClient, revokersFrom } from '../revocation/build.ts';
import { parseEnv } from '../shared/env.ts';
import { middleware } from '../shared/middleware.ts';
import { observe } from '../shared/observability.ts';
import { DynamoRegistry } from '../stores/registry.ts';
import { DynamoStanding } from '../stores/standing.ts';
import { envSchema } from './env.ts';
import { type SweepReport, sweep } from './sweep.ts';

const env = parseEnv(envSchema, process.env);
const observability = observe('sweep');
const client = documentClient();
const deps = {
  revokers: revokersFrom(env, client),
  registry: new DynamoRegistry(client, env.REGISTRY_TABLE),
  standing: new DynamoStanding(client, env.REVOCATIONS_TABLE, () => new Date()),
  ownership: env.OWNERSHIP,
  protection: env.PROTECTION,
  count: observability.count,
};

/** On a schedule; the event carries nothing that matters. */
export const handler = middleware<unknown, SweepReport>(observability).handler(async () => {
  const report = await sweep(deps);
  observability.logger.info('swept', { report });
  return report;
});
