import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import type { EventSource } from '../../functions/sources/event-source.ts';
import { sources } from '../../functions/sources/index.ts';
import { IdentityEvents } from '../../infra/constructs/identity-events.ts';
import { WorkQueues } from '../../infra/constructs/work-queues.ts';
import { madeUpSource } from './made-up-source.ts';
import { type Resource, render, synthesise } from './synth.ts';

const stack = synthesise({ identityBusName: 'people' });
const rules = (from: typeof stack, name: string) =>
  from.of('AWS::Events::Rule').filter(({ Properties }) => Properties.Name === name);
const targetsOf = ({ Properties }: Resource) => Properties.Targets as Record<string, unknown>[];
const busOf = ({ Properties }: Resource) => Properties.EventBusName;
const patternOf = ({ Properties }: Resource) => Properties.EventPattern as Record<string, unknown>;

describe.each(sources)('source $name', ({ name, pattern, bus }) => {
  // The schedule of the sweep has the name of its source, on another bus.
  const [own, ...others] = rules(stack, `cutoff-${name}`).filter((rule) => patternOf(rule) !== undefined);

  it('has a rule on the identity bus, whose pattern is its own', () => {
    expect(own && busOf(own)).toBe('people');
    expect(own && patternOf(own)).toEqual(pattern);
  });

  it('has another one on the default bus if AWS writes there, for nothing but what AWS writes', () => {
    expect(others.map(busOf)).toEqual(bus === 'default' ? ['default'] : []);
    for (const rule of others) {
      const fromAws = pattern.source.filter((one) => !JSON.stringify(one).includes('cutoff.'));
      expect(patternOf(rule)).toEqual({ ...pattern, source: fromAws });
      expect(fromAws).not.toEqual([]);
    }
  });

  it('has its events queued, and kept where even that fails', () => {
    const undelivered = stack.one('AWS::SQS::Queue', 'QueuesUndeliveredQueue');
    for (const rule of own ? [own, ...others] : []) {
      const [target, ...more] = targetsOf(rule);
      expect(more).toEqual([]);
      expect(render(target?.Arn)).toBe('QueuesIdentityEventsQueue');
      expect(target).toMatchObject({
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [undelivered.id, 'Arn'] } },
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
      });
    }
  });

  it('may be replayed by hand', () => {
    expect(pattern.source).toContain(`cutoff.${name}`);
  });
});

describe('the rules of a made-up source', () => {
  const rulesFor = (source: EventSource, partnerBus?: string) => {
    const made = new Stack(new App(), 'Made');
    const { identityEvents: to, undelivered } = new WorkQueues(made, 'Queues');
    new IdentityEvents(made, 'Identity', { busName: 'people' }).listen(source, {
      to,
      undelivered,
      partnerBus,
    });
    const found = Object.values(Template.fromStack(made).findResources('AWS::Events::Rule'));
    return found.map(({ Properties }) => [Properties.EventBusName, Properties.EventPattern]);
  };
  const { pattern } = madeUpSource();

  it('of AWS stand on the identity bus and on the default bus, where nobody can pretend to be AWS', () => {
    expect(rulesFor(madeUpSource())).toEqual([
      ['people', pattern],
      ['default', { ...pattern, source: ['aws.iam'] }],
    ]);
  });

  it('of a partner stand on its bus too, where the settings name one', () => {
    const partner = madeUpSource({ bus: 'partner' });
    expect(rulesFor(partner)).toEqual([['people', pattern]]);
    expect(rulesFor(partner, 'aws.partner/x')).toEqual([
      ['people', pattern],
      ['aws.partner/x', pattern],
    ]);
  });

  it('of a channel stand on the identity bus alone, with or without a detail type', () => {
    const open = { source: [{ prefix: 'aws.partner/x/' }, 'cutoff.made-up'] };
    expect(rulesFor(madeUpSource({ bus: 'identity', pattern: open }))).toEqual([['people', open]]);
  });

  it('keep a prefix on the default bus', () => {
    const prefixed = madeUpSource({ pattern: { source: [{ prefix: 'aws.' }, 'cutoff.made-up'] } });
    expect(rulesFor(prefixed)[1]).toEqual(['default', { source: [{ prefix: 'aws.' }] }]);
  });
});

describe('buses', () => {
  const bus = stack.one('AWS::Events::EventBus', 'IdentityBus');

  it('listens on the one that is configured for a partner’s source as well', () => {
    const partnerBus = 'aws.partner/okta.com/example/1';
    const partner = rules(synthesise({ sources: { okta: { bus: partnerBus } } }), 'cutoff-okta');
    expect(partner.map(busOf)).toEqual(['cutoff-identity', partnerBus]);
    const [own, partners] = partner.map(({ Properties }) => [Properties.EventPattern, Properties.Targets]);
    expect(partners).toEqual(own);
  });

  it('makes the identity bus, and makes it first', () => {
    expect(bus.Properties.Name).toBe('people');
    expect(rules(stack, 'cutoff-okta')[0]?.DependsOn).toContain(bus.id);
  });
});

describe('upkeep', () => {
  it('runs on a schedule, on the default bus', () => {
    const [rule, ...others] = rules(synthesise({ upkeepMinutes: 45 }), 'cutoff-upkeep');
    if (!rule || others.length > 0) throw new Error('there must be one rule');
    expect(rule.Properties).toMatchObject({ ScheduleExpression: 'rate(45 minutes)', State: 'ENABLED' });
    expect(busOf(rule)).toBeUndefined();
    const [target] = targetsOf(rule);
    expect(render(target?.Arn)).toBe('FunctionsUpkeepFunction');
  });
});

describe('who may invoke functions', () => {
  it('is the schedule alone, and nothing the operator', () => {
    const permissions = stack.of('AWS::Lambda::Permission').map(({ Properties }) => Properties);
    const invoked = permissions.map(({ FunctionName }) => render(FunctionName));
    expect(invoked).toEqual(['FunctionsUpkeepFunction', 'FunctionsExpireFunction']);
    for (const permission of permissions) {
      expect(permission).toMatchObject({ Principal: 'events.amazonaws.com', SourceArn: expect.anything() });
    }
  });
});
