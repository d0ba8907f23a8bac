import { type DynamoDBDocumentClient, GetCommand, paginateQuery, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Original } from '../credentials/credential-revoker.ts';
import { type Credential, credentialKey } from '../domain/credential.ts';
import type { Action } from '../domain/treatment.ts';
import { isConditionFailed } from './conditional-write.ts';

/** What is left after one revocation let go. */
export interface Released {
  /** Revocations that still hold the credential down. */
  readonly remaining: readonly string[];
  /** The state from before the first of them; absent when there is nothing to bring back. */
  readonly original: Original | undefined;
  /** Somebody made it while an earlier revocation held its principal down: it does not come back, whoever lets go last. */
  readonly newcomer: boolean;
}

export interface HeldDown {
  readonly credential: Credential;
  readonly action: Action;
  readonly newcomer?: boolean | undefined;
}

/** The set of revocations that hold a credential down, beside its original state. */
export interface Standing {
  /** Written before the credential is touched, so that a crash in between loses nothing. */
  hold(held: HeldDown, revocationId: string, original: Original): Promise<void>;
  /** Replaces an original that was read a moment too early. */
  correct(credential: Credential, original: Original): Promise<void>;
  release(credential: Credential, revocationId: string): Promise<Released>;
  /** Ids of the revocations that hold it down now. */
  holders(credential: Credential): Promise<readonly string[]>;
  /** False where a new revocation came meanwhile: then the credential must go down again. */
  forget(credential: Credential): Promise<boolean>;
  all(): AsyncIterable<HeldDown>;
}

const keyOf = (credential: Credential) => ({ pk: `credential#${credentialKey(credential)}`, sk: 'standing' });

export class DynamoStanding implements Standing {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #now: () => Date;

  constructor(client: DynamoDBDocumentClient, table: string, now: () => Date) {
    this.#client = client;
    this.#table = table;
    this.#now = now;
  }

  async hold(held: HeldDown, revocationId: string, original: Original): Promise<void> {
    const { credential, action, newcomer = false } = held;
    await this.#client.send(
      new UpdateCommand({
        TableName: this.#table,
        Key: keyOf(credential),
        // The first original wins: what a second revocation sees is already our own doing.
        UpdateExpression:
          'SET #original = if_not_exists(#original, :original), newcomer = if_not_exists(newcomer, :newcomer), #action = :action, credential = :credential, #open = :open, updatedAt = :now ADD revocations :id',
        ExpressionAttributeNames: { '#original': 'original', '#action': 'action', '#open': 'open' },
        ExpressionAttributeValues: {
          ':original': original,
          ':newcomer': newcomer,
          ':action': action,
          ':credential': credential,
          ':open': 'standing',
          ':now': this.#now().toISOString(),
          ':id': new Set([revocationId]),
        },
      }),
    );
  }

  async correct(credential: Credential, original: Original): Promise<void> {
    await this.#client.send(
      new UpdateCommand({
        TableName: this.#table,
        Key: keyOf(credential),
        UpdateExpression: 'SET #original = :original',
        ExpressionAttributeNames: { '#original': 'original' },
        ExpressionAttributeValues: { ':original': original },
      }),
    );
  }

  async release(credential: Credential, revocationId: string): Promise<Released> {
    const update = new UpdateCommand({
      TableName: this.#table,
      Key: keyOf(credential),
      ConditionExpression: 'attribute_exists(pk)',
      UpdateExpression: 'DELETE revocations :id',
      ExpressionAttributeValues: { ':id': new Set([revocationId]) },
      ReturnValues: 'ALL_NEW',
    });
    const row = await this.#client.send(update).then((answer) => answer.Attributes, isConditionFailed);
    if (!row) return { remaining: [], original: undefined, newcomer: false };
    const remaining = [...((row.revocations as Set<string> | undefined) ?? [])];
    return { remaining, original: row.original as Original | undefined, newcomer: row.newcomer === true };
  }

  async holders(credential: Credential): Promise<readonly string[]> {
    const get = new GetCommand({ TableName: this.#table, Key: keyOf(credential), ConsistentRead: true });
    return [...(((await this.#client.send(get)).Item?.revocations as Set<string> | undefined) ?? [])];
  }

  async forget(credential: Credential): Promise<boolean> {
    const update = new UpdateCommand({
      TableName: this.#table,
      Key: keyOf(credential),
      // DynamoDB removes a set with its last element.
      ConditionExpression: 'attribute_not_exists(revocations)',
      UpdateExpression: 'REMOVE #original, newcomer, #open',
      ExpressionAttributeNames: { '#original': 'original', '#open': 'open' },
    });
    return this.#client.send(update).then(() => true, isConditionFailed);
  }

  async *all(): AsyncIterable<HeldDown> {
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        IndexName: 'open',
        KeyConditionExpression: '#open = :standing',
        ExpressionAttributeNames: { '#open': 'open' },
        ExpressionAttributeValues: { ':standing': 'standing' },
      },
    );
    for await (const page of pages) {
      for (const row of page.Items ?? []) {
        yield { credential: row.credential as Credential, action: row.action as Action };
      }
    }
  }
}
