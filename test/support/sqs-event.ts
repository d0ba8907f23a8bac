import type { SQSEvent, SQSRecord } from 'aws-lambda';

/** A record as Lambda hands it over ("Using Lambda with Amazon SQS"). */
export const sqsRecord = (body: unknown, messageId = 'm-1', receives = 1): SQSRecord => ({
  messageId,
  receiptHandle: `handle-of-${messageId}`,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  attributes: {
    ApproximateReceiveCount: String(receives),
    SentTimestamp: '1772442000000',
    SenderId: 'AIDAACME',
    ApproximateFirstReceiveTimestamp: '1772442000001',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:identity-events',
  awsRegion: 'eu-west-1',
});

export const sqsEvent = (...records: SQSRecord[]): SQSEvent => ({ Records: records });
