import { problemOf } from '../domain/errors.ts';

/** By what was being done: what went wrong with it first, and with how many. Trouble with one must not keep the others from being done. */
export class Problems {
  readonly #seen = new Map<string, { problem: string; times: number }>();

  /** The work's result, or `undefined` where it failed. */
  async attempt<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.note(what, problemOf(error));
      return undefined;
    }
  }

  note(what: string, problem: string): void {
    const seen = this.#seen.get(what);
    this.#seen.set(what, { problem: seen?.problem ?? problem, times: (seen?.times ?? 0) + 1 });
  }

  /** `undefined` where there are none. */
  get found(): Readonly<Record<string, { problem: string; times: number }>> | undefined {
    return this.#seen.size > 0 ? Object.fromEntries(this.#seen) : undefined;
  }
}
