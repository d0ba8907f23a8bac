import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { QueueMapping } from './deployed-functions.ts';
import { queueUrlOf } from './queue-address.ts';
import { failedMessages, sqsEventOf } from './sqs-event.ts';

export interface QueueRunner {
  /** Resolves when nothing is being worked on any more. */
  stop(): Promise<void>;
}

export interface QueueRunnerProps {
  readonly mapping: QueueMapping;
  readonly sqs: SQSClient;
  readonly endpoint: string;
  readonly invoke: (functionName: string, event: unknown) => Promise<unknown>;
  readonly log: (line: string) => void;
}

interface Run extends QueueRunnerProps {
  readonly queueUrl: string;
  readonly stopping: AbortSignal;
}

/** Long polling: one call a second while nothing comes, and no delay when something does. */
const waitSeconds = 1;
/** After an error of the local AWS itself. */
const restMs = 500;

const receive = async ({ sqs, queueUrl, mapping, stopping }: Run): Promise<Message[]> => {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: mapping.batchSize,
    WaitTimeSeconds: waitSeconds,
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  });
  const { Messages = [] } = await sqs.send(command, { abortSignal: stopping });
  return Messages;
};

/** A function that throws fails its whole batch. What fails stays hidden until its visibility timeout ends. */
const failures = async (messages: readonly Message[], run: Run): Promise<ReadonlySet<string>> => {
  const { mapping, invoke, log } = run;
  const ids = messages.map(({ MessageId }) => MessageId ?? '');
  try {
    const answer = await invoke(mapping.functionName, sqsEventOf(messages, mapping.queueArn));
    return mapping.partialFailures ? failedMessages(answer, ids) : new Set();
  } catch (error) {
    log(`${mapping.functionName} failed: ${error instanceof Error ? error.message : 'unknown'}`);
    return new Set(ids);
  }
};

const work = async (messages: readonly Message[], run: Run): Promise<void> => {
  const failed = await failures(messages, run);
  const done = messages.filter(({ MessageId = '' }) => !failed.has(MessageId));
  if (done.length === 0) return;
  const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  await run.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: run.queueUrl, Entries }));
};

/** One poller, which has as many batches in work at a time as the mapping allows. */
const poll = async (run: Run): Promise<void> => {
  const inWork = new Set<Promise<void>>();
  const rest = (error: Error) => {
    if (run.stopping.aborted) return undefined;
    run.log(`${run.mapping.queueArn}: ${error.message}`);
    return sleep(restMs);
  };
  while (!run.stopping.aborted) {
    const messages = (await receive(run).catch(rest)) ?? [];
    if (messages.length === 0) continue;
    const batch = work(messages, run)
      .catch(rest)
      .finally(() => inWork.delete(batch));
    inWork.add(batch);
    if (inWork.size >= run.mapping.maxConcurrency) await Promise.race(inWork);
  }
  await Promise.all(inWork);
};

/** Does for one queue what Lambda's event-source mapping does on AWS. */
export const startQueueRunner = async (props: QueueRunnerProps): Promise<QueueRunner> => {
  const stopping = new AbortController();
  const queueUrl = await queueUrlOf(props.mapping.queueArn, props);
  const polling = poll({ ...props, queueUrl, stopping: stopping.signal });
  return {
    stop: () => {
      stopping.abort();
      return polling;
    },
  };
};
