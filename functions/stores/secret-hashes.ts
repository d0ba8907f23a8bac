import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Credential } from '../domain/credential.ts';

/** Which credential a secret belongs to, without the secret: SHA-256 of its UTF-8 bytes, as lower-case hex. */
export interface SecretHashes {
  credentialOf(sha256: string): Promise<Credential | undefined>;
  /** Written where the secret is issued. */
  remember(sha256: string, credential: Credential): Promise<void>;
}

const keyOf = (sha256: string) => ({ pk: `secret#${sha256}`, sk: 'credential' });

/** Rows of the registry table. */
export class DynamoSecretHashes implements SecretHashes {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async credentialOf(sha256: string): Promise<Credential | undefined> {
    const get = new GetCommand({ TableName: this.#table, Key: keyOf(sha256), ConsistentRead: true });
    return (await this.#client.send(get)).Item?.credential as Credential | undefined;
  }

  async remember(sha256: string, credential: Credential): Promise<void> {
    await this.#client.send(
      new PutCommand({ TableName: this.#table, Item: { ...keyOf(sha256), credential } }),
    );
  }
}
