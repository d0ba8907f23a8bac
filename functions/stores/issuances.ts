import {
  type DynamoDBDocumentClient,
  GetCommand,
  paginateQuery,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Credential } from '../domain/credential.ts';
import { Conflict } from '../domain/errors.ts';
import { allItems } from './all-items.ts';
import { isAnyConditionFailed, isTransactionCanceled } from './conditional-write.ts';

export const issuedKinds = ['api-gateway-key', 'iam-access-key', 'cognito-app-client'] as const;
export type IssuedKind = (typeof issuedKinds)[number];

/**
 * `intended`: the credential may exist and nobody may know its id. `refused`: its service made nothing, so the same may be
 * intended again. `abandoned`: given up, and whatever came of it is revoked.
 */
export type IssuanceStatus = 'intended' | 'issued' | 'refused' | 'abandoned';

/** What something new takes the place of. */
export interface Replaced {
  readonly credential: Credential;
  /** When it ends, ISO 8601. Without it, it ends soon enough by itself. */
  readonly endsAt?: string;
  /** The registry knows that end. */
  readonly isEnding?: true;
}

/** One credential on its way to be issued. Written before it exists. */
export interface Issuance {
  readonly id: string;
  readonly kind: IssuedKind;
  readonly account: string;
  readonly region: string;
  readonly status: IssuanceStatus;
  /** Subject keys. */
  readonly owners: readonly string[];
  readonly entitlements: readonly string[];
  /** ISO 8601 */
  readonly expiresAt: string;
  readonly intendedAt: string;
  readonly reason: string;
  /** Hash of what was asked for. */
  readonly request: string;
  /** What finds the credential again, whatever crashed: a user, the keys it had, a pool, a usage plan. */
  readonly handle: Readonly<Record<string, string | readonly string[]>>;
  /** Once it is known. */
  readonly credential?: Credential;
  /** ARN of the secret that holds its value, where it was not told. */
  readonly secretArn?: string;
  readonly replaces?: Replaced;
  /** ISO 8601. It was looked for then, and not found. */
  readonly missedAt?: string;
}

const isUnended = ({ endsAt, isEnding }: Replaced): boolean => endsAt !== undefined && !isEnding;

/** Somebody has to look after it: it broke down, or is on its way; or what it takes the place of has no end yet. */
export const isOpen = ({ status, replaces }: Issuance): boolean =>
  status === 'intended' || (status === 'issued' && replaces !== undefined && isUnended(replaces));

export interface Issuances {
  /** False where the id is known, but for one that was refused. */
  intend(issuance: Issuance): Promise<boolean>;
  get(id: string): Promise<Issuance | undefined>;
  /** Throws `Conflict` where it is no longer as it was read. Its id and `intendedAt` stay. */
  move(issuance: Issuance, next: Partial<Issuance>): Promise<Issuance>;
  /** All that `isOpen` says, oldest first: a query, read consistently. */
  open(): Promise<Issuance[]>;
}

const openPartition = 'issuances#open';

const keyOf = (id: string) => ({ pk: `issuance#${id}`, sk: 'issuance' });

/** In the order of their times. */
const openKey = ({ id, intendedAt }: Issuance) => ({
  pk: openPartition,
  sk: `${new Date(intendedAt).toISOString()}#${id}`,
});

type Condition = {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
};

/** Rows of the registry table. What is open stands twice, so that all of it is one consistent query. */
export class DynamoIssuances implements Issuances {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  intend(issuance: Issuance): Promise<boolean> {
    const write = this.#write(issuance, {
      ConditionExpression: 'attribute_not_exists(pk) OR body.#status = :refused',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':refused': 'refused' },
    });
    return this.#client.send(write).then(() => true, isAnyConditionFailed);
  }

  async get(id: string): Promise<Issuance | undefined> {
    const get = new GetCommand({ TableName: this.#table, Key: keyOf(id), ConsistentRead: true });
    return (await this.#client.send(get)).Item?.body as Issuance | undefined;
  }

  async move(issuance: Issuance, next: Partial<Issuance>): Promise<Issuance> {
    const moved = { ...issuance, ...next };
    // Not its status alone: who writes down what was made must not be written over by who has not heard of it.
    const write = this.#write(moved, {
      ConditionExpression: 'body = :seen',
      ExpressionAttributeValues: { ':seen': issuance },
    });
    const saved = await this.#client.send(write).then(() => true, isTransactionCanceled);
    if (!saved) throw new Conflict(`issuance ${issuance.id}`);
    return moved;
  }

  async open(): Promise<Issuance[]> {
    const query = {
      TableName: this.#table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': openPartition },
      ConsistentRead: true,
    };
    const rows = await allItems(paginateQuery({ client: this.#client }, query));
    return rows.map(({ body }) => body as Issuance);
  }

  #write(body: Issuance, condition: Condition): TransactWriteCommand {
    const TableName = this.#table;
    const open = isOpen(body)
      ? { Put: { TableName, Item: { ...openKey(body), body } } }
      : { Delete: { TableName, Key: openKey(body) } };
    return new TransactWriteCommand({
      TransactItems: [{ Put: { TableName, Item: { ...keyOf(body.id), body }, ...condition } }, open],
    });
  }
}
