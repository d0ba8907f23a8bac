import { SSMClient } from '@aws-sdk/client-ssm';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { parseEnv } from '../shared/env.ts';
import { middleware } from '../shared/middleware.ts';
import { observe } from '../shared/observability.ts';
import { sqsBackOff } from '../shared/queues.ts';
import { parseMessage, processBatch } from '../shared/sqs-batch.ts';
import { buildSweep } from './build.ts';
import { envSchema } from './env.ts';
import { readSettings } from './read-settings.ts';
import { parseSweepRequest, sweepRequestSchema } from './request.ts';
import { type SweepOutcome, sweep } from './sweep.ts';

const env = parseEnv(envSchema, process.env);
const observability = observe('sweep');
const { logger, count } = observability;
const ssm = new SSMClient({});
const { sqs, depsFor } = buildSweep(env, count);
const batch = { backOff: sqsBackOff(sqs, [env.SWEEPS_QUEUE_URL]), count, log: logger };

const run = async (request: ReturnType<typeof parseSweepRequest>, context: Context) => {
  const settings = await readSettings(ssm, env.SWEEP_PARAMETER);
  const deps = depsFor(request, { settings, context });
  const outcome = await sweep(request, deps);
  // What it is about is kept with the run; a log line has no room for thousands.
  const { items: _, diff: __, ...said } = { items: [], diff: {}, ...outcome };
  logger.info('swept', { outcome: said });
  return outcome;
};

const isQueued = (event: unknown): event is SQSEvent =>
  typeof event === 'object' && event !== null && 'Records' in event;

/** A run from its queue, or by hand: `{}`, `{ "dryRun": true }`, which prints the plan and writes nothing, `{ "last": true }`. */
export const handler = middleware<unknown, SQSBatchResponse | SweepOutcome>(observability).handler(
  async (event, context) =>
    isQueued(event)
      ? processBatch(
          event,
          async ({ body }) => void (await run(parseMessage(body, sweepRequestSchema), context)),
          batch,
        )
      : run(parseSweepRequest(event), context),
);
