import { describe, expect, it } from 'vitest';
import { everythingIssued } from './issue-settings.ts';
import { everyChannel } from './signal-settings.ts';
import { render, synthesise } from './synth.ts';

const stack = synthesise({
  alertEmail: 'security@example.com',
  signals: everyChannel,
  ...everythingIssued,
});
const topic = stack.one('AWS::SNS::Topic', 'AlarmsTopic');
const alarms = stack.of('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);

const queueOf = (alarm: Record<string, unknown>) =>
  render((alarm.Dimensions as { Value: unknown }[])[0]?.Value).replace('.QueueName', '');
const serviceOf = (alarm: Record<string, unknown>) =>
  render((alarm.Dimensions as { Value: unknown }[])[0]?.Value);

describe('alarms', () => {
  it('tell of every message in a dead-letter queue', () => {
    const watched = alarms.filter(({ MetricName }) => MetricName === 'ApproximateNumberOfMessagesVisible');
    const deadLetters = stack
      .of('AWS::SQS::Queue')
      .filter(({ Properties }) => !Properties.RedrivePolicy)
      .map(({ id }) => id.replace(/[0-9A-F]{8}$/, ''));
    expect(watched.map(queueOf).sort()).toEqual(deadLetters.sort());
    expect(watched.every(({ Threshold }) => Threshold === 1)).toBe(true);
  });

  it('tell of work that waits', () => {
    const watched = alarms.filter(({ MetricName }) => MetricName === 'ApproximateAgeOfOldestMessage');
    expect(Object.fromEntries(watched.map((alarm) => [queueOf(alarm), alarm.Threshold]))).toEqual({
      QueuesIdentityEventsQueue: 120,
      QueuesRevocationsQueue: 900,
      QueuesRevocationsApiGatewayQueue: 900,
      QueuesVerificationsQueue: 1800,
      QueuesSweepsQueue: 7200,
    });
  });

  it('tell of what functions count', () => {
    const watched = alarms.filter(({ Namespace }) => Namespace === 'Cutoff');
    expect(watched.map((alarm) => `${serviceOf(alarm)} ${alarm.MetricName}`).sort()).toEqual([
      'audit-watch AuditTampered',
      'authorize AuthorizeBestEffort',
      'authorize AuthorizeUnavailable',
      'expire ExpiryLate',
      'ingest DriftFound',
      'ingest EventRejected',
      'ingest OwnerDisputed',
      'ingest RevocationHeld',
      'ingest StreamStopped',
      'ingest TaskFailed',
      'ingest TaskHeld',
      'ingest TaskUnverified',
      'issue IssuanceAbandoned',
      'issue ReconcileFailed',
      'receive-signal SignalFailed',
      'revoke TaskFailed',
      'revoke TaskHeld',
      'sweep SweepProblem',
      'token TokenUnavailable',
      'upkeep DriftFound',
      'upkeep OwnerDisputed',
      'verify TaskUnverified',
    ]);
    expect(watched.every(({ Statistic, Threshold }) => Statistic === 'Sum' && Threshold === 1)).toBe(true);
  });

  it('tell of errors where no queue would keep what failed', () => {
    const watched = alarms.filter(({ MetricName }) => MetricName === 'Errors').map(serviceOf);
    // Not those of authorize: every 401 is one, and strangers could ring the bell.
    expect(watched.sort()).toEqual([
      'FunctionsAuditWatchFunction',
      'FunctionsExpireFunction',
      'FunctionsReceiveSignalFunction',
      'FunctionsUpkeepFunction',
    ]);
  });

  it('say nothing of signals where none are taken, and nothing of issuing where nothing is issued', () => {
    const without = (config: object) =>
      alarms.length - synthesise(config).of('AWS::CloudWatch::Alarm').length;
    expect(without(everythingIssued)).toBe(2);
    expect(without({ signals: everyChannel })).toBe(3);
  });

  it('all reach the topic, and stay silent while nothing happens', () => {
    for (const alarm of alarms) {
      expect(alarm.AlarmActions).toEqual([{ Ref: topic.id }]);
      expect(alarm.TreatMissingData).toBe('notBreaching');
      expect(alarm.ComparisonOperator).toBe('GreaterThanOrEqualToThreshold');
    }
  });
});

describe('the topic', () => {
  it('takes messages over TLS only, from the alarms of this account', () => {
    const policy = stack.one('AWS::SNS::TopicPolicy', 'AlarmsTopic');
    const { Statement } = policy.Properties.PolicyDocument as { Statement: unknown[] };
    expect(Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
    expect(Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    );
  });

  it('writes to the address that is configured, if one is', () => {
    stack.template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'security@example.com',
    });
    synthesise().template.resourceCountIs('AWS::SNS::Subscription', 0);
  });
});
