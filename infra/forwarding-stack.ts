import { Annotations, type App, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { EventBus as EventBusTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import type { EventSource } from '../functions/sources/event-source.ts';
import { ruleNameOf } from '../functions/sources/rule-name.ts';
import { Alarms } from './constructs/alarms.ts';
import { DeadLetterQueue } from './constructs/dead-letter-queue.ts';
import { awsOnly, rulePatternOf } from './constructs/event-pattern.ts';
import type { StageConfig } from './stage-config.ts';

type Choices = Pick<
  StageConfig,
  'homeRegion' | 'forwardFrom' | 'identityBusName' | 'alertEmail' | 'identityCenter'
>;

export interface ForwardingStackProps extends StackProps {
  readonly homeRegion: string;
  readonly config: Choices;
  readonly sources: readonly EventSource[];
}

/**
 * Hands on what arrives in another region only ("Sending and receiving events between AWS Regions in Amazon
 * EventBridge"). An event keeps its `source` on the way, so the rules of the identity bus match it; from there it goes
 * to a queue, since a third bus would not get it. EventBridge tries for 24 hours. The bus takes it for the role's sake:
 * within one account that needs no resource policy. Assumption, as AWS's examples within one account have none.
 */
export class ForwardingStack extends Stack {
  constructor(scope: Construct, id: string, { homeRegion, config, sources, ...props }: ForwardingStackProps) {
    super(scope, id, props);
    const address = { service: 'events', resource: 'event-bus', resourceName: config.identityBusName };
    const identityBus = EventBus.fromEventBusArn(
      this,
      'IdentityBus',
      this.formatArn({ ...address, region: homeRegion }),
    );
    const undelivered = new DeadLetterQueue(this, 'Undelivered');
    for (const source of sources) {
      new Rule(this, `Rule-${source.name}`, {
        ruleName: ruleNameOf(source),
        eventPattern: rulePatternOf(awsOnly(source.pattern)),
        targets: [new EventBusTarget(identityBus, { deadLetterQueue: undelivered.queue })],
      });
    }
    const alarms = new Alarms(this, 'Alarms', { email: config.alertEmail });
    alarms.onDeadLetters('Undelivered', undelivered);
    new CfnOutput(this, 'UndeliveredEvents', { value: undelivered.queue.queueUrl });
    new CfnOutput(this, 'AlertsTopic', { value: alarms.topic.topicArn });
  }
}

const noHome =
  'homeRegion is not set, so events that arrive in us-east-1 only (IAM, STS, AWS Health) are not forwarded: ' +
  'set it, unless this is deployed to us-east-1';

/**
 * A stack for each region that events must be fetched from. Which region is home must be said for it: a template that
 * goes to any region cannot name the bus.
 */
export const addForwarding = (
  app: App,
  home: Stack,
  { config, sources }: Pick<ForwardingStackProps, 'config' | 'sources'>,
): void => {
  const { homeRegion, forwardFrom, identityCenter } = config;
  const forwarded = sources.filter(({ bus }) => bus === 'default');
  if (forwarded.length === 0) return;
  if (homeRegion === undefined) {
    const deaf = sources.some((source) => source.global) || identityCenter?.region !== undefined;
    if (deaf) Annotations.of(home).addWarningV2('cutoff:homeRegion', noHome);
    return;
  }
  // Identity Center writes where it lives; findings on access keys, which are everywhere, are made in every region.
  const regions = new Set([...forwardFrom, ...(identityCenter?.region ? [identityCenter.region] : [])]);
  for (const region of regions) {
    if (region === homeRegion) continue;
    const forwarding = new ForwardingStack(app, `${home.stackName}-Forwarding-${region}`, {
      env: { region },
      description: `Cutoff: hands identity events of ${region} on to ${homeRegion}`,
      ...{ homeRegion, config, sources: forwarded },
    });
    forwarding.addStackDependency(home); // the bus must be there
  }
};
