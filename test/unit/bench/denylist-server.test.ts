import { BatchGetItemCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rowOf, rowsOf } from '../../bench/denylist-rows.ts';
import { startDenylistServer } from '../../bench/denylist-server.ts';

const written = { issuer: 'https://issuer.example', at: 1_800_000_000 };
const [first, second] = [rowOf(0, written), rowOf(1, written)];

let server: Awaited<ReturnType<typeof startDenylistServer>>;
let client: DynamoDBClient;

beforeEach(async () => {
  server = await startDenylistServer();
  server.state.rows = rowsOf(10, written);
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'not-a-secret' };
  client = new DynamoDBClient({ endpoint: server.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
});

afterEach(async () => {
  client.destroy();
  await server.close();
});

const read = (keys: readonly string[], ConsistentRead = true) => {
  const Keys = keys.map((key) => ({ key: { S: key } }));
  return client.send(new BatchGetItemCommand({ RequestItems: { denylist: { Keys, ConsistentRead } } }));
};

test('the SDK reads the rows that are there and misses the others', async () => {
  const { Responses, UnprocessedKeys } = await read([second.key.S, 'subject#nobody', first.key.S]);
  expect(Responses).toEqual({ denylist: [second, first] });
  expect(UnprocessedKeys).toEqual({});
});

test('a table without these rows is named in the answer all the same', async () => {
  expect((await read(['subject#nobody'])).Responses).toEqual({ denylist: [] });
});

test('each request is counted, over one connection that is kept', async () => {
  for (const _ of [1, 2, 3]) await read([first.key.S]);
  expect(server.state).toMatchObject({ requests: 3, connections: 1 });
});

test('what the authorizer must not do is refused', async () => {
  await expect(read([first.key.S], false)).rejects.toThrow('strongly consistent');
  await expect(read([first.key.S, first.key.S])).rejects.toThrow('duplicates');
  const single = new GetItemCommand({ TableName: 'denylist', Key: { key: first.key } });
  await expect(client.send(single)).rejects.toThrow('BatchGetItem only');
});
