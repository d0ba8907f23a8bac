import { Duration } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { allow } from './allow.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { ServiceFunction } from './service-function.ts';

export interface WorkQueueProps {
  /** Of the function that works it off. */
  readonly timeout: Duration;
  /** A message older than this means that access goes on which should have ended: it alarms. */
  readonly oldestMessage: Duration;
}

export interface Workers {
  readonly batchSize: number;
  readonly maxConcurrency: number;
}

/** Functions back off by themselves; only what failed again and again is put aside. */
const maxReceiveCount = 12;

/** "Set the queue's visibility timeout to at least six times the function's timeout" (Lambda developer guide). */
const visibilityFactor = 6;

/** Work that must not be lost. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: DeadLetterQueue;
  readonly oldestMessage: Duration;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    this.oldestMessage = props.oldestMessage;
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters');
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      visibilityTimeout: Duration.seconds(props.timeout.toSeconds() * visibilityFactor),
      deadLetterQueue: { queue: this.deadLetters.queue, maxReceiveCount },
    });
  }

  grantSend(grantee: IGrantable): void {
    allow(grantee, { actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] });
  }

  /** One failed message never takes the rest of its batch with it. */
  workedBy(worker: ServiceFunction, { batchSize, maxConcurrency }: Workers): void {
    worker.lambda.addEventSource(
      new SqsEventSource(this.queue, { batchSize, maxConcurrency, reportBatchItemFailures: true }),
    );
  }
}
