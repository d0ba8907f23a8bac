import { randomUUID } from 'node:crypto';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  paginateQuery,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { distinctSubjects, type Subject, subjectKey } from '../domain/subject.ts';
import { allItems } from './all-items.ts';
import { isTransactionCanceled } from './conditional-write.ts';

/** `taken`: the names belong to several people, and nothing was written. */
export type Linking = 'linked' | 'taken';

/**
 * Which names are one person's: the identity provider's id, addresses, the `sub` at an issuer, the ARN of an IAM user.
 * Said by an operator, by a directory or by a trusted event; never guessed.
 */
export interface Links {
  /** The person that a name belongs to: an opaque text of our own. */
  personOf(name: Subject): Promise<string | undefined>;
  namesOf(person: string): Promise<Subject[]>;
  /** Says that these are one person's names, beside those it has. Doing it again changes nothing. */
  link(names: readonly Subject[]): Promise<Linking>;
  /** The name is nobody's from now on. */
  cut(name: Subject): Promise<void>;
}

/** DynamoDB takes 100 writes in a transaction, and each name is two; nobody has as many names. */
const mostNames = 20;

const linkKey = (name: Subject) => ({ pk: `link#${subjectKey(name)}`, sk: 'person' });
const nameKey = (person: string, name: Subject) => ({
  pk: `person#${person}`,
  sk: `name#${subjectKey(name)}`,
});

/**
 * The one person among those whom the names belong to, or a new one; `undefined` where they are several people's. A new
 * person is named by nothing: a name that was cut may be somebody else's tomorrow.
 */
export const personAmong = (people: readonly (string | undefined)[]): string | undefined => {
  const [person, ...others] = new Set(people.filter((one) => one !== undefined));
  return others.length > 0 ? undefined : (person ?? randomUUID());
};

/** Rows of the registry table; each pair (name, person) stands twice, so that both questions are one consistent read. */
export class DynamoLinks implements Links {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async personOf(name: Subject): Promise<string | undefined> {
    const get = new GetCommand({ TableName: this.#table, Key: linkKey(name), ConsistentRead: true });
    return (await this.#client.send(get)).Item?.person as string | undefined;
  }

  async namesOf(person: string): Promise<Subject[]> {
    const query = {
      TableName: this.#table,
      KeyConditionExpression: 'pk = :person',
      ExpressionAttributeValues: { ':person': `person#${person}` },
      ConsistentRead: true,
    };
    const pages = paginateQuery({ client: this.#client }, query);
    return (await allItems(pages)).map((row) => row.name as Subject);
  }

  async link(names: readonly Subject[]): Promise<Linking> {
    // A transaction refuses to write one row twice, and directories give an address twice, in one case and another.
    const some = distinctSubjects(names).slice(0, mostNames);
    const people = await Promise.all(some.map((name) => this.personOf(name)));
    const person = personAmong(people);
    if (person === undefined) return 'taken';
    const fresh = some.filter((_, index) => people[index] === undefined);
    if (fresh.length === 0) return 'linked';
    const TableName = this.#table;
    const write = new TransactWriteCommand({
      TransactItems: fresh.flatMap((name) => [
        {
          Put: {
            TableName,
            Item: { ...linkKey(name), person },
            ConditionExpression: 'attribute_not_exists(pk) OR person = :person',
            ExpressionAttributeValues: { ':person': person },
          },
        },
        { Put: { TableName, Item: { ...nameKey(person, name), name } } },
      ]),
    });
    // Somebody else linked one of them at this very moment.
    return (await this.#client.send(write).then(() => true, isTransactionCanceled)) ? 'linked' : 'taken';
  }

  async cut(name: Subject): Promise<void> {
    const person = await this.personOf(name);
    if (person === undefined) return;
    const TableName = this.#table;
    const write = new TransactWriteCommand({
      TransactItems: [
        { Delete: { TableName, Key: linkKey(name) } },
        { Delete: { TableName, Key: nameKey(person, name) } },
      ],
    });
    await this.#client.send(write);
  }
}
