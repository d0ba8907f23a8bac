import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type Credential, credentialKey } from '../domain/credential.ts';

/** What sweeps leave alone, by an operator's word. */
export interface Keep {
  readonly reason: string;
  /** The first day on which it counts no more (ISO 8601, UTC). */
  readonly until: string;
  /** ISO 8601. When it was said. */
  readonly at: string;
}

export interface Keeps {
  /** The last word counts, whether it is longer or shorter than the one before. */
  keep(credential: Credential, keep: Keep): Promise<void>;
  /** Also one that is over by now. */
  of(credential: Credential): Promise<Keep | undefined>;
}

const keyOf = (credential: Credential) => ({ pk: `credential#${credentialKey(credential)}`, sk: 'keep' });

/** Rows of the revocations table, beside the credential's standing set. */
export class DynamoKeeps implements Keeps {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async keep(credential: Credential, { reason, until, at }: Keep): Promise<void> {
    const Item = { ...keyOf(credential), reason, until, at };
    await this.#client.send(new PutCommand({ TableName: this.#table, Item }));
  }

  async of(credential: Credential): Promise<Keep | undefined> {
    const get = new GetCommand({ TableName: this.#table, Key: keyOf(credential), ConsistentRead: true });
    const { Item } = await this.#client.send(get);
    return Item && { reason: String(Item.reason), until: String(Item.until), at: String(Item.at) };
  }
}
