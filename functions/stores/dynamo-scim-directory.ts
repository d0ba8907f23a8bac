import {
  type DynamoDBDocumentClient,
  GetCommand,
  paginateQuery,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { Conflict } from '../domain/errors.ts';
import { sha256 } from '../domain/sha256.ts';
import { mapInChunks } from '../shared/map-in-chunks.ts';
import { allItems } from './all-items.ts';
import { isTransactionCanceled } from './conditional-write.ts';
import {
  foldedName,
  nameOf,
  type ScimDirectory,
  type ScimGroup,
  type ScimPage,
  type ScimResource,
  type ScimResources,
  type ScimUser,
} from './scim-directory.ts';

type Item = Record<string, unknown>;
type Kind = 'user' | 'group';

/** Reads at a time. */
const atOnce = 25;

/** Names and external ids can be long, and are nobody's business in a key: they stand there as hashes. */
const keysOf = (kind: Kind) => ({
  resource: (id: string) => ({ pk: `scim-${kind}#${id}`, sk: 'resource' }),
  /** All of a kind in one partition, for lists. */
  listed: (id: string) => ({ pk: `scim-${kind}s`, sk: id }),
  name: (name: string) => ({ pk: `scim-${kind}-name#${sha256(foldedName(name))}`, sk: 'holder' }),
  externalId: (value: string, id: string) => ({ pk: `scim-${kind}-external#${sha256(value)}`, sk: id }),
});

/**
 * Rows of the registry table: the resource; its id in the list; who holds its name, which stays as a hash and a number
 * when the name is let go; its id under the external id. One transaction writes them.
 */
class DynamoScimResources<T extends ScimResource> implements ScimResources<T> {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #keys: ReturnType<typeof keysOf>;

  constructor(client: DynamoDBDocumentClient, table: string, kind: Kind) {
    this.#client = client;
    this.#table = table;
    this.#keys = keysOf(kind);
  }

  async get(id: string): Promise<T | undefined> {
    return (await this.#item(this.#keys.resource(id)))?.body as T | undefined;
  }

  async getAll(ids: readonly string[]): Promise<T[]> {
    return (await mapInChunks(ids, atOnce, (id) => this.get(id))).filter((found) => found !== undefined);
  }

  async find(by: 'name' | 'externalId', value: string): Promise<T[]> {
    if (by === 'externalId') return this.getAll(await this.#ids(this.#keys.externalId(value, '').pk));
    const holder = (await this.#item(this.#keys.name(value)))?.holder as string | undefined;
    return holder === undefined ? [] : this.getAll([holder]);
  }

  async page(startIndex: number, count: number): Promise<ScimPage<T>> {
    const ids = await this.#ids(this.#keys.listed('').pk);
    const wanted = ids.slice(startIndex - 1, startIndex - 1 + count);
    return { total: ids.length, resources: await this.getAll(wanted) };
  }

  async lastVersion(name: string): Promise<number> {
    return ((await this.#item(this.#keys.name(name)))?.version as number | undefined) ?? 0;
  }

  async save(resource: T, before?: T): Promise<void> {
    const { resource: key, listed } = this.#keys;
    const seen = before
      ? {
          ConditionExpression: 'body.version = :seen',
          ExpressionAttributeValues: { ':seen': before.version },
        }
      : { ConditionExpression: 'attribute_not_exists(pk)' };
    const body = { ...resource, version: resource.version + 1 };
    await this.#transact(resource, [
      this.#put({ ...key(resource.id), body }, seen),
      ...(before ? [] : [this.#put(listed(resource.id))]),
      ...this.#names(before, body),
      ...this.#externalIds(before, body),
    ]);
  }

  async remove(resource: T): Promise<void> {
    const { resource: key, listed } = this.#keys;
    const seen = {
      ConditionExpression: 'body.version = :seen',
      ExpressionAttributeValues: { ':seen': resource.version },
    };
    await this.#transact(resource, [
      { Delete: { TableName: this.#table, Key: key(resource.id), ...seen } },
      this.#delete(listed(resource.id)),
      ...this.#names(resource, undefined),
      ...this.#externalIds(resource, undefined),
    ]);
  }

  /** Nobody takes a name that somebody holds; one that is let go keeps the version it was let go at. */
  #names(before: T | undefined, after: T | undefined) {
    const [old, next] = [before, after].map((one) => one && foldedName(nameOf(one)));
    if (old === next) return [];
    const isFree = { ConditionExpression: 'attribute_not_exists(holder)' };
    return [
      ...(before ? [this.#put({ ...this.#keys.name(nameOf(before)), version: before.version + 1 })] : []),
      ...(after ? [this.#put({ ...this.#keys.name(nameOf(after)), holder: after.id }, isFree)] : []),
    ];
  }

  #externalIds(before: T | undefined, after: T | undefined) {
    const [old, next] = [before?.externalId, after?.externalId];
    if (old === next) return [];
    return [
      ...(before && old !== undefined ? [this.#delete(this.#keys.externalId(old, before.id))] : []),
      ...(after && next !== undefined ? [this.#put(this.#keys.externalId(next, after.id))] : []),
    ];
  }

  readonly #put = (item: Item, condition: object = {}) => ({
    Put: { TableName: this.#table, Item: item, ...condition },
  });

  readonly #delete = (key: Item) => ({ Delete: { TableName: this.#table, Key: key } });

  async #transact(resource: T, TransactItems: TransactWriteCommand['input']['TransactItems']): Promise<void> {
    const write = new TransactWriteCommand({ TransactItems });
    const isWritten = await this.#client.send(write).then(() => true, isTransactionCanceled);
    if (!isWritten) throw new Conflict(this.#keys.resource(resource.id).pk);
  }

  async #item(Key: Item): Promise<Item | undefined> {
    return (await this.#client.send(new GetCommand({ TableName: this.#table, Key, ConsistentRead: true })))
      .Item;
  }

  /** The sort keys of a partition, in order. */
  async #ids(pk: string): Promise<string[]> {
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
        ProjectionExpression: 'sk',
        ConsistentRead: true,
      },
    );
    return (await allItems(pages)).map(({ sk }) => String(sk));
  }
}

/** Both kinds in the registry table. */
export const dynamoScimDirectory = (client: DynamoDBDocumentClient, table: string): ScimDirectory => ({
  users: new DynamoScimResources<ScimUser>(client, table, 'user'),
  groups: new DynamoScimResources<ScimGroup>(client, table, 'group'),
});
