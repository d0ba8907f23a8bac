import { Duration } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { timeouts } from '../timeouts.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { WorkQueue } from './work-queue.ts';

/** Between every rule and its function, and between the steps. */
export class WorkQueues extends Construct {
  /** Access goes on for as long as a message waits here, so two minutes are too long. */
  readonly identityEvents = new WorkQueue(this, 'IdentityEvents', {
    timeout: timeouts.ingest,
    oldestMessage: Duration.minutes(2),
  });
  readonly revocations = new WorkQueue(this, 'Revocations', {
    timeout: timeouts.revoke,
    oldestMessage: Duration.minutes(15),
  });
  /** Its own queue: API Gateway's control plane takes 10 requests a second, and IAM must not wait for it. */
  readonly apiGateway = new WorkQueue(this, 'RevocationsApiGateway', {
    timeout: timeouts.revoke,
    oldestMessage: Duration.minutes(15),
  });
  /** Looks are delayed by up to 15 minutes on purpose. */
  readonly verifications = new WorkQueue(this, 'Verifications', {
    timeout: timeouts.verify,
    oldestMessage: Duration.minutes(30),
  });
  /** A run of a sweep each, in one place: nobody's access waits for it. */
  readonly sweeps = new WorkQueue(this, 'Sweeps', {
    timeout: timeouts.sweep,
    oldestMessage: Duration.hours(2),
  });
  /** What EventBridge could not hand over. */
  readonly undelivered = new DeadLetterQueue(this, 'Undelivered');

  /** Tasks are sorted into the two queues by their kind. */
  grantSendTasks(grantee: IGrantable): void {
    this.revocations.grantSend(grantee);
    this.apiGateway.grantSend(grantee);
  }
}
