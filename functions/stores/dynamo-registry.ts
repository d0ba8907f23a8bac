import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { type Credential, credentialKey } from '../domain/credential.ts';
import type { RegistryEntry } from '../domain/registry-entry.ts';
import { allItems } from './all-items.ts';
import { isConditionFailed, isTransactionCanceled, withOptimism } from './conditional-write.ts';
import { type Registered, type Registration, type Registry, type Sighting, saysTheSame } from './registry.ts';
import { entryIn, entryKey, orphansPartition, placesOf, type Row, seenNow, under } from './registry-rows.ts';
import { setOrRemove } from './set-or-remove.ts';

/** Each credential stands once for itself and once under each owner and entitlement, so that every question is a query. */
export class DynamoRegistry implements Registry {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async entryOf(credential: Credential): Promise<RegistryEntry | undefined> {
    const row = await this.#row(credential);
    return row && entryIn(row);
  }

  async ownedBy(owners: readonly string[]): Promise<Credential[]> {
    const found = await Promise.all(owners.map((owner) => this.#under(`owner#${owner}`)));
    return [...new Map(found.flat().map((credential) => [credentialKey(credential), credential])).values()];
  }

  dependingOn(entitlement: string): Promise<Credential[]> {
    return this.#under(`entitlement#${entitlement}`);
  }

  async register(credential: Credential, entry: RegistryEntry, sighting?: Sighting): Promise<Registration> {
    let outcome: Registration = 'new';
    await withOptimism(`registry ${credentialKey(credential)}`, async () => {
      const row = await this.#row(credential);
      if (!row || (row.owners.length === 0 && entry.owners.length > 0)) {
        return this.#write({ credential, ...entry, ...seenNow(row, sighting) }, row);
      }
      const disputed = saysTheSame(row, entry) ? undefined : true;
      outcome = disputed ? 'disputed' : 'known';
      if (disputed && !row.disputed) await this.#findBy(entry, row);
      await this.#change(row, { disputed, ...seenNow(row, sighting) });
      return true;
    });
    return outcome;
  }

  async orphans(): Promise<Registered[]> {
    return this.read(await this.#under(orphansPartition));
  }

  async read(credentials: readonly Credential[]): Promise<Registered[]> {
    const rows = await Promise.all(credentials.map((credential) => this.#row(credential)));
    return rows.flatMap((row) => {
      if (!row) return [];
      const { lastUsedAt, orphan } = row;
      const sighting = { ...(lastUsedAt && { lastUsedAt }), ...(orphan && { orphan }) };
      return { credential: row.credential, ...entryIn(row), ...sighting };
    });
  }

  async assign(credential: Credential, entry: RegistryEntry): Promise<void> {
    await withOptimism(`registry ${credentialKey(credential)}`, async () => {
      const row = await this.#row(credential);
      return this.#write({ credential, ...entry, lastUsedAt: row?.lastUsedAt }, row);
    });
  }

  async forget(credential: Credential): Promise<void> {
    const row = await this.#row(credential);
    if (!row) return;
    const TableName = this.#table;
    const keys = placesOf(row).map((pk) => under(pk, credential));
    const TransactItems = [...keys, entryKey(credential)].map((Key) => ({ Delete: { TableName, Key } }));
    await this.#client.send(new TransactWriteCommand({ TransactItems }));
  }

  async #row(credential: Credential): Promise<Row | undefined> {
    const get = new GetCommand({ TableName: this.#table, Key: entryKey(credential), ConsistentRead: true });
    return (await this.#client.send(get)).Item as Row | undefined;
  }

  async #under(pk: string): Promise<Credential[]> {
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
  async #write(next: Registered, earlier: Row | undefined): Promise<boolean> {
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

  /** What it says now is not believed, but whoever loses that has to find it: a human decides then. */
  async #findBy({ entitlements }: RegistryEntry, { credential, entitlements: known }: Row): Promise<void> {
    for (const entitlement of entitlements.filter((one) => !known.includes(one))) {
      const Item = { ...under(`entitlement#${entitlement}`, credential), credential };
      await this.#client.send(new PutCommand({ TableName: this.#table, Item }));
    }
  }

  /** What differs, and nothing where nothing does: an inventory comes every hour. */
  async #change(row: Row, next: Partial<Row>): Promise<void> {
    const differs = Object.entries(next).filter(([name, value]) => row[name as keyof Row] !== value);
    if (differs.length === 0) return;
    await this.#update(row.credential, Object.fromEntries(differs));
    if (!('orphan' in next) || row.orphan === next.orphan) return;
    const key = under(orphansPartition, row.credential);
    const TableName = this.#table;
    if (next.orphan) {
      const Item = { ...key, credential: row.credential };
      await this.#client.send(new PutCommand({ TableName, Item }));
    } else await this.#client.send(new DeleteCommand({ TableName, Key: key }));
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
