import { Duration, type Stack } from 'aws-cdk-lib';
import type { Functions } from './constructs/functions.ts';
import { ScheduledRun } from './constructs/schedule.ts';
import type { WorkQueues } from './constructs/work-queues.ts';
import type { StageConfig } from './stage-config.ts';

export interface Scheduled {
  readonly config: Pick<StageConfig, 'upkeepMinutes' | 'sweepMinutes'>;
  readonly functions: Functions;
  readonly queues: WorkQueues;
}

/** What runs by the clock. */
export const addSchedules = (stack: Stack, { config, functions, queues }: Scheduled): void => {
  const { upkeep, expire, issue } = functions;
  const { undelivered, sweeps } = queues;
  const every = (minutes: number) => ({ every: Duration.minutes(minutes), undelivered });
  new ScheduledRun(stack, 'UpkeepSchedule', {
    name: 'cutoff-upkeep',
    to: upkeep,
    ...every(config.upkeepMinutes),
  });
  const run = { account: stack.account, region: stack.region };
  new ScheduledRun(stack, 'SweepSchedule', {
    name: 'cutoff-sweep',
    to: sweeps,
    input: run,
    ...every(config.sweepMinutes),
  });
  new ScheduledRun(stack, 'ExpireSchedule', { name: 'cutoff-expire', to: expire, ...every(1) });
  if (!issue) return;
  const input = { reconcile: true };
  new ScheduledRun(stack, 'ReconcileSchedule', { name: 'cutoff-reconcile', to: issue, input, ...every(5) });
};
