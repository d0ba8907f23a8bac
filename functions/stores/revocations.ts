import { type DynamoDBDocumentClient, GetCommand, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { type Credential, credentialKey } from '../domain/credential.ts';
import { Conflict } from '../domain/errors.ts';
import type { Discovery, Revocation, Task, TaskStatus } from '../domain/revocation.ts';
import { allItems } from './all-items.ts';
import { isConditionFailed } from './conditional-write.ts';

/** Something an operator may look at: the head of a revocation or one of its tasks. */
export type OpenItem = Revocation | Task;

/** What of a revocation changes on its way. */
export type Progress = Partial<Pick<Revocation, 'status' | 'mode' | 'reason' | 'change' | 'provenAt'>>;

/** All that is going on: revocations, their tasks and their discoveries. */
export interface Revocations {
  /** Stores the revocation unless it is known; returns what is stored, whose cutoff is the only one. */
  open(revocation: Revocation): Promise<Revocation>;
  get(id: string): Promise<Revocation | undefined>;
  /** Throws `Conflict` where the revocation is no longer in the state it was read in. */
  move(revocation: Revocation, next: Progress): Promise<Revocation>;
  /** False where the task is known already. */
  addTask(task: Task): Promise<boolean>;
  task(revocationId: string, principal: string): Promise<Task | undefined>;
  tasks(revocationId: string): Promise<Task[]>;
  /** Moves `version` on; throws `Conflict` where another worker did so first. */
  saveTask(task: Task): Promise<Task>;
  saveDiscovery(discovery: Discovery): Promise<void>;
  discoveries(revocationId: string): Promise<Discovery[]>;
  /** From the sparse index, so a moment old: for people, never for a decision. */
  listOpen(status: OpenStatus): Promise<OpenItem[]>;
}

/** Only rows in these states carry the index's key. */
export const openStatuses = ['received', 'held', 'observed', 'pending', 'unverified', 'failed'] as const;
export type OpenStatus = (typeof openStatuses)[number];

const openKey = (status: string) => openStatuses.find((open) => open === status);

type Row = Readonly<Record<string, unknown>>;

/** Rows of the partition `revocation#ID`; `body` holds the object as the domain knows it. */
export class DynamoRevocations implements Revocations {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #now: () => Date;

  constructor(client: DynamoDBDocumentClient, table: string, now: () => Date) {
    this.#client = client;
    this.#table = table;
    this.#now = now;
  }

  async open(revocation: Revocation): Promise<Revocation> {
    const isNew = await this.#put(revocation.id, 'head', revocation, 'attribute_not_exists(pk)');
    return isNew ? revocation : ((await this.get(revocation.id)) ?? revocation);
  }

  async get(id: string): Promise<Revocation | undefined> {
    return (await this.#body(id, 'head')) as Revocation | undefined;
  }

  async move(revocation: Revocation, next: Progress): Promise<Revocation> {
    const moved = { ...revocation, ...next };
    const seen = { ':seen': revocation.status };
    const saved = await this.#put(revocation.id, 'head', moved, 'body.#status = :seen', seen);
    if (!saved) throw new Conflict(`revocation ${revocation.id}`);
    return moved;
  }

  async addTask(task: Task): Promise<boolean> {
    return this.#put(task.revocationId, this.#taskKey(task.principal), task, 'attribute_not_exists(pk)');
  }

  async task(revocationId: string, principal: string): Promise<Task | undefined> {
    return (await this.#body(revocationId, `task#${principal}`)) as Task | undefined;
  }

  async tasks(revocationId: string): Promise<Task[]> {
    return (await this.#bodies(revocationId, 'task#')) as Task[];
  }

  async saveTask(task: Task): Promise<Task> {
    const next = { ...task, version: task.version + 1 };
    const key = this.#taskKey(task.principal);
    const saved = await this.#put(task.revocationId, key, next, 'body.version = :seen', {
      ':seen': task.version,
    });
    if (!saved) throw new Conflict(`task ${task.revocationId} ${credentialKey(task.principal)}`);
    return next;
  }

  async saveDiscovery(discovery: Discovery): Promise<void> {
    await this.#put(discovery.revocationId, `discovery#${discovery.kind}`, discovery);
  }

  async discoveries(revocationId: string): Promise<Discovery[]> {
    return (await this.#bodies(revocationId, 'discovery#')) as Discovery[];
  }

  async listOpen(status: OpenStatus): Promise<OpenItem[]> {
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        IndexName: 'open',
        KeyConditionExpression: '#open = :status',
        ExpressionAttributeNames: { '#open': 'open' },
        ExpressionAttributeValues: { ':status': status },
      },
    );
    return (await allItems(pages)).map((row) => row.body as OpenItem);
  }

  readonly #taskKey = (principal: Credential) => `task#${credentialKey(principal)}`;

  async #put(id: string, sk: string, body: object, condition?: string, values?: Row): Promise<boolean> {
    const open = openKey((body as { status?: TaskStatus }).status ?? '');
    const put = new PutCommand({
      TableName: this.#table,
      Item: { pk: `revocation#${id}`, sk, body, updatedAt: this.#now().toISOString(), ...(open && { open }) },
      ...(condition && { ConditionExpression: condition }),
      ...(condition?.includes('#status') && { ExpressionAttributeNames: { '#status': 'status' } }),
      ...(values && { ExpressionAttributeValues: values }),
    });
    return this.#client.send(put).then(() => true, isConditionFailed);
  }

  async #body(id: string, sk: string): Promise<unknown> {
    const get = new GetCommand({
      TableName: this.#table,
      Key: { pk: `revocation#${id}`, sk },
      ConsistentRead: true,
    });
    return (await this.#client.send(get)).Item?.body;
  }

  async #bodies(id: string, prefix: string): Promise<unknown[]> {
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': `revocation#${id}`, ':prefix': prefix },
        ConsistentRead: true,
      },
    );
    return (await allItems(pages)).map((row) => row.body);
  }
}
