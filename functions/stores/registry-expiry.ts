import { type DynamoDBDocumentClient, paginateQuery, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Credential } from '../domain/credential.ts';
import { isConditionFailed } from './conditional-write.ts';
import type { Due } from './registry.ts';
import { endingPartition, entryKey, utc } from './registry-rows.ts';

/** When the registry's credentials end. Both writes move the row's version on: who read it before reads it again. */
export class RegistryExpiry {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async set(credential: Credential, expiresAt: string): Promise<void> {
    const update = new UpdateCommand({
      TableName: this.#table,
      Key: entryKey(credential),
      ConditionExpression: 'attribute_exists(pk)',
      UpdateExpression: 'SET endsAt = :at, ending = :ending ADD version :one',
      ExpressionAttributeValues: { ':at': utc(expiresAt), ':ending': endingPartition, ':one': 1 },
    });
    await this.#client.send(update).catch(isConditionFailed); // nobody knows it
  }

  async *dueBy(time: string): AsyncGenerator<Due> {
    const query = {
      TableName: this.#table,
      IndexName: 'expiry',
      KeyConditionExpression: 'ending = :ending AND endsAt <= :time',
      ExpressionAttributeValues: { ':ending': endingPartition, ':time': utc(time) },
    };
    for await (const { Items = [] } of paginateQuery({ client: this.#client }, query)) {
      for (const { credential, endsAt } of Items) {
        yield { credential: credential as Credential, expiresAt: String(endsAt) };
      }
    }
  }

  async end({ credential, expiresAt }: Due): Promise<void> {
    const update = new UpdateCommand({
      TableName: this.#table,
      Key: entryKey(credential),
      ConditionExpression: 'endsAt = :at',
      UpdateExpression: 'REMOVE ending ADD version :one',
      ExpressionAttributeValues: { ':at': utc(expiresAt), ':one': 1 },
    });
    await this.#client.send(update).catch(isConditionFailed); // moved, or deleted, meanwhile
  }
}
