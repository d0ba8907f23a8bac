import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type ScheduleRunner, startScheduleRunner } from '../../../infra/local/schedule-runner.ts';
import type { ScheduledRun } from '../../../infra/local/schedules.ts';

const endpoint = 'http://127.0.0.1:5000';
const sqs = new SQSClient({});
const aws = mockClient(sqs);
const lambda = (name: string) => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;
const every = (seconds: number, targetArn: string, more: Partial<ScheduledRun> = {}): ScheduledRun => ({
  ...{ rule: 'one', seconds, targetArn },
  ...more,
});

let runner: ScheduleRunner;
let invoked: [string, unknown][];
let lines: string[];
let answer: () => Promise<unknown>;

const start = (...schedules: ScheduledRun[]) => {
  const invoke = (name: string, event: unknown) => {
    invoked.push([name, event]);
    return answer();
  };
  runner = startScheduleRunner({
    schedules,
    clients: { sqs, endpoint },
    invoke,
    log: (line) => lines.push(line),
  });
};

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 2, 2, 9) });
  aws.reset();
  invoked = [];
  lines = [];
  answer = async () => undefined;
});
afterEach(async () => {
  await runner.stop();
  vi.useRealTimers();
});

it('runs each when its interval is over, and again', async () => {
  start(every(60, lambda('expire')), every(300, lambda('issue')));
  await vi.advanceTimersByTimeAsync(59_999);
  expect(invoked).toEqual([]);
  await vi.advanceTimersByTimeAsync(240_001);
  expect(invoked.map(([name]) => name).sort()).toEqual([...Array(5).fill('expire'), 'issue']);
});

it('tells a function its constant input, or what EventBridge would', async () => {
  start(every(60, lambda('issue'), { input: '{"reconcile":true}' }), every(60, lambda('upkeep')));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(invoked[0]).toEqual(['issue', { reconcile: true }]);
  expect(invoked[1]).toEqual([
    'upkeep',
    {
      version: '0',
      id: expect.any(String),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '123456789012',
      time: '2026-03-02T09:01:00.000Z',
      region: 'eu-west-1',
      resources: ['arn:aws:events:eu-west-1:123456789012:rule/one'],
      detail: {},
    },
  ]);
});

it('puts what is for a queue into that queue, at the local AWS', async () => {
  aws.on(GetQueueUrlCommand).callsFake(({ QueueName }) => ({
    QueueUrl: `https://sqs.eu-west-1.amazonaws.com/123456789012/${QueueName}`,
  }));
  aws.on(SendMessageCommand).resolves({});
  start(every(60, 'arn:aws:sqs:eu-west-1:123456789012:sweeps', { input: '{"account":"123456789012"}' }));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(aws.commandCalls(SendMessageCommand).map(({ args }) => args[0].input)).toEqual([
    { QueueUrl: `${endpoint}/123456789012/sweeps`, MessageBody: '{"account":"123456789012"}' },
  ]);
  expect(invoked).toEqual([]);
});

it('says what failed, and has its next run all the same', async () => {
  answer = () => Promise.reject(new Error('out of memory'));
  start(every(60, lambda('expire')));
  await vi.advanceTimersByTimeAsync(120_000);
  expect(lines).toEqual(['one: out of memory', 'one: out of memory']);
});

it('stops when what it began is done, and begins nothing more', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  answer = () => promise;
  start(every(60, lambda('expire')));
  await vi.advanceTimersByTimeAsync(60_000);
  let stopped = false;
  const stopping = runner.stop().then(() => {
    stopped = true;
  });
  await vi.advanceTimersByTimeAsync(300_000);
  expect([invoked.length, stopped]).toEqual([1, false]);
  resolve();
  await stopping;
});
