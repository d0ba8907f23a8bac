import { Aws, Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import { metricsNamespace, type ServiceFunction } from './service-function.ts';
import type { WorkQueue } from './work-queue.ts';

const perMinute = { period: Duration.minutes(1) };

/** One topic that a human reads. Alarms carry names and numbers only, never a subject. */
export class Alarms extends Construct {
  readonly topic: Topic;
  readonly #notify: SnsAction;

  constructor(scope: Construct, id: string, props: { email: string | undefined }) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { enforceSSL: true });
    // `enforceSSL` replaces SNS's default policy, and with it the right of alarms to publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        actions: ['sns:Publish'],
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    if (props.email !== undefined) this.topic.addSubscription(new EmailSubscription(props.email));
    this.#notify = new SnsAction(this.topic);
  }

  onDeadLetters(name: string, { queue }: DeadLetterQueue): void {
    const metric = queue.metricApproximateNumberOfMessagesVisible({ ...perMinute, statistic: Stats.MAXIMUM });
    this.#alarm(`${name}DeadLetters`, metric, 'Work was given up: see the queue, then redrive it');
  }

  /** For a queue with workers: both what was put aside and what waits too long. */
  onQueue(name: string, work: WorkQueue): void {
    this.onDeadLetters(name, work.deadLetters);
    const metric = work.queue.metricApproximateAgeOfOldestMessage({ ...perMinute, statistic: Stats.MAXIMUM });
    const threshold = work.oldestMessage.toSeconds();
    this.#alarm(`${name}Waiting`, metric, 'Access that should have ended goes on', threshold);
  }

  /** For a function without a queue behind it: nothing else keeps what it failed at. */
  onErrors({ name, lambda }: ServiceFunction): void {
    const metric = lambda.metricErrors({ ...perMinute, statistic: Stats.SUM });
    this.#alarm(`${name}-errors`, metric, `The function ${name} fails`);
  }

  /** What a function itself counts, in the embedded metric format. */
  onCount({ name: service }: ServiceFunction, metricName: string, meaning: string): void {
    const dimensionsMap = { service };
    const namespace = metricsNamespace;
    const metric = new Metric({ namespace, metricName, dimensionsMap, statistic: Stats.SUM, ...perMinute });
    this.#alarm(`${service}-${metricName}`, metric, meaning);
  }

  #alarm(id: string, metric: IMetric, alarmDescription: string, threshold = 1): void {
    const alarm = new Alarm(this, id, {
      metric,
      alarmDescription,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(this.#notify);
  }
}
