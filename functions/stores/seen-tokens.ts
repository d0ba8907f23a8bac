import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { sha256 } from '../domain/sha256.ts';
import { isConditionFailed } from './conditional-write.ts';

/** Which signed tokens were used already, for as long as they would be accepted. */
export interface SeenTokens {
  seen(key: string): Promise<boolean>;
  /** `expiresAt`: epoch seconds. What is remembered longer stays remembered longer. */
  remember(key: string, expiresAt: number): Promise<void>;
}

/** Rows of the registry's table. Keys are hashed: they are made of what issuers choose, of any length. */
export class DynamoSeenTokens implements SeenTokens {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #now: () => Date;

  constructor(client: DynamoDBDocumentClient, table: string, now: () => Date) {
    this.#client = client;
    this.#table = table;
    this.#now = now;
  }

  async seen(key: string): Promise<boolean> {
    const get = new GetCommand({ TableName: this.#table, Key: rowOf(key), ConsistentRead: true });
    const expiresAt: unknown = (await this.#client.send(get)).Item?.expiresAt;
    // TTL deletes within days, and until then the row is still returned.
    return typeof expiresAt === 'number' && expiresAt > this.#now().getTime() / 1000;
  }

  async remember(key: string, expiresAt: number): Promise<void> {
    const put = new PutCommand({
      TableName: this.#table,
      Item: { ...rowOf(key), expiresAt },
      ConditionExpression: 'attribute_not_exists(pk) OR expiresAt < :expiresAt',
      ExpressionAttributeValues: { ':expiresAt': expiresAt },
    });
    await this.#client.send(put).catch(isConditionFailed);
  }
}

const rowOf = (key: string) => ({
  pk: `seen#${sha256(key)}`,
  sk: 'token',
});
