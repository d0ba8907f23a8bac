import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { identityQueue } from '../../../functions/shared/queues.ts';
import type { EventEnvelope } from '../../../functions/sources/event-source.ts';

const sqs = mockClient(SQSClient);
const url = 'https://sqs.eu-west-1.amazonaws.com/123456789012/identity-events';
const queue = identityQueue(new SQSClient({}), url);

const envelope = (id: number): EventEnvelope => ({
  id: `e-${id}`,
  source: 'cutoff.expiry',
  'detail-type': 'Credential Expired',
  time: '2026-03-02T09:00:00.000Z',
  detail: { id },
});
const envelopes = (count: number) => Array.from({ length: count }, (_, id) => envelope(id));
const batches = () => sqs.commandCalls(SendMessageBatchCommand).map(({ args }) => args[0].input);

beforeEach(() => {
  sqs.reset();
  sqs.on(SendMessageBatchCommand).resolves({ Successful: [], Failed: [] });
});

describe('the queue of identity events', () => {
  it('takes envelopes as a rule delivers them, ten at a time', async () => {
    await queue.send(envelopes(23));
    expect(batches().map(({ Entries }) => Entries?.length)).toEqual([10, 10, 3]);
    const sent = batches().flatMap(({ Entries = [] }) => Entries);
    expect(sent.map(({ MessageBody = '' }) => JSON.parse(MessageBody))).toEqual(envelopes(23));
    for (const { Entries = [], QueueUrl } of batches()) {
      expect(QueueUrl).toBe(url);
      expect(new Set(Entries.map(({ Id }) => Id)).size).toBe(Entries.length);
      for (const entry of Entries) expect(entry).not.toHaveProperty('DelaySeconds');
    }
  });

  it('keeps each back for its own time', async () => {
    await queue.send(envelopes(3), ({ id }) => Number(id.slice(2)) * 30);
    const [{ Entries = [] } = {}] = batches();
    expect(Entries.map(({ DelaySeconds }) => DelaySeconds)).toEqual([0, 30, 60]);
  });

  it('sends nothing for nothing', async () => {
    await queue.send([]);
    expect(batches()).toEqual([]);
  });

  it('fails where one was not taken, though the call succeeds', async () => {
    const Failed = [{ Id: '1', SenderFault: false, Code: 'InternalError' }];
    sqs.on(SendMessageBatchCommand).resolves({ Successful: [], Failed });
    await expect(queue.send(envelopes(2))).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  });
});
