import type { SeenTokens } from '../../functions/stores/seen-tokens.ts';

/** The memory of used tokens without a table; `test/contract/seen-tokens.test.ts` holds both to the same contract. */
export class MemorySeenTokens implements SeenTokens {
  readonly rows = new Map<string, number>();
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  async seen(key: string): Promise<boolean> {
    return (this.rows.get(key) ?? 0) > this.#now().getTime() / 1000;
  }

  async remember(key: string, expiresAt: number): Promise<void> {
    this.rows.set(key, Math.max(expiresAt, this.rows.get(key) ?? 0));
  }
}
