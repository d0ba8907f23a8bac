import type { Original } from '../../functions/credentials/credential-revoker.ts';
import { type Credential, credentialKey } from '../../functions/domain/credential.ts';
import { Conflict } from '../../functions/domain/errors.ts';
import type { Discovery, Revocation, Task } from '../../functions/domain/revocation.ts';
import type { Brakes } from '../../functions/stores/brakes.ts';
import type { Losses } from '../../functions/stores/losses.ts';
import type { Direction, Recency, Suspension } from '../../functions/stores/recency.ts';
import type { OpenItem, OpenStatus, Revocations } from '../../functions/stores/revocations.ts';
import type { HeldDown, Released, Standing } from '../../functions/stores/standing.ts';

// Doubles of the DynamoDB stores. `test/contract/stores.test.ts` holds both to the same contract.

export { MemoryRegistry } from './memory-registry.ts';

export class MemoryLosses implements Losses {
  readonly #rows = new Map<string, Map<string, Set<string>>>();

  async add(people: readonly string[], what: readonly string[], revocationId: string): Promise<void> {
    for (const person of people) {
      const lost = this.#rows.get(person) ?? new Map<string, Set<string>>();
      this.#rows.set(person, lost);
      for (const one of what) lost.set(one, (lost.get(one) ?? new Set()).add(revocationId));
    }
  }

  async lift(people: readonly string[], what: readonly string[], revocationId: string): Promise<void> {
    for (const person of people)
      for (const one of what) this.#rows.get(person)?.get(one)?.delete(revocationId);
  }

  async of(person: string): Promise<ReadonlySet<string>> {
    const rows = [...(this.#rows.get(person) ?? [])];
    return new Set(rows.filter(([, ids]) => ids.size > 0).map(([what]) => what));
  }
}

export class MemoryRevocations implements Revocations {
  readonly #heads = new Map<string, Revocation>();
  readonly #tasks = new Map<string, Task>();
  readonly #discoveries = new Map<string, Discovery>();

  async open(revocation: Revocation): Promise<Revocation> {
    const stored = this.#heads.get(revocation.id);
    if (stored) return stored;
    this.#heads.set(revocation.id, revocation);
    return revocation;
  }

  async get(id: string): Promise<Revocation | undefined> {
    return this.#heads.get(id);
  }

  async move(revocation: Revocation, next: Partial<Revocation>): Promise<Revocation> {
    if (this.#heads.get(revocation.id)?.status !== revocation.status) throw new Conflict(revocation.id);
    const moved = { ...revocation, ...next };
    this.#heads.set(revocation.id, moved);
    return moved;
  }

  async addTask(task: Task): Promise<boolean> {
    const key = `${task.revocationId} ${credentialKey(task.principal)}`;
    if (this.#tasks.has(key)) return false;
    this.#tasks.set(key, task);
    return true;
  }

  async task(revocationId: string, principal: string): Promise<Task | undefined> {
    return this.#tasks.get(`${revocationId} ${principal}`);
  }

  async tasks(revocationId: string): Promise<Task[]> {
    return [...this.#tasks.values()].filter((task) => task.revocationId === revocationId);
  }

  async saveTask(task: Task): Promise<Task> {
    const key = `${task.revocationId} ${credentialKey(task.principal)}`;
    if (this.#tasks.get(key)?.version !== task.version) throw new Conflict(key);
    const saved = { ...task, version: task.version + 1 };
    this.#tasks.set(key, saved);
    return saved;
  }

  async saveDiscovery(discovery: Discovery): Promise<void> {
    this.#discoveries.set(`${discovery.revocationId} ${discovery.kind}`, discovery);
  }

  async discoveries(revocationId: string): Promise<Discovery[]> {
    return [...this.#discoveries.values()].filter((discovery) => discovery.revocationId === revocationId);
  }

  async listOpen(status: OpenStatus): Promise<OpenItem[]> {
    return [...this.#heads.values(), ...this.#tasks.values()].filter((item) => item.status === status);
  }
}

interface StandingRow extends HeldDown {
  readonly ids: Set<string>;
  original: Original | undefined;
}

export class MemoryStanding implements Standing {
  readonly #rows = new Map<string, StandingRow>();

  async hold(held: HeldDown, revocationId: string, original: Original): Promise<void> {
    const key = credentialKey(held.credential);
    const row = this.#rows.get(key) ?? { ...held, ids: new Set(), original: undefined };
    if (!row.original) Object.assign(row, { original, newcomer: held.newcomer });
    row.ids.add(revocationId);
    this.#rows.set(key, row);
  }

  async correct(credential: Credential, original: Original): Promise<void> {
    const row = this.#rows.get(credentialKey(credential));
    if (row) row.original = original;
  }

  async release(credential: Credential, revocationId: string): Promise<Released> {
    const row = this.#rows.get(credentialKey(credential));
    row?.ids.delete(revocationId);
    const remaining = [...(row?.ids ?? [])];
    return {
      remaining,
      original: row?.original,
      newcomer: row?.original !== undefined && row.newcomer === true,
    };
  }

  async holders(credential: Credential): Promise<readonly string[]> {
    return [...(this.#rows.get(credentialKey(credential))?.ids ?? [])];
  }

  async forget(credential: Credential): Promise<boolean> {
    const row = this.#rows.get(credentialKey(credential));
    if (row && row.ids.size > 0) return false;
    if (row) row.original = undefined;
    return true;
  }

  async *all(): AsyncIterable<HeldDown> {
    for (const row of this.#rows.values()) if (row.original) yield row;
  }
}

export class MemoryBrakes implements Brakes {
  readonly #now: () => Date;
  readonly #hours = new Map<string, Set<string>>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  async admit(source: string, subject: string, capPerHour: number): Promise<boolean> {
    const key = `${source} ${this.#now().toISOString().slice(0, 13)}`;
    const subjects = this.#hours.get(key) ?? new Set();
    this.#hours.set(key, subjects);
    if (!subjects.has(subject) && subjects.size >= capPerHour) return false;
    subjects.add(subject);
    return true;
  }
}

export class MemoryRecency implements Recency {
  readonly #newest = new Map<string, string>();
  readonly #suspensions = new Map<string, Suspension & { readonly subject: string }>();

  async note(subject: string, direction: Direction, occurredAt: string): Promise<string | undefined> {
    const key = `${subject} ${direction}`;
    const at = new Date(occurredAt).toISOString();
    if (at > (this.#newest.get(key) ?? '')) this.#newest.set(key, at);
    return this.#newest.get(`${subject} ${direction === 'revoked' ? 'reactivated' : 'revoked'}`);
  }

  async noteSuspension(subject: string, suspension: Suspension): Promise<void> {
    this.#suspensions.set(`${subject} ${suspension.source} ${suspension.revocationId}`, {
      subject,
      ...suspension,
    });
  }

  async suspensions(subject: string, source: string): Promise<Suspension[]> {
    return [...this.#suspensions.values()]
      .filter((one) => one.subject === subject && one.source === source)
      .map(({ subject: _, ...suspension }) => suspension);
  }
}
