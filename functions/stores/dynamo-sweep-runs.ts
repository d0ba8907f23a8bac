import { gunzipSync, gzipSync } from 'node:zlib';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { daysSince } from '../domain/days.ts';
import { Conflict } from '../domain/errors.ts';
import type { SweepItem } from '../domain/sweep-plan.ts';
import type { Place } from '../shared/aws-clients.ts';
import { allItems } from './all-items.ts';
import { isConditionFailed } from './conditional-write.ts';
import { type Checkpoint, keptDays, type RunHead, type SweepRuns } from './sweeps.ts';

interface StateRow {
  readonly checkpoint?: Checkpoint;
  readonly last?: RunHead;
}

const rowsOf = ({ account, region }: Place): string => `sweep#${account}:${region}`;
const stateKey = (place: Place) => ({ pk: rowsOf(place), sk: 'state' });
/** In the order of their numbers. */
const pageKey = (runId: string, number: number): string => `page#${runId}#${String(number).padStart(6, '0')}`;

/** A run that lost its place must not write over the one that has it now. */
const unlessTaken = 'attribute_not_exists(#holder) OR #holder = :run';

/**
 * One row holds who has the place, where it is and which run was the last, so that each move is one conditional write. Pages
 * of items are rows of their own.
 */
export class DynamoSweepRuns implements SweepRuns {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #now: () => Date;

  constructor(client: DynamoDBDocumentClient, table: string, now: () => Date) {
    this.#client = client;
    this.#table = table;
    this.#now = now;
  }

  begin(place: Place, runId: string, seconds: number): Promise<boolean> {
    const now = this.#now();
    return this.#update(place, {
      UpdateExpression: 'SET #holder = :run, #until = :until',
      ConditionExpression: `${unlessTaken} OR #until <= :now`,
      ExpressionAttributeNames: { '#holder': 'holder', '#until': 'until' },
      ExpressionAttributeValues: {
        ':run': runId,
        ':now': now.toISOString(),
        ':until': new Date(now.getTime() + seconds * 1000).toISOString(),
      },
    });
  }

  async end(place: Place, runId: string): Promise<void> {
    // Another run has it by now: that one ends it.
    await this.#update(place, {
      UpdateExpression: 'REMOVE #holder, #until',
      ConditionExpression: '#holder = :run',
      ExpressionAttributeNames: { '#holder': 'holder', '#until': 'until' },
      ExpressionAttributeValues: { ':run': runId },
    });
  }

  async checkpoint(place: Place): Promise<Checkpoint | undefined> {
    return (await this.#state(place)).checkpoint;
  }

  async saveCheckpoint(place: Place, checkpoint: Checkpoint): Promise<void> {
    const saved = await this.#update(place, {
      UpdateExpression: 'SET #checkpoint = :checkpoint',
      ConditionExpression: unlessTaken,
      ExpressionAttributeNames: { '#holder': 'holder', '#checkpoint': 'checkpoint' },
      ExpressionAttributeValues: { ':run': checkpoint.runId, ':checkpoint': checkpoint },
    });
    if (!saved) throw new Conflict(rowsOf(place));
  }

  /** Compressed: a row has 400 KB at most ("Quotas in Amazon DynamoDB"), and owners and ARNs may be long. */
  async savePage(
    place: Place,
    { runId, number, items }: { runId: string; number: number; items: readonly SweepItem[] },
  ): Promise<void> {
    const forgetAt = Math.ceil(this.#now().getTime() / 1000) + keptDays * 86_400;
    const key = { pk: rowsOf(place), sk: pageKey(runId, number) };
    const Item = { ...key, items: gzipSync(JSON.stringify(items)), forgetAt };
    await this.#client.send(new PutCommand({ TableName: this.#table, Item }));
  }

  async complete(place: Place, head: RunHead): Promise<void> {
    const saved = await this.#update(place, {
      UpdateExpression: 'SET #last = :head REMOVE #checkpoint',
      ConditionExpression: unlessTaken,
      ExpressionAttributeNames: { '#holder': 'holder', '#last': 'last', '#checkpoint': 'checkpoint' },
      ExpressionAttributeValues: { ':run': head.runId, ':head': head },
    });
    if (!saved) throw new Conflict(rowsOf(place));
  }

  async last(place: Place): Promise<RunHead | undefined> {
    const { last } = await this.#state(place);
    return last && daysSince(last.startedAt, this.#now()) < keptDays ? last : undefined;
  }

  async items(place: Place, { runId, pages }: Pick<RunHead, 'runId' | 'pages'>): Promise<SweepItem[]> {
    if (pages === 0) return []; // DynamoDB refuses a range that ends before it begins
    const query = {
      TableName: this.#table,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: {
        ':pk': rowsOf(place),
        ':first': pageKey(runId, 0),
        // An earlier try may have come further, before it broke.
        ':last': pageKey(runId, pages - 1),
      },
      ConsistentRead: true,
    };
    const rows = await allItems(paginateQuery({ client: this.#client }, query));
    return rows.flatMap(
      ({ items }) => JSON.parse(gunzipSync(items as Uint8Array).toString('utf8')) as SweepItem[],
    );
  }

  async #state(place: Place): Promise<StateRow> {
    const get = new GetCommand({ TableName: this.#table, Key: stateKey(place), ConsistentRead: true });
    return ((await this.#client.send(get)).Item ?? {}) as StateRow;
  }

  /** False where the condition did not hold. */
  #update(place: Place, update: Omit<UpdateCommandInput, 'TableName' | 'Key'>): Promise<boolean> {
    const command = new UpdateCommand({ TableName: this.#table, Key: stateKey(place), ...update });
    return this.#client.send(command).then(() => true, isConditionFailed);
  }
}
