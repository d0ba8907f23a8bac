import { type Subject, subjectKey } from '../../functions/domain/subject.ts';
import { type Linking, type Links, personAmong } from '../../functions/stores/links.ts';
import type { Membership, Memberships } from '../../functions/stores/memberships.ts';

// Doubles of the DynamoDB stores. `test/contract/directory.test.ts` holds both to the same contract.

interface Row {
  readonly name: Subject;
  readonly person: string;
  readonly by: string | undefined;
}

export class MemoryLinks implements Links {
  readonly #rows = new Map<string, Row>();

  async personOf(name: Subject): Promise<string | undefined> {
    return this.#rows.get(subjectKey(name))?.person;
  }

  async namesOf(person: string): Promise<Subject[]> {
    return [...this.#rows.values()].filter((row) => row.person === person).map(({ name }) => name);
  }

  async link(names: readonly Subject[], by?: string): Promise<Linking> {
    const person = personAmong(await Promise.all(names.map((name) => this.personOf(name))));
    if (person === undefined) return 'taken';
    for (const name of names) {
      const key = subjectKey(name);
      if (!this.#rows.has(key)) this.#rows.set(key, { name, person, by: key === by ? undefined : by });
    }
    return 'linked';
  }

  async assign(id: Subject, addresses: readonly Subject[]): Promise<Linking> {
    const by = subjectKey(id);
    const now = addresses.map(subjectKey);
    if (now.some((key) => ![undefined, by].includes(this.#rows.get(key)?.by))) return 'taken';
    for (const [key, row] of this.#rows) if (row.by === by && !now.includes(key)) this.#rows.delete(key);
    return this.link([id, ...addresses], by);
  }

  async cut(name: Subject): Promise<void> {
    this.#rows.delete(subjectKey(name));
  }
}

export class MemoryMemberships implements Memberships {
  readonly #all = new Map<string, Membership>();
  readonly #current = new Set<string>();

  async byId(membershipId: string): Promise<Membership | undefined> {
    return this.#all.get(membershipId);
  }

  async ofGroup(groupId: string): Promise<Membership[]> {
    return [...this.#all.values()].filter(
      (one) => one.groupId === groupId && this.#current.has(one.membershipId),
    );
  }

  async remember(membership: Membership): Promise<void> {
    this.#all.set(membership.membershipId, membership);
    this.#current.add(membership.membershipId);
  }

  async leave({ membershipId }: Membership): Promise<void> {
    this.#current.delete(membershipId);
  }
}
