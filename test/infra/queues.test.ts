import { describe, expect, it } from 'vitest';
import { render, synthesise } from './synth.ts';

const stack = synthesise();
const queue = (name: string) => stack.one('AWS::SQS::Queue', `Queues${name}Queue`);
const fourteenDays = 14 * 86_400;

const mappings = [
  { name: 'IdentityEvents', worker: 'Ingest', batch: 10, concurrency: 10 },
  { name: 'Revocations', worker: 'Revoke', batch: 1, concurrency: 5 },
  { name: 'RevocationsApiGateway', worker: 'Revoke', batch: 1, concurrency: 2 },
  { name: 'Verifications', worker: 'Verify', batch: 5, concurrency: 5 },
  // A run each; those of one place keep out of each other's way by themselves.
  { name: 'Sweeps', worker: 'Sweep', batch: 1, concurrency: 5 },
];

const partners = ['okta', 'auth0', 'onelogin', 'jumpcloud'];
const everyBus = Object.fromEntries(
  partners.map((name) => [name, { bus: `aws.partner/${name}.com/acme/x` }]),
);

it('keeps every queue policy within what SQS takes, with a partner bus for each source that has one', () => {
  for (const { id, Properties } of synthesise({ sources: everyBus }).of('AWS::SQS::QueuePolicy')) {
    const { Statement } = Properties.PolicyDocument as { Statement: unknown[] };
    // "Amazon SQS policy quotas": 20 statements, 8,192 bytes.
    expect(Statement.length, id).toBeLessThanOrEqual(10);
    expect(JSON.stringify(Properties.PolicyDocument).length, id).toBeLessThan(4096);
  }
});

it('lets the rules of this deployment, and nobody else, put events into the queues', () => {
  for (const prefix of ['QueuesIdentityEventsQueuePolicy', 'QueuesUndeliveredQueuePolicy']) {
    const { Statement } = stack.one('AWS::SQS::QueuePolicy', prefix).Properties.PolicyDocument as {
      Statement: { Principal: unknown; Condition: Record<string, Record<string, unknown>> }[];
    };
    const [allowed] = Statement.filter((one) => one.Condition.ArnLike);
    expect(allowed?.Principal).toEqual({ Service: 'events.amazonaws.com' });
    expect(allowed?.Condition.StringEquals).toEqual({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } });
    expect(render(allowed?.Condition.ArnLike?.['aws:SourceArn'])).toMatch(/:rule\/\*cutoff-\*$/);
  }
});

describe.each(mappings)('queue $name', ({ name, worker, batch, concurrency }) => {
  const handler = stack.one('AWS::Lambda::Function', `Functions${worker}Function`);

  it('hides a message for six times as long as its function may run', () => {
    const { VisibilityTimeout } = queue(name).Properties;
    expect(VisibilityTimeout).toBeGreaterThanOrEqual(6 * Number(handler.Properties.Timeout));
  });

  it('puts aside what failed twelve times, in a dead-letter queue of its own', () => {
    expect(queue(name).Properties.RedrivePolicy).toEqual({
      deadLetterTargetArn: { 'Fn::GetAtt': [queue(`${name}DeadLetters`).id, 'Arn'] },
      maxReceiveCount: 12,
    });
  });

  it(`is worked off by ${worker}, message by message, within its quota`, () => {
    const found = stack
      .of('AWS::Lambda::EventSourceMapping')
      .filter(({ Properties }) => render(Properties.EventSourceArn) === `Queues${name}Queue`);
    expect(found.map(({ Properties }) => Properties)).toEqual([
      expect.objectContaining({
        FunctionName: { Ref: handler.id },
        BatchSize: batch,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: concurrency },
      }),
    ]);
  });
});

describe('queues', () => {
  it('are encrypted, keep messages for 14 days and take them over TLS only', () => {
    const policies = stack.of('AWS::SQS::QueuePolicy').map(({ Properties }) => JSON.stringify(Properties));
    expect(stack.of('AWS::SQS::Queue')).toHaveLength(2 * mappings.length + 1);
    for (const { id, Properties } of stack.of('AWS::SQS::Queue')) {
      expect(Properties).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: fourteenDays });
      const policy = policies.find((one) => one.includes(`"Queues":[{"Ref":"${id}"}]`));
      expect(policy).toContain('"aws:SecureTransport":"false"');
    }
  });
});
