import { Aws } from 'aws-cdk-lib';
import { EventBus, type IRuleTarget, Rule } from 'aws-cdk-lib/aws-events';
import { type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { EventSource } from '../../functions/sources/event-source.ts';
import { ruleNameOf } from '../../functions/sources/rule-name.ts';
import { allow } from './allow.ts';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import { awsOnly, rulePatternOf } from './event-pattern.ts';
import type { WorkQueue } from './work-queue.ts';

export interface Delivery {
  readonly to: WorkQueue;
  readonly undelivered: DeadLetterQueue;
  /** The bus that a partner's events come in on, where the settings name one. */
  readonly partnerBus?: string | undefined;
}

interface OnBus extends Omit<Delivery, 'partnerBus'> {
  readonly id: string;
  readonly busName: string;
}

/** EventBridge's own limits, written out: after them an event without a dead-letter queue is gone. */
const retryPolicy = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 };

/**
 * CDK's `SqsQueue` adds a statement to both queues' policies for each rule, and a policy has 20 at most ("Amazon SQS
 * policy quotas"): with all sources the stack could not be deployed. `acceptFromRules` is one for all.
 */
const queueTarget = (queue: IQueue, undelivered: IQueue): IRuleTarget => ({
  bind: () => ({ arn: queue.queueArn, deadLetterConfig: { arn: undelivered.queueArn }, retryPolicy }),
});

/** Lets the rules of this deployment put events into a queue, whichever bus they are on. */
const acceptFromRules = (queue: Queue): void => {
  queue.addToResourcePolicy(
    new PolicyStatement({
      actions: ['sqs:SendMessage'],
      principals: [new ServicePrincipal('events.amazonaws.com')],
      resources: [queue.queueArn],
      conditions: {
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ArnLike: {
          'aws:SourceArn': `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:rule/*${ruleNameOf({ name: '*' })}`,
        },
      },
    }),
  );
};

/** Where identity events come in and outcome events go out. */
export class IdentityEvents extends Construct {
  readonly busName: string;
  readonly #bus: EventBus;

  constructor(scope: Construct, id: string, props: { busName: string }) {
    super(scope, id);
    this.busName = props.busName;
    this.#bus = new EventBus(this, 'Bus', { eventBusName: props.busName });
  }

  /** Once for the queues of all rules. */
  feed(to: WorkQueue, undelivered: DeadLetterQueue): void {
    for (const queue of [to.queue, undelivered.queue]) acceptFromRules(queue);
  }

  /** A rule on each bus that the source's events come in on. The identity bus is one of them: for replays by hand. */
  listen(source: EventSource, { partnerBus, ...delivery }: Delivery): void {
    this.#deliver(source, { ...delivery, id: source.name, busName: this.busName });
    if (source.bus === 'default') {
      const fromAws = { ...source, pattern: awsOnly(source.pattern) };
      this.#deliver(fromAws, { ...delivery, id: `${source.name}-default`, busName: 'default' });
    }
    if (partnerBus !== undefined) {
      this.#deliver(source, { ...delivery, id: `${source.name}-partner`, busName: partnerBus });
    }
  }

  grantPublish(grantee: IGrantable): void {
    allow(grantee, { actions: ['events:PutEvents'], resources: [this.#bus.eventBusArn] });
  }

  /** By the literal name of the bus: others are not ours, and local AWS cannot resolve a `Ref` to a bus in a rule. */
  #deliver(source: EventSource, { id, busName, to, undelivered }: OnBus): void {
    const rule = new Rule(this, `Rule-${id}`, {
      ruleName: ruleNameOf(source),
      eventBus: EventBus.fromEventBusName(this, `Bus-${id}`, busName),
      eventPattern: rulePatternOf(source.pattern),
      targets: [queueTarget(to.queue, undelivered.queue)],
    });
    rule.node.addDependency(this.#bus);
  }
}
