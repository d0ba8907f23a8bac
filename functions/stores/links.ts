import { randomUUID } from 'node:crypto';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  paginateQuery,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { distinctSubjects, type Subject, subjectKey } from '../domain/subject.ts';
import { allItems } from './all-items.ts';
import { isAnyConditionFailed } from './conditional-write.ts';

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
  /**
   * What a directory says of one of its ids: the addresses that it has now. One that the directory gave to another id is
   * `taken`, and one that this id had and has no longer is cut: it may be somebody else's tomorrow.
   */
  assign(id: Subject, addresses: readonly Subject[]): Promise<Linking>;
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

/** A name, its person, and the id of the directory that gave it, where one did. */
interface Row {
  readonly name: Subject;
  readonly person: string;
  readonly by?: string;
}

/** Rows of the registry table; each pair (name, person) stands twice, so that both questions are one consistent read. */
export class DynamoLinks implements Links {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async personOf(name: Subject): Promise<string | undefined> {
    return (await this.#row(name))?.person;
  }

  async namesOf(person: string): Promise<Subject[]> {
    return (await this.#rowsOf(person)).map(({ name }) => name);
  }

  link(names: readonly Subject[]): Promise<Linking> {
    return this.#link(distinctSubjects(names));
  }

  async assign(id: Subject, addresses: readonly Subject[]): Promise<Linking> {
    const by = subjectKey(id);
    const rows = await Promise.all(addresses.map((address) => this.#row(address)));
    if (rows.some((row) => row?.by !== undefined && row.by !== by)) return 'taken';
    const person = await this.personOf(id);
    const now = new Set(addresses.map(subjectKey));
    for (const row of person === undefined ? [] : await this.#rowsOf(person)) {
      if (row.by === by && !now.has(subjectKey(row.name))) await this.cut(row.name);
    }
    return this.#link(distinctSubjects([id, ...addresses]), by);
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

  async #link(names: readonly Subject[], by?: string): Promise<Linking> {
    // A transaction refuses to write one row twice, so the names are distinct here.
    const some = names.slice(0, mostNames);
    const people = await Promise.all(some.map((name) => this.personOf(name)));
    const person = personAmong(people);
    if (person === undefined) return 'taken';
    const fresh = some.filter((_, index) => people[index] === undefined);
    if (fresh.length === 0) return 'linked';
    const TransactItems = fresh.flatMap((name) => this.#puts(name, person, by));
    const write = new TransactWriteCommand({ TransactItems });
    return (await this.#client.send(write).then(() => true, isAnyConditionFailed)) ? 'linked' : 'taken';
  }

  #puts(name: Subject, person: string, by: string | undefined) {
    const TableName = this.#table;
    const row: Row = { name, person, ...(by !== undefined && by !== subjectKey(name) && { by }) };
    const free = {
      ConditionExpression: 'attribute_not_exists(pk) OR person = :person',
      ExpressionAttributeValues: { ':person': person },
    };
    return [
      { Put: { TableName, Item: { ...linkKey(name), ...row }, ...free } },
      { Put: { TableName, Item: { ...nameKey(person, name), ...row } } },
    ];
  }

  async #row(name: Subject): Promise<Row | undefined> {
    const get = new GetCommand({ TableName: this.#table, Key: linkKey(name), ConsistentRead: true });
    return (await this.#client.send(get)).Item as Row | undefined;
  }

  async #rowsOf(person: string): Promise<Row[]> {
    const query = {
      TableName: this.#table,
      KeyConditionExpression: 'pk = :person',
      ExpressionAttributeValues: { ':person': `person#${person}` },
      ConsistentRead: true,
    };
    return (await allItems(paginateQuery({ client: this.#client }, query))) as unknown as Row[];
  }
}
