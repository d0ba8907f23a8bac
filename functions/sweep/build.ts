import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import type { z } from 'zod';
import type { SweepSettings } from '../domain/sweep-settings.ts';
import { noticesFrom } from '../notices/build.ts';
import { buildContainment } from '../revocation/build.ts';
import { awsClients, type Place } from '../shared/aws-clients.ts';
import { ownPace, sharedPace } from '../shared/pace.ts';
import { identityQueue } from '../shared/queues.ts';
import type { Count } from '../shared/recorder.ts';
import { DynamoSweepCases } from '../stores/dynamo-sweep-cases.ts';
import { DynamoSweepRuns } from '../stores/dynamo-sweep-runs.ts';
import { DynamoKeeps } from '../stores/keeps.ts';
import { DynamoRateLimits, type RateLimit } from '../stores/rate-limits.ts';
import type { SweepDeps } from './deps.ts';
import type { envSchema } from './env.ts';
import type { SweepRequest } from './request.ts';
import { buildSweepSources } from './sources/index.ts';

type Env = z.output<typeof envSchema>;

/** What one run needs of its invocation. */
interface Invocation {
  readonly settings: SweepSettings;
  readonly context: Context;
}

const placeOf = ({ account, region }: SweepRequest, env: Env): Place => ({
  account: account ?? env.ACCOUNT_ID,
  region: region ?? env.AWS_REGION,
});

/** Clients and stores once; the rest for each run. */
export const buildSweep = (env: Env, count: Count) => {
  const core = buildContainment(env, count);
  const { client, sqs, now, home } = core;
  const clients = awsClients(home, env.IDENTITY_CENTER?.region);
  const rateLimits = new DynamoRateLimits(client, env.REVOCATIONS_TABLE, now);
  const { mode, capPerHour: cap } = env.SOURCES.sweep ?? { mode: 'observe', capPerHour: 0 };
  const shared = {
    ...core,
    cases: new DynamoSweepCases(client, env.REVOCATIONS_TABLE, now),
    runs: new DynamoSweepRuns(client, env.REVOCATIONS_TABLE, now),
    keeps: new DynamoKeeps(client, env.REVOCATIONS_TABLE),
    events: identityQueue(sqs, env.IDENTITY_EVENTS_QUEUE_URL),
    notify: noticesFrom(env, core.record),
    rules: { ownership: env.OWNERSHIP, protection: env.PROTECTION },
    hold: env.HOLD,
    mode,
    cap,
    count,
    newRunId: randomUUID,
    goOn: async (place: Place) => {
      // By then this invocation has let go of the place.
      const send = { QueueUrl: env.SWEEPS_QUEUE_URL, MessageBody: JSON.stringify(place), DelaySeconds: 60 };
      await sqs.send(new SendMessageCommand(send));
    },
  };
  /** A dry run writes nothing, so it cannot take turns with others either. */
  const depsFor = (request: SweepRequest, { settings, context }: Invocation): SweepDeps => {
    const place = placeOf(request, env);
    const timeLeft = () => context.getRemainingTimeInMillis();
    const paceFor = (limit: RateLimit) => {
      const own = { ...limit, name: `${limit.name}:${place.account}` };
      const waiting = { sleep, timeLeft };
      return request.dryRun ? ownPace(own, { ...waiting, now }) : sharedPace(own, { ...waiting, rateLimits });
    };
    const where = { settings: env.CREDENTIALS, enforcement: env.ENFORCEMENT };
    const sources = buildSweepSources({ clients, home: place, paceFor, now, ...where });
    return { ...shared, settings, sources, place, timeLeft };
  };
  return { sqs, depsFor };
};
