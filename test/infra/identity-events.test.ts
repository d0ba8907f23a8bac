import { describe, expect, it } from 'vitest';
import { sources } from '../../functions/sources/index.ts';
import { type Resource, render, synthesise } from './synth.ts';

const partnerBus = 'aws.partner/okta.com/example/1';
const stack = synthesise({ identityBusName: 'people' });
const partner = synthesise({ sources: { okta: { bus: partnerBus } } });
const ruleNamed = (from: typeof stack, name: string) => {
  const [rule, ...others] = from.of('AWS::Events::Rule').filter(({ Properties }) => Properties.Name === name);
  if (!rule || others.length > 0) throw new Error(`${others.length + 1} rules ${name}`);
  return rule;
};
const targetsOf = ({ Properties }: Resource) => Properties.Targets as Record<string, unknown>[];

describe.each(sources)('source $name', ({ name, pattern }) => {
  it('has one rule, whose pattern is its own', () => {
    expect(ruleNamed(stack, `cutoff-${name}`).Properties.EventPattern).toEqual(pattern);
  });

  it('has its events queued, and kept where even that fails', () => {
    const [target, ...others] = targetsOf(ruleNamed(stack, `cutoff-${name}`));
    expect(others).toEqual([]);
    expect(render(target?.Arn)).toBe('QueuesIdentityEventsQueue');
    const undelivered = stack.one('AWS::SQS::Queue', 'QueuesUndeliveredQueue');
    expect(target).toMatchObject({
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': [undelivered.id, 'Arn'] } },
      RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
    });
  });
});

describe('buses', () => {
  const bus = stack.one('AWS::Events::EventBus', 'IdentityBus');

  it('listens on the identity bus, where replays come in, and on the one configured for the source', () => {
    expect(ruleNamed(stack, 'cutoff-okta').Properties.EventBusName).toBe('people');
    const rules = partner
      .of('AWS::Events::Rule')
      .filter(({ Properties }) => Properties.Name === 'cutoff-okta');
    expect(rules.map(({ Properties }) => Properties.EventBusName)).toEqual(['cutoff-identity', partnerBus]);
    const [own, partners] = rules.map(({ Properties }) => [Properties.EventPattern, Properties.Targets]);
    expect(partners).toEqual(own);
  });

  it('makes the identity bus, and makes it first', () => {
    expect(bus.Properties.Name).toBe('people');
    expect(ruleNamed(stack, 'cutoff-okta').DependsOn).toContain(bus.id);
  });
});

describe('sweep', () => {
  it('runs on a schedule, on the default bus', () => {
    const rule = ruleNamed(synthesise({ sweepMinutes: 45 }), 'cutoff-sweep');
    expect(rule.Properties).toMatchObject({ ScheduleExpression: 'rate(45 minutes)', State: 'ENABLED' });
    expect(rule.Properties.EventBusName).toBeUndefined();
    const [target] = targetsOf(rule);
    expect(render(target?.Arn)).toBe('FunctionsSweepFunction');
  });
});

describe('who may invoke functions', () => {
  it('is the schedule alone, and nothing the operator', () => {
    const permissions = stack.of('AWS::Lambda::Permission').map(({ Properties }) => Properties);
    const invoked = permissions.map(({ FunctionName }) => render(FunctionName));
    expect(invoked).toEqual(['FunctionsSweepFunction']);
    expect(permissions[0]).toMatchObject({ Principal: 'events.amazonaws.com', SourceArn: expect.anything() });
  });
});
