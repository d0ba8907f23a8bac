import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Credential } from '../domain/credential.ts';

/** What is known of an access token of our own: never the token. */
export interface IssuedToken {
  readonly jti: string;
  /** Subject keys. */
  readonly owners: readonly string[];
  /** As the token's `client_id`. */
  readonly client: string;
  /** Ids. */
  readonly entitlements: readonly string[];
  readonly exchangedFor: Credential;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** Which tokens were issued to whom, for as long as they are good. */
export interface IssuedTokens {
  /** Written before the token exists. */
  remember(token: IssuedToken): Promise<void>;
  of(jti: string): Promise<IssuedToken | undefined>;
}

const keyOf = (jti: string) => ({ pk: `token#${jti}`, sk: 'token' });

/** Rows of the registry table, which go away by its TTL. */
export class DynamoIssuedTokens implements IssuedTokens {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #now: () => Date;

  constructor(client: DynamoDBDocumentClient, table: string, now: () => Date) {
    this.#client = client;
    this.#table = table;
    this.#now = now;
  }

  async remember(token: IssuedToken): Promise<void> {
    const Item = { ...keyOf(token.jti), ...token };
    await this.#client.send(new PutCommand({ TableName: this.#table, Item }));
  }

  async of(jti: string): Promise<IssuedToken | undefined> {
    const get = new GetCommand({ TableName: this.#table, Key: keyOf(jti), ConsistentRead: true });
    const { Item } = await this.#client.send(get);
    if (!Item) return undefined;
    const { pk: _, sk: __, ...token } = Item as IssuedToken & ReturnType<typeof keyOf>;
    // TTL deletes within days, and until then the row is still returned.
    return token.expiresAt > this.#now().getTime() / 1000 ? token : undefined;
  }
}
