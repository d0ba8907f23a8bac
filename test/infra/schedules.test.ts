import { describe, expect, it } from 'vitest';
import { type Resource, render, synthesise } from './synth.ts';

const issue = { apiKeys: { usagePlans: ['gold'] } };
const stack = synthesise({ upkeepMinutes: 45, sweepMinutes: 720, issue });

const schedulesIn = (from: typeof stack) =>
  from.of('AWS::Events::Rule').filter(({ Properties }) => Properties.ScheduleExpression);
const schedule = (name: string): Resource => {
  const [found, ...others] = schedulesIn(stack).filter(({ Properties }) => Properties.Name === name);
  if (!found || others.length > 0) throw new Error(`there must be one ${name}`);
  return found;
};
const targetOf = ({ Properties }: Resource) => {
  const [target, ...others] = Properties.Targets as Record<string, unknown>[];
  if (!target || others.length > 0) throw new Error('there must be one target');
  return target;
};

const runs = [
  { name: 'cutoff-upkeep', rate: 'rate(45 minutes)', to: 'FunctionsUpkeepFunction' },
  { name: 'cutoff-sweep', rate: 'rate(12 hours)', to: 'QueuesSweepsQueue' },
  { name: 'cutoff-expire', rate: 'rate(1 minute)', to: 'FunctionsExpireFunction' },
  { name: 'cutoff-reconcile', rate: 'rate(5 minutes)', to: 'FunctionsIssueFunction' },
];

describe.each(runs)('$name', ({ name, rate, to }) => {
  const rule = schedule(name);
  const target = targetOf(rule);

  it('runs by its rate, on the default bus', () => {
    expect(rule.Properties).toMatchObject({ ScheduleExpression: rate, State: 'ENABLED' });
    expect(rule.Properties.EventBusName).toBeUndefined();
    expect(rule.Properties.EventPattern).toBeUndefined();
    expect(render(target.Arn)).toBe(to);
  });

  it('is given up after an hour, and then kept where somebody sees it', () => {
    const undelivered = stack.one('AWS::SQS::Queue', 'QueuesUndeliveredQueue');
    expect(target).toMatchObject({
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': [undelivered.id, 'Arn'] } },
      RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 2 },
    });
  });
});

describe('schedules', () => {
  it('are these, and the one of issuing only where anything is issued', () => {
    const names = (from: typeof stack) => schedulesIn(from).map(({ Properties }) => Properties.Name);
    expect(names(stack).sort()).toEqual(runs.map(({ name }) => name).sort());
    expect(names(synthesise())).not.toContain('cutoff-reconcile');
  });

  it('invoke functions in the name of their own rule, and nothing else does so', () => {
    const permissions = stack.of('AWS::Lambda::Permission').map(({ Properties }) => Properties);
    const byRules = permissions.filter(({ Principal }) => Principal === 'events.amazonaws.com');
    const told = byRules.map(({ FunctionName, SourceArn }) => `${render(SourceArn)} ${render(FunctionName)}`);
    const expected = runs
      .filter(({ to }) => to.startsWith('Functions'))
      .map(({ name, to }) => `${render({ 'Fn::GetAtt': [schedule(name).id, 'Arn'] })} ${to}`);
    expect(told.sort()).toEqual(expected.sort());
  });

  it('say what the run is for', () => {
    const input = ({ Input }: Record<string, unknown>) => JSON.parse(render(Input)) as unknown;
    expect(input(targetOf(schedule('cutoff-reconcile')))).toEqual({ reconcile: true });
    // As CloudFormation fills it in: a place that other accounts can have messages for, too.
    expect(input(targetOf(schedule('cutoff-sweep')))).toEqual({
      account: 'AWS::AccountId',
      region: 'AWS::Region',
    });
    for (const name of ['cutoff-upkeep', 'cutoff-expire']) {
      expect(targetOf(schedule(name)).Input).toBeUndefined();
    }
  });
});

describe('the queue of sweeps', () => {
  it('takes messages from its own schedule and from no other rule', () => {
    const policy = stack.one('AWS::SQS::QueuePolicy', 'QueuesSweepsQueuePolicy');
    const { Statement } = policy.Properties.PolicyDocument as {
      Statement: { Effect: string; Action: unknown; Principal: unknown; Condition: unknown }[];
    };
    const allowed = Statement.filter(({ Effect }) => Effect === 'Allow');
    const rule = { 'Fn::GetAtt': [schedule('cutoff-sweep').id, 'Arn'] };
    expect(allowed).toEqual([
      expect.objectContaining({
        Principal: { Service: 'events.amazonaws.com' },
        Condition: { ArnEquals: { 'aws:SourceArn': rule } },
      }),
    ]);
    expect([allowed[0]?.Action].flat()).toContain('sqs:SendMessage');
    expect(JSON.stringify(Statement)).toContain('"aws:SecureTransport":"false"');
  });
});
