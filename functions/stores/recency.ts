import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { allItems } from './all-items.ts';
import { isConditionFailed } from './conditional-write.ts';

export type Direction = 'revoked' | 'reactivated';

/** The newest thing that happened to a subject in each direction, whatever order the news arrives in. */
export interface Recency {
  /** Remembers `occurredAt` (ISO 8601) if it is newer; returns the newest of the opposite direction. */
  note(subject: string, direction: Direction, occurredAt: string): Promise<string | undefined>;
  /** Remembers a suspension, for a return that is to undo it. */
  noteSuspension(subject: string, suspension: Suspension): Promise<void>;
  /** Suspensions of the subject by that source. */
  suspensions(subject: string, source: string): Promise<Suspension[]>;
}

export interface Suspension {
  readonly source: string;
  readonly revocationId: string;
  /** ISO 8601 */
  readonly occurredAt: string;
}

const opposite: Readonly<Record<Direction, Direction>> = { revoked: 'reactivated', reactivated: 'revoked' };

export class DynamoRecency implements Recency {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async note(subject: string, direction: Direction, occurredAt: string): Promise<string | undefined> {
    const Key = { pk: `subject#${subject}`, sk: 'recency' };
    const at = new Date(occurredAt).toISOString(); // one spelling, so that text order is time order
    const raise = new UpdateCommand({
      TableName: this.#table,
      Key,
      ConditionExpression: 'attribute_not_exists(#direction) OR #direction < :at',
      UpdateExpression: 'SET #direction = :at',
      ExpressionAttributeNames: { '#direction': direction },
      ExpressionAttributeValues: { ':at': at },
    });
    await this.#client.send(raise).catch(isConditionFailed); // an older one changes nothing
    const get = new GetCommand({ TableName: this.#table, Key, ConsistentRead: true });
    return (await this.#client.send(get)).Item?.[opposite[direction]] as string | undefined;
  }

  async noteSuspension(subject: string, suspension: Suspension): Promise<void> {
    const { source, revocationId } = suspension;
    const key = { pk: `subject#${subject}`, sk: `suspension#${source}#${revocationId}` };
    await this.#client.send(new PutCommand({ TableName: this.#table, Item: { ...key, ...suspension } }));
  }

  async suspensions(subject: string, source: string): Promise<Suspension[]> {
    const query = {
      TableName: this.#table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': `subject#${subject}`, ':prefix': `suspension#${source}#` },
      ConsistentRead: true,
    };
    return (await allItems(paginateQuery({ client: this.#client }, query))).map(
      ({ revocationId, occurredAt }) => ({
        source,
        revocationId: String(revocationId),
        occurredAt: String(occurredAt),
      }),
    );
  }
}
