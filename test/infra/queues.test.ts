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
];

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
