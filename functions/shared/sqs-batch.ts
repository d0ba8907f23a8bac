import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { z } from 'zod';
import { CutoffError, codeOf, InvalidInput, isRetryable } from '../domain/errors.ts';
import type { BackOff } from './queues.ts';
import type { Count } from './recorder.ts';

export interface BatchDeps {
  readonly backOff: BackOff;
  readonly count: Count;
  readonly log: { warn(message: string, details: Record<string, unknown>): void };
}

/** Seconds; SQS allows twelve hours, but a credential that stays alive wants a try every quarter of an hour. */
const longestWait = 900;

/**
 * What waiting cannot mend goes to the DLQ at once; the rest waits about twice as long after every try. Half of it is left
 * to chance, so that tasks which were throttled together do not come back together ("Exponential Backoff And Jitter", AWS
 * Architecture Blog: "equal jitter").
 */
export const waitSeconds = (error: unknown, receives: number, random: () => number = Math.random): number => {
  if (!isRetryable(error)) return 0;
  const most = Math.min(longestWait, 2 ** Math.min(receives, 10));
  return Math.ceil(most / 2 + (random() * most) / 2);
};

/** Our own sentences quote nothing; of anybody else's error only the name is safe to write down. */
const nameOf = (error: unknown) => (error instanceof Error ? error.name : typeof error);
const describe = (error: unknown) =>
  error instanceof CutoffError
    ? { error: error.message, ...(error.cause !== undefined && { cause: nameOf(error.cause) }) }
    : { error: nameOf(error) };

const postpone = async (record: SQSRecord, error: unknown, { backOff, count, log }: BatchDeps) => {
  const receives = Number(record.attributes.ApproximateReceiveCount);
  const seconds = waitSeconds(error, receives);
  const field = error instanceof InvalidInput ? { field: error.field } : {};
  log.warn('message goes back', {
    messageId: record.messageId,
    code: codeOf(error),
    ...describe(error),
    ...field,
    receives,
    seconds,
  });
  count('MessageReturned');
  // Best effort: without it the queue's own visibility timeout applies.
  await backOff.postpone(record.receiptHandle, record.eventSourceARN, seconds).catch(() => undefined);
};

/** Each record on its own: one that fails goes back to the queue, the others are done. */
export const processBatch = (
  event: SQSEvent,
  handle: (record: SQSRecord) => Promise<void>,
  deps: BatchDeps,
): Promise<SQSBatchResponse> => {
  const handleOne = async (record: SQSRecord) => {
    try {
      await handle(record);
    } catch (error) {
      await postpone(record, error, deps);
      throw error;
    }
  };
  const processor = new BatchProcessor(EventType.SQS);
  return processPartialResponse(event, handleOne, processor, { throwOnFullBatchFailure: false });
};

/** A queue message of ours, or `InvalidInput` that names what is wrong with it. */
export const parseMessage = <T extends z.ZodType>(body: string, schema: T): z.output<T> => {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new InvalidInput('body', 'is not JSON');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw InvalidInput.fromZod(parsed.error, 'body');
};
