import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Place } from '../shared/aws-clients.ts';
import { isConditionFailed } from './conditional-write.ts';

/** What a deployment found when it came is not drift. */
export interface DriftBaseline {
  /** ISO 8601: what was made in that place from then on counts. The time of the first call, the same ever after. */
  since(place: Place): Promise<string>;
}

const keyOf = ({ account, region }: Place) => ({ pk: `drift#${account}:${region}`, sk: 'baseline' });

/** Rows of the registry table. */
export class DynamoDriftBaseline implements DriftBaseline {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #now: () => Date;

  constructor(client: DynamoDBDocumentClient, table: string, now: () => Date) {
    this.#client = client;
    this.#table = table;
    this.#now = now;
  }

  async since(place: Place): Promise<string> {
    const known = await this.#read(place);
    if (known !== undefined) return known;
    const since = this.#now().toISOString();
    const put = new PutCommand({
      TableName: this.#table,
      Item: { ...keyOf(place), since },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    const isFirst = await this.#client.send(put).then(() => true, isConditionFailed);
    return isFirst ? since : ((await this.#read(place)) ?? since);
  }

  async #read(place: Place): Promise<string | undefined> {
    const get = new GetCommand({ TableName: this.#table, Key: keyOf(place), ConsistentRead: true });
    return (await this.#client.send(get)).Item?.since as string | undefined;
  }
}
