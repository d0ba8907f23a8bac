import { type Denial, inNameOf, isLiftedBy, liftedBy, mergeDenials } from '../../functions/domain/denial.ts';
import type { Denylist } from '../../functions/stores/denylist.ts';

/** The denylist without a table: the same merging, no expiry of its own, as DynamoDB's comes late. */
export class MemoryDenylist implements Denylist {
  readonly rows = new Map<string, Denial>();

  async read(key: string): Promise<Denial | undefined> {
    return this.rows.get(key);
  }

  async deny(key: string, denial: Denial, by = key): Promise<void> {
    this.rows.set(key, mergeDenials(this.rows.get(key), inNameOf(denial, by)));
  }

  async prolong(key: string, denial: Denial, by = key): Promise<void> {
    const row = this.rows.get(key);
    if (!row || !isLiftedBy(row, by)) await this.deny(key, denial, by);
  }

  async unblock(key: string, by = key): Promise<void> {
    const row = this.rows.get(key);
    if (row) this.rows.set(key, liftedBy(row, by));
  }
}
