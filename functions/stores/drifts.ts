import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { type Credential, credentialKey } from '../domain/credential.ts';
import type { DriftKind } from '../domain/sweep-settings.ts';
import type { Place } from '../shared/aws-clients.ts';
import type { Made } from '../sources/event-source.ts';
import { allItems } from './all-items.ts';
import { isConditionFailed } from './conditional-write.ts';

/** Whether somebody was told of it for good, or while nothing was done about it that should be. */
export type Told = 'told' | 'observed';

/** What was done about drift so far. Times are ISO 8601. */
export interface Drifts {
  /** Whether somebody was told of it, after an event or by an upkeep. */
  told(credential: Credential): Promise<Told | undefined>;
  noteTold(made: Made, told: Told): Promise<void>;
  /** What is noted as `observed` in an account: a query of all that was told of there. */
  observed(account: string): Promise<Made[]>;
  /** When the newest one was made that an upkeep has looked at. */
  newest(place: Place, kind: DriftKind): Promise<string | undefined>;
  /** Only ever grows. */
  noteNewest(place: Place, kind: DriftKind, madeAt: string): Promise<void>;
}

const toldKey = (credential: Credential) => ({
  pk: `drift#${credential.account}`,
  sk: `told#${credentialKey(credential)}`,
});

const newestKey = ({ account, region }: Place, kind: DriftKind) => ({
  pk: `drift#${account}:${region}`,
  sk: `newest#${kind}`,
});

/** Rows of the registry table. */
export class DynamoDrifts implements Drifts {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #now: () => Date;

  constructor(client: DynamoDBDocumentClient, table: string, now: () => Date) {
    this.#client = client;
    this.#table = table;
    this.#now = now;
  }

  async told(credential: Credential): Promise<Told | undefined> {
    return (await this.#read(toldKey(credential)))?.told as Told | undefined;
  }

  async noteTold(made: Made, told: Told): Promise<void> {
    const Item = { ...toldKey(made.credential), made, told, toldAt: this.#now().toISOString() };
    await this.#client.send(new PutCommand({ TableName: this.#table, Item }));
  }

  async observed(account: string): Promise<Made[]> {
    const query = {
      TableName: this.#table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :told)',
      FilterExpression: 'told = :observed',
      ExpressionAttributeValues: { ':pk': `drift#${account}`, ':told': 'told#', ':observed': 'observed' },
      ConsistentRead: true,
    };
    const rows = await allItems(paginateQuery({ client: this.#client }, query));
    return rows.map(({ made }) => made as Made);
  }

  async newest(place: Place, kind: DriftKind): Promise<string | undefined> {
    return (await this.#read(newestKey(place, kind)))?.madeAt as string | undefined;
  }

  async noteNewest(place: Place, kind: DriftKind, madeAt: string): Promise<void> {
    const update = new UpdateCommand({
      TableName: this.#table,
      Key: newestKey(place, kind),
      UpdateExpression: 'SET madeAt = :madeAt',
      ConditionExpression: 'attribute_not_exists(pk) OR madeAt < :madeAt',
      ExpressionAttributeValues: { ':madeAt': madeAt },
    });
    await this.#client.send(update).catch(isConditionFailed); // a newer one was looked at
  }

  async #read(Key: Record<string, string>): Promise<Record<string, unknown> | undefined> {
    const get = new GetCommand({ TableName: this.#table, Key, ConsistentRead: true });
    return (await this.#client.send(get)).Item;
  }
}
