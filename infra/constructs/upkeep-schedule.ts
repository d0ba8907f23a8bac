import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import type { ServiceFunction } from './service-function.ts';

export interface UpkeepScheduleProps {
  readonly upkeep: ServiceFunction;
  readonly every: Duration;
  readonly undelivered: DeadLetterQueue;
}

/** On the default bus: schedules exist nowhere else. */
export class UpkeepSchedule extends Construct {
  constructor(scope: Construct, id: string, { upkeep, every, undelivered }: UpkeepScheduleProps) {
    super(scope, id);
    // A run that comes hours late would only stand beside the next one.
    const target = new LambdaFunction(upkeep.lambda, {
      deadLetterQueue: undelivered.queue,
      maxEventAge: Duration.hours(1),
      retryAttempts: 2,
    });
    new Rule(this, 'Rule', { ruleName: 'cutoff-upkeep', schedule: Schedule.rate(every), targets: [target] });
  }
}
