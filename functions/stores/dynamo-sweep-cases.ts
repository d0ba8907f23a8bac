import { type DynamoDBDocumentClient, GetCommand, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { type Credential, credentialKey } from '../domain/credential.ts';
import { Conflict } from '../domain/errors.ts';
import type { SweepCase } from '../domain/sweep-case.ts';
import { isConditionFailed } from './conditional-write.ts';
import type { SweepCases } from './sweeps.ts';

/** In the index `open`, beside the states of revocations and tasks. */
const heldPartition = 'sweep-held';

const keyOf = (policy: string, credential: Credential) => ({
  pk: `credential#${credentialKey(credential)}`,
  sk: `sweep-case#${policy}`,
});

const isHeld = ({ revocationId, isOver }: SweepCase): boolean => revocationId !== undefined && !isOver;

/** `body` holds the case as the domain knows it. */
export class DynamoSweepCases implements SweepCases {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #now: () => Date;

  constructor(client: DynamoDBDocumentClient, table: string, now: () => Date) {
    this.#client = client;
    this.#table = table;
    this.#now = now;
  }

  async of(policy: string, credential: Credential): Promise<SweepCase | undefined> {
    const Key = keyOf(policy, credential);
    const get = new GetCommand({ TableName: this.#table, Key, ConsistentRead: true });
    return (await this.#client.send(get)).Item?.body as SweepCase | undefined;
  }

  async save(one: SweepCase): Promise<SweepCase> {
    const { policy, credential, version } = one;
    const body = { ...one, version: version + 1 };
    const updatedAt = this.#now().toISOString();
    const put = new PutCommand({
      TableName: this.#table,
      Item: { ...keyOf(policy, credential), body, updatedAt, ...(isHeld(body) && { open: heldPartition }) },
      ...(version === 0
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'body.version = :seen',
            ExpressionAttributeValues: { ':seen': version },
          }),
    });
    const saved = await this.#client.send(put).then(() => true, isConditionFailed);
    if (!saved) throw new Conflict(`sweep case ${policy} ${credentialKey(credential)}`);
    return body;
  }

  async *held(): AsyncIterable<SweepCase> {
    const query = {
      TableName: this.#table,
      IndexName: 'open',
      KeyConditionExpression: '#open = :held',
      ExpressionAttributeNames: { '#open': 'open' },
      ExpressionAttributeValues: { ':held': heldPartition },
    };
    for await (const { Items = [] } of paginateQuery({ client: this.#client }, query)) {
      for (const { body } of Items) yield body as SweepCase;
    }
  }
}
