import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type Denial, inNameOf, isLiftedBy, liftedBy, mergeDenials } from '../domain/denial.ts';
import { isConditionFailed, withOptimism } from './conditional-write.ts';

/** `by` tells those apart who want the same row: whoever is not named is the row's own. */
export interface Denylist {
  read(key: string): Promise<Denial | undefined>;
  /** Adds to what stands: a row only ever refuses more, for longer. */
  deny(key: string, denial: Denial, by?: string): Promise<void>;
  /** Lets a blocked row stand longer. One that was lifted meanwhile stays lifted; one that is gone comes back. */
  prolong(key: string, denial: Denial, by?: string): Promise<void>;
  /** Lifts `blocked`, unless somebody else wants it too; `notBefore` and the expiry stay as they are. */
  unblock(key: string, by?: string): Promise<void>;
}

type Row = Denial & { readonly key: string; readonly version: number };

/** The table that the authorizer reads: partition key `key`, TTL attribute `expiresAt`. */
export class DynamoDenylist implements Denylist {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async read(key: string): Promise<Denial | undefined> {
    return this.#row(key);
  }

  async deny(key: string, denial: Denial, by = key): Promise<void> {
    await this.#change(key, (row) => mergeDenials(row, inNameOf(denial, by)));
  }

  async prolong(key: string, denial: Denial, by = key): Promise<void> {
    await this.#change(key, (row) =>
      row && isLiftedBy(row, by) ? undefined : mergeDenials(row, inNameOf(denial, by)),
    );
  }

  async unblock(key: string, by = key): Promise<void> {
    await this.#change(key, (row) => row && liftedBy(row, by));
  }

  async #row(key: string): Promise<Row | undefined> {
    const get = new GetCommand({ TableName: this.#table, Key: { key }, ConsistentRead: true });
    return (await this.#client.send(get)).Item as Row | undefined;
  }

  /** Read, change, write if nobody else wrote meanwhile. */
  async #change(key: string, change: (row: Row | undefined) => Denial | undefined): Promise<void> {
    await withOptimism(`denylist row ${key}`, async () => {
      const row = await this.#row(key);
      const next = change(row);
      if (!next) return true;
      const put = new PutCommand({
        TableName: this.#table,
        Item: { ...next, key, version: (row?.version ?? 0) + 1 },
        ConditionExpression: row ? '#version = :seen' : 'attribute_not_exists(#key)',
        ExpressionAttributeNames: row ? { '#version': 'version' } : { '#key': 'key' },
        ...(row && { ExpressionAttributeValues: { ':seen': row.version } }),
      });
      return this.#client.send(put).then(() => true, isConditionFailed);
    });
  }
}
