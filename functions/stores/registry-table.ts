import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Credential } from '../domain/credential.ts';
import { allItems } from './all-items.ts';
import { isConditionFailed, isTransactionCanceled } from './conditional-write.ts';
import { type Entry, entryKey, orphansPartition, placesOf, type Row, under } from './registry-rows.ts';
import { setOrRemove } from './set-or-remove.ts';

/** Rows of credentials: each stands once for itself, and once in every partition that it is found under. */
export class RegistryTable {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async row(credential: Credential): Promise<Row | undefined> {
    const get = new GetCommand({ TableName: this.#table, Key: entryKey(credential), ConsistentRead: true });
    return (await this.#client.send(get)).Item as Row | undefined;
  }

  async under(pk: string): Promise<Credential[]> {
    const query = {
      TableName: this.#table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ConsistentRead: true,
    };
    const rows = await allItems(paginateQuery({ client: this.#client }, query));
    return rows.map((row) => row.credential as Credential);
  }

  /** All rows or none. False where somebody else wrote meanwhile. */
  async write(next: Entry, earlier: Row | undefined): Promise<boolean> {
    const TableName = this.#table;
    const { credential } = next;
    const now = new Set(placesOf(next));
    const stale = earlier ? placesOf(earlier).filter((pk) => !now.has(pk)) : [];
    const condition = earlier
      ? { ConditionExpression: 'version = :seen', ExpressionAttributeValues: { ':seen': earlier.version } }
      : { ConditionExpression: 'attribute_not_exists(pk)' };
    const Item = { ...entryKey(credential), ...next, version: (earlier?.version ?? 0) + 1 };
    const write = new TransactWriteCommand({
      TransactItems: [
        { Put: { TableName, Item, ...condition } },
        ...[...now].map((pk) => ({ Put: { TableName, Item: { ...under(pk, credential), credential } } })),
        ...stale.map((pk) => ({ Delete: { TableName, Key: under(pk, credential) } })),
      ],
    });
    return this.#client.send(write).then(() => true, isTransactionCanceled);
  }

  /** What differs, and nothing where nothing does: an inventory comes every hour. */
  async change(row: Row, next: Partial<Row>): Promise<void> {
    const differs = Object.entries(next).filter(([name, value]) => row[name as keyof Row] !== value);
    if (differs.length === 0) return;
    await this.#update(row.credential, Object.fromEntries(differs));
    if (!('orphan' in next) || row.orphan === next.orphan) return;
    if (next.orphan) await this.list(orphansPartition, row.credential);
    else await this.#unlist(orphansPartition, row.credential);
  }

  async list(pk: string, credential: Credential): Promise<void> {
    const Item = { ...under(pk, credential), credential };
    await this.#client.send(new PutCommand({ TableName: this.#table, Item }));
  }

  async remove(row: Row): Promise<void> {
    const { credential } = row;
    const keys = [...placesOf(row).map((pk) => under(pk, credential)), entryKey(credential)];
    const TransactItems = keys.map((Key) => ({ Delete: { TableName: this.#table, Key } }));
    await this.#client.send(new TransactWriteCommand({ TransactItems }));
  }

  async #unlist(pk: string, credential: Credential): Promise<void> {
    await this.#client.send(new DeleteCommand({ TableName: this.#table, Key: under(pk, credential) }));
  }

  async #update(credential: Credential, attributes: Readonly<Record<string, unknown>>): Promise<void> {
    const update = new UpdateCommand({
      TableName: this.#table,
      Key: entryKey(credential),
      ConditionExpression: 'attribute_exists(pk)',
      ...setOrRemove(attributes),
    });
    await this.#client.send(update).catch(isConditionFailed); // deleted meanwhile
  }
}
