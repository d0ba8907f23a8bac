import { randomUUID } from 'node:crypto';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { localAccount, localRegion } from './local-account.ts';
import type { LocalClients } from './local-clients.ts';
import { queueUrlOf } from './queue-address.ts';
import type { ScheduledRun } from './schedules.ts';

export interface ScheduleRunner {
  /** Resolves when nothing that was begun is at work any more. */
  stop(): Promise<void>;
}

export interface ScheduleRunnerProps {
  readonly schedules: readonly ScheduledRun[];
  readonly clients: Pick<LocalClients, 'sqs' | 'endpoint'>;
  readonly invoke: (functionName: string, event: unknown) => Promise<unknown>;
  readonly log: (line: string) => void;
}

/** "Creating an Amazon EventBridge rule that runs on a schedule": what its target is told if it is told nothing else. */
const scheduledEvent = (rule: string) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: localAccount,
  time: new Date().toISOString(),
  region: localRegion,
  resources: [`arn:aws:events:${localRegion}:${localAccount}:rule/${rule}`],
  detail: {},
});

const run = async (one: ScheduledRun, { clients, invoke }: ScheduleRunnerProps): Promise<void> => {
  const { rule, targetArn, input = JSON.stringify(scheduledEvent(rule)) } = one;
  const [, , service, , , ...name] = targetArn.split(':');
  if (service === 'lambda') {
    await invoke(name.at(-1) ?? '', JSON.parse(input));
    return;
  }
  const QueueUrl = await queueUrlOf(targetArn, clients);
  await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: input }));
};

/**
 * Does what EventBridge does on AWS for rules with a rate: the first run comes when the first interval is over. By the real time,
 * and for people who try things out: tests invoke what they wait for.
 */
export const startScheduleRunner = (props: ScheduleRunnerProps): ScheduleRunner => {
  const atWork = new Set<Promise<void>>();
  const begin = (one: ScheduledRun) => {
    const running = run(one, props)
      .catch((error: Error) => props.log(`${one.rule}: ${error.message}`))
      .finally(() => atWork.delete(running));
    atWork.add(running);
  };
  const timers = props.schedules.map((one) => setInterval(() => begin(one), one.seconds * 1000));
  return {
    stop: async () => {
      for (const timer of timers) clearInterval(timer);
      await Promise.all(atWork);
    },
  };
};
