import { type DynamoDBDocumentClient, paginateQuery, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Credential } from '../domain/credential.ts';
import { daysAfter } from '../domain/days.ts';
import { isConditionFailed } from './conditional-write.ts';
import type { Due } from './registry.ts';
import { endedPartition, endingPartition, entryKey, utc } from './registry-rows.ts';

/** Days for which what has ended is looked for. */
const endedDays = 400;

/** When the registry's credentials end. Both writes move the row's version on: who read it before reads it again. */
export class RegistryExpiry {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  set(credential: Credential, expiresAt: string): Promise<void> {
    return this.#move({ credential, expiresAt }, 'attribute_exists(pk)');
  }

  bringForward(credential: Credential, expiresAt: string): Promise<void> {
    const isLater = 'attribute_not_exists(endsAt) OR endsAt > :at';
    return this.#move({ credential, expiresAt }, `attribute_exists(pk) AND (${isLater})`);
  }

  async #move({ credential, expiresAt }: Due, condition: string): Promise<void> {
    const update = new UpdateCommand({
      TableName: this.#table,
      Key: entryKey(credential),
      ConditionExpression: condition,
      UpdateExpression: 'SET endsAt = :at, ending = :ending ADD version :one',
      ExpressionAttributeValues: { ':at': utc(expiresAt), ':ending': endingPartition, ':one': 1 },
    });
    await this.#client.send(update).catch(isConditionFailed); // nobody knows it, or it ends sooner
  }

  dueBy(time: string): AsyncGenerator<Due> {
    return this.#query('endsAt <= :time', { ':ending': endingPartition, ':time': utc(time) });
  }

  endedBy(time: string): AsyncGenerator<Due> {
    const values = { ':ending': endedPartition, ':from': daysAfter(time, -endedDays), ':time': utc(time) };
    return this.#query('endsAt BETWEEN :from AND :time', values);
  }

  async *#query(condition: string, values: Readonly<Record<string, string>>): AsyncGenerator<Due> {
    const query = {
      TableName: this.#table,
      IndexName: 'expiry',
      KeyConditionExpression: `ending = :ending AND ${condition}`,
      ExpressionAttributeValues: values,
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
      UpdateExpression: 'SET ending = :ended ADD version :one',
      ExpressionAttributeValues: { ':at': utc(expiresAt), ':ended': endedPartition, ':one': 1 },
    });
    await this.#client.send(update).catch(isConditionFailed); // moved, or deleted, meanwhile
  }
}
