import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { DynamoSeenTokens, type SeenTokens } from '../../functions/stores/seen-tokens.ts';
import { localTables } from '../support/local-tables.ts';
import { MemorySeenTokens } from '../support/memory-seen-tokens.ts';

const client = localTables();
let seconds = 1000;
const now = () => new Date(seconds * 1000);

describe.each([
  ['in memory', (): SeenTokens => new MemorySeenTokens(now)],
  ['in DynamoDB', (): SeenTokens => new DynamoSeenTokens(client(), 'registry', now)],
])('seen tokens %s', (_, make) => {
  it('are seen from when they are remembered until they expire, and nobody else is', async () => {
    const tokens = make();
    seconds = 1000;
    expect(await tokens.seen('a')).toBe(false);
    await tokens.remember('a', 1010);
    expect(await tokens.seen('a')).toBe(true);
    expect(await tokens.seen('b')).toBe(false);
    seconds = 1010;
    expect(await tokens.seen('a')).toBe(false);
  });

  it('are never forgotten earlier than was said once', async () => {
    const tokens = make();
    await tokens.remember('c', 3000);
    await tokens.remember('c', 2000);
    seconds = 2500;
    expect(await tokens.seen('c')).toBe(true);
    await tokens.remember('c', 4000);
    seconds = 3500;
    expect(await tokens.seen('c')).toBe(true);
  });
});

it('DynamoDB holds hashes of keys, however long those are, apart from what else is in the table', async () => {
  const tokens = new DynamoSeenTokens(client(), 'registry', now);
  const key = `https://idp.acme.example#${'j'.repeat(10_000)}`;
  await tokens.remember(key, 9000);
  expect(await tokens.seen(key)).toBe(true);
  const { Items = [] } = await client().send(new ScanCommand({ TableName: 'registry' }));
  for (const { pk, sk } of Items)
    expect([pk, sk]).toEqual([expect.stringMatching(/^seen#[0-9a-f]{64}$/), 'token']);
});
