import {
  type DynamoDBDocumentClient,
  GetCommand,
  paginateQuery,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { type Credential, credentialKey } from '../domain/credential.ts';
import { allItems } from './all-items.ts';
import { isTransactionCanceled, withOptimism } from './conditional-write.ts';

/** What became of an owner that was read from the account. */
export type Registration = 'new' | 'known' | 'disputed';

export interface RegistryEntry {
  /** A subject key. */
  readonly owner: string;
  /** As it was when the entry was made; a later tag does not change it. */
  readonly isProtected: boolean;
}

/** Who owns what. Owners are subject keys; credentials are handles, never secrets. */
export interface Registry {
  entryOf(credential: Credential): Promise<RegistryEntry | undefined>;
  ownedBy(owners: readonly string[]): Promise<Credential[]>;
  /** The first owner stays: another one is a dispute, since retagging is how a leaver would slip away. */
  register(credential: Credential, entry: RegistryEntry): Promise<Registration>;
  /** An operator's word, which settles a dispute. */
  assign(credential: Credential, entry: RegistryEntry): Promise<void>;
}

interface Row extends RegistryEntry {
  readonly disputedBy?: string;
}

const credentialRow = (credential: Credential) => ({
  pk: `credential#${credentialKey(credential)}`,
  sk: 'owner',
});

const ownerRow = (owner: string, credential: Credential) => ({
  pk: `owner#${owner}`,
  sk: `credential#${credentialKey(credential)}`,
});

/** Each pair (credential, owner) stands twice, so that both questions are one consistent read of the base table. */
export class DynamoRegistry implements Registry {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async entryOf(credential: Credential): Promise<RegistryEntry | undefined> {
    const row = await this.#row(credential);
    return row && { owner: row.owner, isProtected: row.isProtected };
  }

  async ownedBy(owners: readonly string[]): Promise<Credential[]> {
    const found = await Promise.all(owners.map((owner) => this.#credentialsOf(owner)));
    return [...new Map(found.flat().map((credential) => [credentialKey(credential), credential])).values()];
  }

  async register(credential: Credential, entry: RegistryEntry): Promise<Registration> {
    let outcome: Registration = 'new';
    await withOptimism(`registry ${credentialKey(credential)}`, async () => {
      const row = await this.#row(credential);
      if (!row) return this.#write(credential, entry, undefined);
      const disputedBy = row.owner === entry.owner ? undefined : entry.owner;
      if (row.disputedBy !== disputedBy) await this.#markDispute(credential, disputedBy);
      outcome = disputedBy ? 'disputed' : 'known';
      return true;
    });
    return outcome;
  }

  async assign(credential: Credential, entry: RegistryEntry): Promise<void> {
    await withOptimism(`registry ${credentialKey(credential)}`, async () =>
      this.#write(credential, entry, (await this.#row(credential))?.owner),
    );
  }

  async #row(credential: Credential): Promise<Row | undefined> {
    const get = new GetCommand({
      TableName: this.#table,
      Key: credentialRow(credential),
      ConsistentRead: true,
    });
    return (await this.#client.send(get)).Item as Row | undefined;
  }

  async #credentialsOf(owner: string): Promise<Credential[]> {
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        KeyConditionExpression: 'pk = :owner',
        ExpressionAttributeValues: { ':owner': `owner#${owner}` },
        ConsistentRead: true,
      },
    );
    return (await allItems(pages)).map((row) => row.credential as Credential);
  }

  /** Both rows or none. False where `earlier` is the owner no longer: two writers cannot leave a stray row behind. */
  async #write(credential: Credential, entry: RegistryEntry, earlier: string | undefined): Promise<boolean> {
    const TableName = this.#table;
    const condition = earlier
      ? {
          ConditionExpression: '#owner = :earlier',
          ExpressionAttributeNames: { '#owner': 'owner' },
          ExpressionAttributeValues: { ':earlier': earlier },
        }
      : { ConditionExpression: 'attribute_not_exists(pk)' };
    const stale =
      earlier && earlier !== entry.owner
        ? [{ Delete: { TableName, Key: ownerRow(earlier, credential) } }]
        : [];
    const write = new TransactWriteCommand({
      TransactItems: [
        { Put: { TableName, Item: { ...credentialRow(credential), credential, ...entry }, ...condition } },
        { Put: { TableName, Item: { ...ownerRow(entry.owner, credential), credential } } },
        ...stale,
      ],
    });
    return this.#client.send(write).then(() => true, isTransactionCanceled);
  }

  async #markDispute(credential: Credential, disputedBy: string | undefined): Promise<void> {
    await this.#client.send(
      new UpdateCommand({
        TableName: this.#table,
        Key: credentialRow(credential),
        ConditionExpression: 'attribute_exists(pk)',
        UpdateExpression: disputedBy ? 'SET disputedBy = :claimant' : 'REMOVE disputedBy',
        ...(disputedBy && { ExpressionAttributeValues: { ':claimant': disputedBy } }),
      }),
    );
  }
}
