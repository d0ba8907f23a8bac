import { type DynamoDBDocumentClient, paginateQuery, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { allItems } from './all-items.ts';

/** What people have lost, and by which revocations: see `domain/grounds.ts`. */
export interface Losses {
  /** Written before anybody asks, so that of two owners who leave at the same moment one sees both gone. */
  add(people: readonly string[], what: readonly string[], revocationId: string): Promise<void>;
  /** Doing it again changes nothing. */
  lift(people: readonly string[], what: readonly string[], revocationId: string): Promise<void>;
  /** What that person has lost and not got back; `person` is a subject key. */
  of(person: string): Promise<ReadonlySet<string>>;
}

/** Rows `loss#WHAT` of the partition `subject#PERSON` of the revocations table; each holds the set of revocations. */
export class DynamoLosses implements Losses {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  add(people: readonly string[], what: readonly string[], revocationId: string): Promise<void> {
    return this.#update(people, what, { expression: 'ADD revocations :id', revocationId });
  }

  /** DynamoDB removes a set with its last element. */
  lift(people: readonly string[], what: readonly string[], revocationId: string): Promise<void> {
    return this.#update(people, what, { expression: 'DELETE revocations :id', revocationId });
  }

  async of(person: string): Promise<ReadonlySet<string>> {
    const query = {
      TableName: this.#table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': `subject#${person}`, ':prefix': 'loss#' },
      ConsistentRead: true,
    };
    const rows = await allItems(paginateQuery({ client: this.#client }, query));
    const standing = rows.filter((row) => row.revocations !== undefined);
    return new Set(standing.map((row) => String(row.sk).slice('loss#'.length)));
  }

  async #update(
    people: readonly string[],
    what: readonly string[],
    { expression, revocationId }: { expression: string; revocationId: string },
  ): Promise<void> {
    const keys = people.flatMap((person) =>
      what.map((one) => ({ pk: `subject#${person}`, sk: `loss#${one}` })),
    );
    const update = (Key: Record<string, string>) =>
      new UpdateCommand({
        TableName: this.#table,
        Key,
        UpdateExpression: expression,
        ExpressionAttributeValues: { ':id': new Set([revocationId]) },
      });
    await Promise.all(keys.map((key) => this.#client.send(update(key))));
  }
}
