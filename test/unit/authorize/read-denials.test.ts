import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AttributeValue, BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { denialReader, denylistClient } from '../../../functions/authorize/read-denials.ts';

const table = 'denylist';
const dynamo = mockClient(DynamoDBClient);
const read = denialReader(denylistClient(), table);

const row = (parts: Record<string, AttributeValue | undefined>) =>
  ({
    key: { S: 'a' },
    blocked: { BOOL: true },
    expiresAt: { N: '99' },
    version: { N: '1' },
    ...parts,
  }) as Record<string, AttributeValue>;
const answering = (...items: Record<string, AttributeValue>[]) =>
  dynamo.on(BatchGetItemCommand).resolves({ Responses: { [table]: items }, UnprocessedKeys: {} });

const unreachable = expect.objectContaining({ reason: 'denylist-unreachable' });

describe('denialReader', () => {
  beforeEach(() => dynamo.reset());

  it('reads all keys in one strongly consistent call', async () => {
    answering(row({ notBefore: { N: '7' } }));
    expect(await read(['a', 'b'])).toEqual(new Map([['a', { blocked: true, notBefore: 7, expiresAt: 99 }]]));
    expect(dynamo.calls().map((call) => call.args[0].input)).toEqual([
      {
        RequestItems: { [table]: { Keys: [{ key: { S: 'a' } }, { key: { S: 'b' } }], ConsistentRead: true } },
      },
    ]);
  });

  it.each([
    ['no expiry', { expiresAt: undefined }],
    ['an expiry that is text', { expiresAt: { S: '99' } }],
    ['an empty expiry', { expiresAt: { N: ' ' } }],
    ['an expiry that is no number', { expiresAt: { N: 'soon' } }],
    ['no word on blocking', { blocked: undefined }],
    ['a block that is text', { blocked: { S: 'true' } }],
    ['a notBefore that is text', { notBefore: { S: '7' } }],
    ['a key nobody asked for', { key: { S: 'z' } }],
    ['no key', { key: undefined }],
  ])('takes a row with %s for unreachable', async (_name, parts) => {
    answering(row(parts));
    await expect(read(['a'])).rejects.toEqual(unreachable);
  });

  it('takes unprocessed keys for unreachable, even beside rows', async () => {
    const UnprocessedKeys = { [table]: { Keys: [{ key: { S: 'b' } }] } };
    dynamo.on(BatchGetItemCommand).resolves({ Responses: { [table]: [row({})] }, UnprocessedKeys });
    await expect(read(['a', 'b'])).rejects.toEqual(unreachable);
  });

  it('takes an error and an answer without the table for unreachable', async () => {
    dynamo.on(BatchGetItemCommand).rejectsOnce(new Error('down')).resolvesOnce({ UnprocessedKeys: {} });
    await expect(read(['a'])).rejects.toEqual(unreachable);
    await expect(read(['a'])).rejects.toEqual(unreachable);
  });
});

describe('denylistClient', () => {
  afterEach(() => {
    delete process.env.AWS_ENDPOINT_URL;
  });

  it('gives up on a table that never answers, after two attempts of a second', async () => {
    dynamo.restore();
    let attempts = 0;
    const server = createServer(() => {
      attempts += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const started = performance.now();
    await expect(denialReader(denylistClient(), table)(['a'])).rejects.toEqual(unreachable);
    expect(performance.now() - started).toBeLessThan(4000);
    expect(attempts).toBe(2);
    server.close();
    server.closeAllConnections();
  });
});
