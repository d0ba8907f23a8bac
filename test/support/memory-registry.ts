import { type Credential, credentialKey } from '../../functions/domain/credential.ts';
import { daysAfter } from '../../functions/domain/days.ts';
import type { RegistryEntry } from '../../functions/domain/registry-entry.ts';
import {
  type Due,
  type Provenance,
  type Registered,
  type Registration,
  type Registry,
  type Sighting,
  saysTheSame,
} from '../../functions/stores/registry.ts';

type Row = Omit<Registered, 'disputed'> & {
  readonly disputed?: boolean;
  /** What it says now, and is not believed. */
  readonly claimed?: readonly string[];
  /** False once somebody saw to its end. */
  readonly isEnding?: boolean | undefined;
};

const utc = (time: string): string => new Date(time).toISOString();

/** Whoever says whose it is says nothing about when it ends. */
const endingOf = (row: Row | undefined) => ({
  ...(row?.issuance !== undefined && { issuance: row.issuance }),
  ...(row?.expiresAt !== undefined && { expiresAt: row.expiresAt }),
  ...(row?.isEnding !== undefined && { isEnding: row.isEnding }),
});

/** The registry without a table; `test/contract/stores.test.ts` and `expiries.test.ts` hold both to the same contract. */
export class MemoryRegistry implements Registry {
  readonly #rows = new Map<string, Row>();

  async entryOf(credential: Credential): Promise<RegistryEntry | undefined> {
    const row = this.#rows.get(credentialKey(credential));
    return row && { owners: row.owners, isProtected: row.isProtected, entitlements: row.entitlements };
  }

  async ownedBy(owners: readonly string[]): Promise<Credential[]> {
    return this.#where((row) => row.owners.some((owner) => owners.includes(owner)));
  }

  async dependingOn(entitlement: string): Promise<Credential[]> {
    return this.#where(({ entitlements, claimed = [] }) =>
      [...entitlements, ...claimed].includes(entitlement),
    );
  }

  async register(credential: Credential, entry: RegistryEntry, sighting?: Sighting): Promise<Registration> {
    const row = this.#rows.get(credentialKey(credential));
    const seen = {
      lastUsedAt: sighting?.lastUsedAt ?? row?.lastUsedAt,
      orphan: sighting ? sighting.orphan : row?.orphan,
    };
    if (!row || (row.owners.length === 0 && entry.owners.length > 0)) {
      this.#put({ credential, ...entry, ...seen, ...endingOf(row) });
      return 'new';
    }
    const disputed = !saysTheSame(row, entry);
    const claimed = disputed ? entry.entitlements : [];
    this.#put({ ...row, disputed, claimed, ...seen });
    return disputed ? 'disputed' : 'known';
  }

  async orphans(): Promise<Registered[]> {
    return this.read(this.#where(({ orphan }) => orphan !== undefined));
  }

  async read(credentials: readonly Credential[]): Promise<Registered[]> {
    return credentials.flatMap((credential) => {
      const row = this.#rows.get(credentialKey(credential));
      if (!row) return [];
      const { claimed: _, isEnding: __, disputed, lastUsedAt, orphan, ...rest } = row;
      const sighting = { ...(lastUsedAt && { lastUsedAt }), ...(orphan && { orphan }) };
      return { ...rest, ...sighting, ...(disputed && { disputed }) };
    });
  }

  async assign(credential: Credential, entry: RegistryEntry): Promise<void> {
    const row = this.#rows.get(credentialKey(credential));
    this.#put({ credential, ...entry, assigned: true, lastUsedAt: row?.lastUsedAt, ...endingOf(row) });
  }

  async issued(credential: Credential, entry: RegistryEntry, provenance: Provenance): Promise<void> {
    const { issuance, expiresAt } = provenance;
    const lastUsedAt = this.#rows.get(credentialKey(credential))?.lastUsedAt;
    this.#put({ credential, ...entry, lastUsedAt, issuance, expiresAt: utc(expiresAt), isEnding: true });
  }

  async setExpiry(credential: Credential, expiresAt: string): Promise<void> {
    const row = this.#rows.get(credentialKey(credential));
    if (row) this.#put({ ...row, expiresAt: utc(expiresAt), isEnding: true });
  }

  async endBy(credential: Credential, expiresAt: string): Promise<void> {
    const row = this.#rows.get(credentialKey(credential));
    if (row?.expiresAt === undefined || row.expiresAt > utc(expiresAt)) {
      await this.setExpiry(credential, expiresAt);
    }
  }

  async *dueBy(time: string): AsyncGenerator<Due> {
    yield* this.#ends(true, time);
  }

  async *endedBy(time: string): AsyncGenerator<Due> {
    const from = daysAfter(time, -400);
    yield* this.#ends(false, time).filter(({ expiresAt }) => expiresAt >= from);
  }

  async endExpiry({ credential, expiresAt }: Due): Promise<void> {
    const row = this.#rows.get(credentialKey(credential));
    if (row?.expiresAt === utc(expiresAt)) this.#put({ ...row, isEnding: false });
  }

  async forget(credential: Credential): Promise<void> {
    this.#rows.delete(credentialKey(credential));
  }

  #ends(isEnding: boolean, time: string): Due[] {
    return [...this.#rows.values()]
      .flatMap(({ credential, expiresAt, ...row }) =>
        row.isEnding === isEnding && expiresAt !== undefined && expiresAt <= utc(time)
          ? [{ credential, expiresAt }]
          : [],
      )
      .sort((a, b) => Date.parse(a.expiresAt) - Date.parse(b.expiresAt));
  }

  #put(row: Row): void {
    this.#rows.set(credentialKey(row.credential), row);
  }

  #where(condition: (row: Row) => boolean): Credential[] {
    return [...this.#rows.values()].filter(condition).map(({ credential }) => credential);
  }
}
