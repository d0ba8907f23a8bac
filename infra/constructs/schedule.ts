import { Duration } from 'aws-cdk-lib';
import { type IRuleTarget, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import type { ServiceFunction } from './service-function.ts';
import type { WorkQueue } from './work-queue.ts';

export interface ScheduleProps {
  /** Of the rule. */
  readonly name: string;
  readonly every: Duration;
  readonly undelivered: DeadLetterQueue;
  /** A function, or the queue before it. */
  readonly to: ServiceFunction | WorkQueue;
  /** What it is told instead of the time. */
  readonly input?: Readonly<Record<string, unknown>>;
}

/** A run that comes hours late would only stand beside the next one. */
const lateness = { maxEventAge: Duration.hours(1), retryAttempts: 2 };

const targetOf = ({ to, undelivered, input }: ScheduleProps): IRuleTarget => {
  const more = { ...lateness, deadLetterQueue: undelivered.queue };
  const told = input && RuleTargetInput.fromObject(input);
  return 'lambda' in to
    ? new LambdaFunction(to.lambda, { ...more, ...(told && { event: told }) })
    : new SqsQueue(to.queue, { ...more, ...(told && { message: told }) });
};

/** On the default bus: schedules exist nowhere else. */
export class ScheduledRun extends Construct {
  constructor(scope: Construct, id: string, props: ScheduleProps) {
    super(scope, id);
    const { name: ruleName, every } = props;
    new Rule(this, 'Rule', { ruleName, schedule: Schedule.rate(every), targets: [targetOf(props)] });
  }
}
