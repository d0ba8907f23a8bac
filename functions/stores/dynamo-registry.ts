import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Credential, credentialKey } from '../domain/credential.ts';
import type { RegistryEntry } from '../domain/registry-entry.ts';
import { withOptimism } from './conditional-write.ts';
import {
  type Due,
  type Provenance,
  type Registered,
  type Registration,
  type Registry,
  type Sighting,
  saysTheSame,
} from './registry.ts';
import { RegistryExpiry } from './registry-expiry.ts';
import {
  type Entry,
  endingAt,
  endingOf,
  entryIn,
  orphansPartition,
  type Row,
  registeredIn,
  seenNow,
} from './registry-rows.ts';
import { RegistryTable } from './registry-table.ts';

/** Each credential stands once for itself and once under each owner and entitlement, so that every question is a query. */
export class DynamoRegistry implements Registry {
  readonly #table: RegistryTable;
  readonly #expiry: RegistryExpiry;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#table = new RegistryTable(client, table);
    this.#expiry = new RegistryExpiry(client, table);
  }

  async entryOf(credential: Credential): Promise<RegistryEntry | undefined> {
    const row = await this.#table.row(credential);
    return row && entryIn(row);
  }

  async ownedBy(owners: readonly string[]): Promise<Credential[]> {
    const found = await Promise.all(owners.map((owner) => this.#table.under(`owner#${owner}`)));
    return [...new Map(found.flat().map((credential) => [credentialKey(credential), credential])).values()];
  }

  dependingOn(entitlement: string): Promise<Credential[]> {
    return this.#table.under(`entitlement#${entitlement}`);
  }

  async register(credential: Credential, entry: RegistryEntry, sighting?: Sighting): Promise<Registration> {
    let outcome: Registration = 'new';
    await withOptimism(`registry ${credentialKey(credential)}`, async () => {
      const row = await this.#table.row(credential);
      if (!row || (row.owners.length === 0 && entry.owners.length > 0)) {
        // Not `assigned`, whatever was there before: this owner is its own word.
        const next = { credential, ...entry, ...seenNow(row, sighting), ...endingOf(row) };
        return this.#table.write(next, row);
      }
      const disputed = saysTheSame(row, entry) ? undefined : true;
      outcome = disputed ? 'disputed' : 'known';
      if (disputed && !row.disputed) await this.#findBy(entry, row);
      await this.#table.change(row, { disputed, ...seenNow(row, sighting) });
      return true;
    });
    return outcome;
  }

  async orphans(): Promise<Registered[]> {
    return this.read(await this.#table.under(orphansPartition));
  }

  async read(credentials: readonly Credential[]): Promise<Registered[]> {
    const rows = await Promise.all(credentials.map((credential) => this.#table.row(credential)));
    return rows.flatMap((row) => (row ? [registeredIn(row)] : []));
  }

  assign(credential: Credential, entry: RegistryEntry): Promise<void> {
    return this.#settle(credential, (row) => ({ ...entry, assigned: true, ...endingOf(row) }));
  }

  issued(credential: Credential, entry: RegistryEntry, provenance: Provenance): Promise<void> {
    return this.#settle(credential, () => ({ ...entry, ...endingAt(provenance) }));
  }

  setExpiry(credential: Credential, expiresAt: string): Promise<void> {
    return this.#expiry.set(credential, expiresAt);
  }

  endBy(credential: Credential, expiresAt: string): Promise<void> {
    return this.#expiry.bringForward(credential, expiresAt);
  }

  dueBy(time: string): AsyncIterable<Due> {
    return this.#expiry.dueBy(time);
  }

  endExpiry(due: Due): Promise<void> {
    return this.#expiry.end(due);
  }

  endedBy(time: string): AsyncIterable<Due> {
    return this.#expiry.endedBy(time);
  }

  async forget(credential: Credential): Promise<void> {
    const row = await this.#table.row(credential);
    if (row) await this.#table.remove(row);
  }

  /** From now on it is as it is said here, and neither disputed nor an orphan. */
  async #settle(
    credential: Credential,
    next: (row: Row | undefined) => Omit<Entry, 'credential'>,
  ): Promise<void> {
    await withOptimism(`registry ${credentialKey(credential)}`, async () => {
      const row = await this.#table.row(credential);
      return this.#table.write({ credential, lastUsedAt: row?.lastUsedAt, ...next(row) }, row);
    });
  }

  /** What it says now is not believed, but whoever loses that has to find it: a human decides then. */
  async #findBy({ entitlements }: RegistryEntry, { credential, entitlements: known }: Row): Promise<void> {
    for (const entitlement of entitlements.filter((one) => !known.includes(one))) {
      await this.#table.list(`entitlement#${entitlement}`, credential);
    }
  }
}
