import { type AttributeValue, BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Denial } from '../domain/denial.ts';
import { Unavailable } from './refusal.ts';

/** The rows that stand under these keys. Throws `Unavailable`; a key without a row is simply absent. */
export type ReadDenials = (keys: readonly string[]) => Promise<ReadonlyMap<string, Denial>>;

/**
 * At worst two attempts of 1.3 s. `throwOnRequestTimeout`: without it the SDK only warns and waits on
 * (@smithy/types, `NodeHttpHandlerOptions`).
 */
export const denylistClient = (): DynamoDBClient =>
  new DynamoDBClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 300, requestTimeout: 1000, throwOnRequestTimeout: true },
  });

type Item = Readonly<Record<string, AttributeValue>>;

const secondsOf = (value: AttributeValue | undefined): number => {
  const seconds = Number(value?.N);
  if (value?.N?.trim() && Number.isFinite(seconds)) return seconds;
  throw new Error('a denylist row holds no number where seconds are due');
};

/** A row that can't be read may be the one that blocks: it is an error, never "no row". */
const denialOf = (item: Item): Denial => {
  const blocked = item.blocked?.BOOL;
  if (typeof blocked !== 'boolean') throw new Error('a denylist row does not say whether it blocks');
  return {
    blocked,
    ...(item.notBefore && { notBefore: secondsOf(item.notBefore) }),
    expiresAt: secondsOf(item.expiresAt),
  };
};

const read = async (client: DynamoDBClient, table: string, keys: readonly string[]): Promise<Item[]> => {
  const Keys = keys.map((key) => ({ key: { S: key } }));
  const command = new BatchGetItemCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } });
  const { Responses, UnprocessedKeys } = await client.send(command);
  // A throttled table answers 200 with what it did not read (DynamoDB API reference, "BatchGetItem").
  if (Object.keys(UnprocessedKeys ?? {}).length > 0) throw new Error('the denylist left keys unread');
  const items = Responses?.[table];
  if (!items) throw new Error('the denylist did not answer');
  return items;
};

/** One strongly consistent round trip for all keys. */
export const denialReader =
  (client: DynamoDBClient, table: string): ReadDenials =>
  async (keys) => {
    try {
      const rows = new Map<string, Denial>();
      for (const item of await read(client, table, keys)) {
        const key = item.key?.S;
        if (key === undefined || !keys.includes(key))
          throw new Error('the denylist answered another question');
        rows.set(key, denialOf(item));
      }
      return rows;
    } catch (error) {
      throw new Unavailable('denylist-unreachable', error);
    }
  };
