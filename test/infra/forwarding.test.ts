import { App, Stack, Validations } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import type { EventSource } from '../../functions/sources/event-source.ts';
import { addForwarding } from '../../infra/forwarding-stack.ts';
import { parseStageConfig } from '../../infra/stage-config.ts';
import { madeUpSource } from './made-up-source.ts';
import { newOutdir, render } from './synth.ts';

const iam = madeUpSource({ name: 'iam', global: true });
const health = madeUpSource({
  name: 'health',
  global: true,
  pattern: { source: ['aws.health', 'cutoff.health'] },
});
const regional = madeUpSource({ name: 'guardduty' });

/** The app with a stack at home and whatever forwards to it. */
const forwarded = (settings: unknown, sources: readonly EventSource[] = [iam, regional, health]) => {
  const app = new App({ outdir: newOutdir() });
  const home = new Stack(app, 'Cutoff');
  new EventBus(home, 'Bus');
  addForwarding(app, home, { config: parseStageConfig(settings), sources });
  const stacks = app.node.children.filter(
    (child): child is Stack => child instanceof Stack && child !== home,
  );
  return { app, home, stacks };
};
const namesOf = (settings: unknown, sources?: readonly EventSource[]) =>
  forwarded(settings, sources).stacks.map(({ stackName, region }) => `${stackName} in ${region}`);
const warnings = (home: Stack) => Annotations.fromStack(home).findWarning('*', Match.anyValue());

const inIreland = { homeRegion: 'eu-west-1', alertEmail: 'security@example.com' };

describe('forwarding', () => {
  it('fetches global events from us-east-1 to a home elsewhere', () => {
    expect(namesOf(inIreland)).toEqual(['Cutoff-Forwarding-us-east-1 in us-east-1']);
  });

  it('fetches them from each region that is named, once, and never from home', () => {
    const forwardFrom = ['us-east-1', 'us-west-2', 'us-east-1', 'eu-west-1'];
    expect(namesOf({ ...inIreland, forwardFrom })).toEqual([
      'Cutoff-Forwarding-us-east-1 in us-east-1',
      'Cutoff-Forwarding-us-west-2 in us-west-2',
    ]);
    expect(namesOf({ ...inIreland, forwardFrom: [] })).toEqual([]);
    expect(namesOf({ homeRegion: 'us-east-1' })).toEqual([]);
  });

  it('is not needed, and not spoken of, where no source is global', () => {
    const { home, stacks } = forwarded({}, [regional]);
    expect(stacks).toEqual([]);
    expect(warnings(home)).toEqual([]);
  });

  it('cannot be where nobody says which region is home: then the synthesis warns', () => {
    const { home, stacks } = forwarded({});
    expect(stacks).toEqual([]);
    expect(warnings(home).map(({ entry }) => entry.data)).toEqual([
      expect.stringMatching(/^homeRegion is not set, so events .* are not forwarded/),
    ]);
    expect(warnings(forwarded({ homeRegion: 'us-east-1' }).home)).toEqual([]);
  });
});

describe('a forwarding stack', () => {
  const { app, home, stacks } = forwarded({ ...inIreland, identityBusName: 'people' });
  const [stack] = stacks;
  if (!stack) throw new Error('there is none');
  const template = Template.fromStack(stack);
  const rules = Object.values(template.findResources('AWS::Events::Rule')).map(
    ({ Properties }) => Properties,
  );
  const bus = 'arn:AWS::Partition:events:eu-west-1:AWS::AccountId:event-bus/people';
  const deadLetters = Object.keys(template.findResources('AWS::SQS::Queue'));

  it('hands on what AWS says and nothing that anybody else could put there, of the sources of the default bus', () => {
    expect(rules.map(({ Name, EventPattern }) => [Name, EventPattern])).toEqual([
      ['cutoff-iam', { ...iam.pattern, source: ['aws.iam'] }],
      ['cutoff-guardduty', { ...regional.pattern, source: ['aws.iam'] }],
      ['cutoff-health', { source: ['aws.health'] }],
    ]);
    // No bus is named: it is the default one.
    expect(rules.filter(({ EventBusName }) => EventBusName !== undefined)).toEqual([]);
  });

  it('hands it to the identity bus at home, and keeps what that does not take', () => {
    for (const { Targets } of rules) {
      expect(Targets).toHaveLength(1);
      expect(render(Targets[0].Arn)).toBe(bus);
      expect(Targets[0].DeadLetterConfig).toEqual({ Arn: { 'Fn::GetAtt': [deadLetters[0], 'Arn'] } });
    }
    expect(deadLetters).toHaveLength(1);
  });

  it('lets its rules do this, and nothing else', () => {
    const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement as { Action: unknown; Resource: unknown }[],
    );
    expect(statements).toHaveLength(rules.length);
    for (const { Action, Resource } of statements) {
      expect([Action, render(Resource)]).toEqual(['events:PutEvents', bus]);
    }
  });

  it('tells somebody of what was not delivered', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [deadLetters[0], 'QueueName'] } }],
      AlarmActions: [{ Ref: Match.stringLikeRegexp('^AlarmsTopic') }],
    });
    template.hasResourceProperties('AWS::SNS::Subscription', { Endpoint: 'security@example.com' });
    expect(Object.keys(template.findOutputs('*')).sort()).toEqual(['AlertsTopic', 'UndeliveredEvents']);
  });

  it('comes after the stack with the bus, and has no finding of cdk-nag', () => {
    expect(stack.dependencies).toEqual([home]);
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).not.toThrow();
  });
});
