import { type Denial, mergeDenials } from '../../functions/domain/denial.ts';
import type { Denylist } from '../../functions/stores/denylist.ts';

/** The denylist without a table: the same merging, no expiry of its own, as DynamoDB's comes late. */
export class MemoryDenylist implements Denylist {
  readonly rows = new Map<string, Denial>();

  async read(key: string): Promise<Denial | undefined> {
    return this.rows.get(key);
  }

  async deny(key: string, denial: Denial): Promise<void> {
    this.rows.set(key, mergeDenials(this.rows.get(key), denial));
  }

  async prolong(key: string, denial: Denial): Promise<void> {
    if (this.rows.get(key)?.blocked !== false) await this.deny(key, denial);
  }

  async unblock(key: string): Promise<void> {
    const row = this.rows.get(key);
    if (row) this.rows.set(key, { ...row, blocked: false });
  }
}
