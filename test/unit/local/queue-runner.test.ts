import {
  DeleteMessageBatchCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type QueueRunner, startQueueRunner } from '../../../infra/local/queue-runner.ts';

const endpoint = 'http://127.0.0.1:5000';
const queueUrl = `${endpoint}/123456789012/work`;
const sqs = mockClient(SQSClient);
const mapping = {
  queueArn: 'arn:aws:sqs:eu-west-1:123456789012:work',
  functionName: 'revoke',
  batchSize: 5,
  maxConcurrency: 2,
  partialFailures: true,
};

let runner: QueueRunner;
let lines: string[];

beforeEach(() => {
  sqs.reset();
  lines = [];
  const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/work';
  sqs.on(GetQueueUrlCommand).resolves({ QueueUrl });
  sqs.on(DeleteMessageBatchCommand).resolves({});
});
afterEach(() => runner.stop());

const message = (id: string) => ({
  MessageId: id,
  ReceiptHandle: `handle-${id}`,
  Body: '{}',
  Attributes: {},
});
/** Those batches, and nothing after them. A poll that finds nothing takes a moment, as long polling does. */
const arriving = (...batches: string[][]) =>
  sqs.on(ReceiveMessageCommand).callsFake(async () => {
    const batch = batches.shift();
    if (!batch) await new Promise((resolve) => setTimeout(resolve, 10));
    return { Messages: (batch ?? []).map(message) };
  });

const run = async (invoke: (event: SQSEvent) => Promise<unknown>, change = {}): Promise<void> => {
  runner = await startQueueRunner({
    mapping: { ...mapping, ...change },
    sqs: new SQSClient({}),
    endpoint,
    invoke: (_, event) => invoke(event as SQSEvent),
    log: (line) => lines.push(line),
  });
};

const deleted = () =>
  sqs
    .commandCalls(DeleteMessageBatchCommand)
    .flatMap(({ args }) => args[0].input.Entries?.map(({ ReceiptHandle }) => ReceiptHandle));

it('hands a batch over and deletes it', async () => {
  arriving(['a', 'b']);
  const seen: string[] = [];
  await run(async ({ Records }) => void seen.push(...Records.map(({ messageId }) => messageId)));
  await vi.waitFor(() => expect(deleted()).toEqual(['handle-a', 'handle-b']));
  expect(seen).toEqual(['a', 'b']);
  const [received] = sqs.commandCalls(ReceiveMessageCommand);
  expect(received?.args[0].input).toMatchObject({ QueueUrl: queueUrl, MaxNumberOfMessages: 5 });
});

it('leaves in the queue what the function could not do', async () => {
  arriving(['a', 'b', 'c']);
  await run(async () => ({ batchItemFailures: [{ itemIdentifier: 'b' }] }));
  await vi.waitFor(() => expect(deleted()).toEqual(['handle-a', 'handle-c']));
});

it('asks nothing of a function whose mapping does not report failures', async () => {
  arriving(['a', 'b']);
  await run(async () => ({ batchItemFailures: [{ itemIdentifier: 'b' }] }), { partialFailures: false });
  await vi.waitFor(() => expect(deleted()).toEqual(['handle-a', 'handle-b']));
});

it('leaves the whole batch where the function throws, and goes on with the next', async () => {
  arriving(['a', 'b'], ['c']);
  await run(async ({ Records }) => {
    if (Records.length === 2) throw new Error('out of memory');
  });
  await vi.waitFor(() => expect(deleted()).toEqual(['handle-c']));
  expect(lines).toEqual(['revoke failed: out of memory']);
});

it('has as many batches in work as the mapping allows, and finishes them when it stops', async () => {
  arriving(['a'], ['b'], ['c'], ['d']);
  let now = 0;
  let most = 0;
  await run(async () => {
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setTimeout(resolve, 30));
    now -= 1;
  });
  await vi.waitFor(() => expect(deleted()).toHaveLength(2));
  await runner.stop();
  expect(now).toBe(0);
  expect(most).toBe(2);
});

it('survives an error of the queue itself', async () => {
  sqs
    .on(ReceiveMessageCommand)
    .rejectsOnce(new Error('connection refused'))
    .resolvesOnce({ Messages: [message('a')] })
    .callsFake(() => new Promise((resolve) => setTimeout(resolve, 10, {})));
  await run(async () => undefined);
  await vi.waitFor(() => expect(deleted()).toEqual(['handle-a']), 3000);
  expect(lines).toEqual([`${mapping.queueArn}: connection refused`]);
});
