import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
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

/** Which tokens were issued to whom, for whoever looks into the table while they are good. */
export interface IssuedTokens {
  /** Written before the token exists. */
  remember(token: IssuedToken): Promise<void>;
}

const keyOf = (jti: string) => ({ pk: `token#${jti}`, sk: 'token' });

/** Rows of the registry table, which go away by its TTL. */
export class DynamoIssuedTokens implements IssuedTokens {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async remember(token: IssuedToken): Promise<void> {
    const Item = { ...keyOf(token.jti), ...token };
    await this.#client.send(new PutCommand({ TableName: this.#table, Item }));
  }
}
