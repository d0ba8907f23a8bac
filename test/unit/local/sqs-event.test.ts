import { describe, expect, it } from 'vitest';
import { failedMessages, sqsEventOf } from '../../../infra/local/sqs-event.ts';

const queueArn = 'arn:aws:sqs:eu-west-1:123456789012:work';

describe('sqsEventOf', () => {
  it('has the shape that Lambda documents', () => {
    const attributes = {
      ApproximateReceiveCount: '2',
      SentTimestamp: '1545082649183',
      SenderId: 'AIDAIENQZJOLO23YVJ4VO',
      ApproximateFirstReceiveTimestamp: '1545082649185',
    };
    const message = {
      MessageId: '059f36b4',
      ReceiptHandle: 'AQEBwJnK',
      Body: '{"a":1}',
      MD5OfBody: 'e4e68fb7',
      Attributes: attributes,
      MessageAttributes: {
        text: { DataType: 'String', StringValue: 'x' },
        bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([104, 105]) },
      },
    };
    expect(sqsEventOf([message], queueArn)).toEqual({
      Records: [
        {
          messageId: '059f36b4',
          receiptHandle: 'AQEBwJnK',
          body: '{"a":1}',
          attributes,
          messageAttributes: {
            text: { dataType: 'String', stringValue: 'x', stringListValues: [], binaryListValues: [] },
            bytes: { dataType: 'Binary', binaryValue: 'aGk=', stringListValues: [], binaryListValues: [] },
          },
          md5OfBody: 'e4e68fb7',
          eventSource: 'aws:sqs',
          eventSourceARN: queueArn,
          awsRegion: 'eu-west-1',
        },
      ],
    });
  });
});

describe('failedMessages', () => {
  const batch = ['a', 'b', 'c'];
  const failures = (...itemIdentifiers: unknown[]) => ({
    batchItemFailures: itemIdentifiers.map((itemIdentifier) => ({ itemIdentifier })),
  });

  it.each([
    ['null', null],
    ['{}', {}],
    ['an empty list', failures()],
    ['a null list', { batchItemFailures: null }],
  ])('is nothing for %s', (_, answer) => {
    expect([...failedMessages(answer, batch)]).toEqual([]);
  });

  it('is what the function named', () => {
    expect([...failedMessages(failures('a', 'c'), batch)]).toEqual(['a', 'c']);
  });

  it.each([
    ['an empty identifier', failures('a', '')],
    ['a null identifier', failures(null)],
    ['a misspelt key', { batchItemFailures: [{ itemIdentifer: 'a' }] }],
    ['an identifier of another batch', failures('a', 'z')],
    ['a text', 'done'],
    ['a list', [failures('a')]],
  ])('is the whole batch for %s', (_, answer) => {
    expect([...failedMessages(answer, batch)]).toEqual(batch);
  });
});
