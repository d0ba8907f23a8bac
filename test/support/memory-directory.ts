import { type Subject, subjectKey } from '../../functions/domain/subject.ts';
import { type Linking, type Links, personAmong } from '../../functions/stores/links.ts';
import type { Membership, Memberships } from '../../functions/stores/memberships.ts';

// Doubles of the DynamoDB stores. `test/contract/directory.test.ts` holds both to the same contract.

export class MemoryLinks implements Links {
  readonly #people = new Map<string, { readonly name: Subject; readonly person: string }>();

  async personOf(name: Subject): Promise<string | undefined> {
    return this.#people.get(subjectKey(name))?.person;
  }

  async namesOf(person: string): Promise<Subject[]> {
    return [...this.#people.values()].filter((row) => row.person === person).map(({ name }) => name);
  }

  async link(names: readonly Subject[]): Promise<Linking> {
    const people = await Promise.all(names.map((name) => this.personOf(name)));
    const person = personAmong(people);
    if (person === undefined) return 'taken';
    for (const name of names)
      if (!this.#people.has(subjectKey(name))) this.#people.set(subjectKey(name), { name, person });
    return 'linked';
  }

  async cut(name: Subject): Promise<void> {
    this.#people.delete(subjectKey(name));
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
