import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  paginateQuery,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { allItems } from './all-items.ts';

/** Who was in which group of Identity Center. Events about a lost membership name its id at best. */
export interface Membership {
  readonly membershipId: string;
  readonly groupId: string;
  readonly userId: string;
}

/** What was last seen, so that what is gone can still be named. */
export interface Memberships {
  byId(membershipId: string): Promise<Membership | undefined>;
  ofGroup(groupId: string): Promise<Membership[]>;
  remember(membership: Membership): Promise<void>;
  /** No longer one of the group; its id stays readable, for the same event again. */
  leave(membership: Membership): Promise<void>;
}

const idKey = (membershipId: string) => ({ pk: `membership#${membershipId}`, sk: 'group' });
const groupKey = ({ groupId, membershipId }: Membership) => ({
  pk: `group#${groupId}`,
  sk: `membership#${membershipId}`,
});

const fieldsOf = ({ membershipId, groupId, userId }: Record<string, unknown>): Membership => ({
  membershipId: String(membershipId),
  groupId: String(groupId),
  userId: String(userId),
});

/** Rows of the registry table. Identity Center's ids are unique by themselves. */
export class DynamoMemberships implements Memberships {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async byId(membershipId: string): Promise<Membership | undefined> {
    const get = new GetCommand({ TableName: this.#table, Key: idKey(membershipId), ConsistentRead: true });
    const { Item } = await this.#client.send(get);
    return Item && fieldsOf(Item);
  }

  async ofGroup(groupId: string): Promise<Membership[]> {
    const query = {
      TableName: this.#table,
      KeyConditionExpression: 'pk = :group',
      ExpressionAttributeValues: { ':group': `group#${groupId}` },
      ConsistentRead: true,
    };
    return (await allItems(paginateQuery({ client: this.#client }, query))).map(fieldsOf);
  }

  async remember(membership: Membership): Promise<void> {
    const TableName = this.#table;
    const keys = [idKey(membership.membershipId), groupKey(membership)];
    const TransactItems = keys.map((key) => ({ Put: { TableName, Item: { ...key, ...membership } } }));
    await this.#client.send(new TransactWriteCommand({ TransactItems }));
  }

  async leave(membership: Membership): Promise<void> {
    await this.#client.send(new DeleteCommand({ TableName: this.#table, Key: groupKey(membership) }));
  }
}
