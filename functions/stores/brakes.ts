import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isConditionFailed } from './conditional-write.ts';

/** How many subjects a source may cut in an hour. */
export interface Brakes {
  /** False when the cap is reached; the same subject again within the hour is always let through. */
  admit(source: string, subject: string, capPerHour: number): Promise<boolean>;
}

/** One row a source, holding the subjects of the current clock hour (UTC). */
export class DynamoBrakes implements Brakes {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #now: () => Date;

  constructor(client: DynamoDBDocumentClient, table: string, now: () => Date) {
    this.#client = client;
    this.#table = table;
    this.#now = now;
  }

  async admit(source: string, subject: string, capPerHour: number): Promise<boolean> {
    const hour = this.#now().toISOString().slice(0, 13);
    const key = { pk: `brake#${source}`, sk: 'brake' };
    if (await this.#begin(key, hour, subject)) return true;
    const update = new UpdateCommand({
      TableName: this.#table,
      Key: key,
      ConditionExpression: '#hour = :hour AND (contains(subjects, :subject) OR size(subjects) < :cap)',
      UpdateExpression: 'ADD subjects :subjects',
      ExpressionAttributeNames: { '#hour': 'hour' },
      ExpressionAttributeValues: {
        ':hour': hour,
        ':subject': subject,
        ':subjects': new Set([subject]),
        ':cap': capPerHour,
      },
    });
    return this.#client.send(update).then(() => true, isConditionFailed);
  }

  /** The first subject of an hour replaces the row of an earlier hour; a clock that runs behind replaces nothing. */
  async #begin(key: { pk: string; sk: string }, hour: string, subject: string): Promise<boolean> {
    const put = new PutCommand({
      TableName: this.#table,
      Item: { ...key, hour, subjects: new Set([subject]) },
      ConditionExpression: 'attribute_not_exists(pk) OR #hour < :hour',
      ExpressionAttributeNames: { '#hour': 'hour' },
      ExpressionAttributeValues: { ':hour': hour },
    });
    return this.#client.send(put).then(() => true, isConditionFailed);
  }
}
