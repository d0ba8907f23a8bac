import { isDeepStrictEqual } from 'node:util';
import { Conflict } from '../../functions/domain/errors.ts';
import type { Place } from '../../functions/shared/aws-clients.ts';
import type { DriftBaseline } from '../../functions/stores/drift-baseline.ts';
import { type Issuance, type Issuances, isOpen } from '../../functions/stores/issuances.ts';

// Doubles of the stores of provisioning. `test/contract/issue-stores.test.ts` holds both to the same contract.

export class MemoryIssuances implements Issuances {
  readonly #rows = new Map<string, Issuance>();

  async intend(issuance: Issuance): Promise<boolean> {
    const known = this.#rows.get(issuance.id);
    if (known && known.status !== 'refused') return false;
    this.#rows.set(issuance.id, structuredClone(issuance));
    return true;
  }

  async get(id: string): Promise<Issuance | undefined> {
    return this.#rows.get(id);
  }

  async move(issuance: Issuance, next: Partial<Issuance>): Promise<Issuance> {
    if (!isDeepStrictEqual(this.#rows.get(issuance.id), issuance)) throw new Conflict(issuance.id);
    const moved = { ...issuance, ...next };
    this.#rows.set(issuance.id, moved);
    return moved;
  }

  async open(): Promise<Issuance[]> {
    const open = [...this.#rows.values()].filter(isOpen);
    return open.sort((a, b) => Date.parse(a.intendedAt) - Date.parse(b.intendedAt));
  }
}

export class MemoryDriftBaseline implements DriftBaseline {
  readonly #now: () => Date;
  readonly #rows = new Map<string, string>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  async since({ account, region }: Place): Promise<string> {
    const place = `${account}:${region}`;
    const since = this.#rows.get(place) ?? this.#now().toISOString();
    this.#rows.set(place, since);
    return since;
  }
}
