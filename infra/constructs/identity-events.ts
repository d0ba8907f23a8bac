import { Duration } from 'aws-cdk-lib';
import {
  type EventPattern as CdkEventPattern,
  EventBus,
  type IEventBus,
  Match,
  Rule,
} from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { EventPattern, EventSource } from '../../functions/sources/event-source.ts';
import { ruleNameOf } from '../../functions/sources/rule-name.ts';
import { allow } from './allow.ts';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import type { WorkQueue } from './work-queue.ts';

export interface Delivery {
  readonly to: WorkQueue;
  readonly undelivered: DeadLetterQueue;
  /** The identity bus, which also takes replays by hand, or a partner's own. */
  readonly busName: string;
}

/** EventBridge's own limits, written out: after them an event without a dead-letter queue is gone. */
const patience = { maxEventAge: Duration.hours(24), retryAttempts: 185 };

const ruleFor = ({ source, detail, ...rest }: EventPattern): CdkEventPattern => ({
  source: Match.anyOf(...source.map((one) => (typeof one === 'string' ? one : Match.prefix(one.prefix)))),
  ...(rest['detail-type'] && { detailType: [...rest['detail-type']] }),
  ...(detail && { detail }),
});

/** Where identity events come in and outcome events go out. */
export class IdentityEvents extends Construct {
  readonly busName: string;
  readonly #bus: EventBus;

  constructor(scope: Construct, id: string, props: { busName: string }) {
    super(scope, id);
    this.busName = props.busName;
    this.#bus = new EventBus(this, 'Bus', { eventBusName: props.busName });
  }

  /** The rule is the source module's own pattern, so that what is delivered is what its parser expects. */
  deliver(source: EventSource, { to, undelivered, busName }: Delivery): void {
    const own = busName === this.busName;
    const id = own ? source.name : `${source.name}-partner`;
    const rule = new Rule(this, `Rule-${id}`, {
      ruleName: ruleNameOf(source),
      eventBus: this.#named(id, busName),
      eventPattern: ruleFor(source.pattern),
      targets: [new SqsQueue(to.queue, { deadLetterQueue: undelivered.queue, ...patience })],
    });
    rule.node.addDependency(this.#bus);
  }

  grantPublish(grantee: IGrantable): void {
    allow(grantee, { actions: ['events:PutEvents'], resources: [this.#bus.eventBusArn] });
  }

  /** By its literal name: a partner's bus is not ours, and local AWS cannot resolve a `Ref` to a bus in a rule. */
  #named(id: string, busName: string): IEventBus {
    return EventBus.fromEventBusName(this, `Bus-${id}`, busName);
  }
}
