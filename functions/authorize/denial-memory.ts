import { type Denial, mergeDenials } from '../domain/denial.ts';
import { type Moment, secondsBetween } from './moment.ts';

interface Known {
  /** `undefined`: there was none. */
  readonly row: Denial | undefined;
  /** Before the question: the answer may be as old as that, and its age is counted from there. */
  readonly asked: Moment;
  /** After the answer: only a question from later than that knows better. */
  readonly answered: Moment;
}

/** One answer of the denylist. */
export interface Lesson {
  readonly keys: readonly string[];
  readonly rows: ReadonlyMap<string, Denial>;
  readonly asked: Moment;
  readonly answered: Moment;
}

const isBefore = (a: Moment, b: Moment): boolean => a.steady < b.steady;

/**
 * Answers cross: one that was asked before the other was in may have been read before or after it. Then whatever
 * refuses more counts, so that a late "no row" never brings back what was revoked, and the older age.
 */
const combine = (known: Known | undefined, next: Known): Known => {
  if (!known || isBefore(known.answered, next.asked)) return next;
  return {
    row: next.row ? mergeDenials(known.row, next.row) : known.row,
    asked: isBefore(next.asked, known.asked) ? next.asked : known.asked,
    answered: isBefore(next.answered, known.answered) ? known.answered : next.answered,
  };
};

/**
 * What this instance has read from the denylist, with its age. It knows nothing that was not read, and forgets the oldest
 * when it is full: what is forgotten is not "no row", but unknown.
 */
export class DenialMemory {
  readonly #known = new Map<string, Known>();
  readonly #limit: number;

  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  learn({ keys, rows, asked, answered }: Lesson): void {
    for (const key of keys) {
      const combined = combine(this.#known.get(key), { row: rows.get(key), asked, answered });
      this.#known.delete(key); // the order of the map is that of learning
      this.#known.set(key, combined);
    }
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= this.#limit) break;
      this.#known.delete(oldest);
    }
  }

  /** The rows under these keys, if each was asked for within so many seconds; otherwise `undefined`. */
  recall(keys: readonly string[], seconds: number, now: Moment): ReadonlyMap<string, Denial> | undefined {
    const rows = new Map<string, Denial>();
    for (const key of keys) {
      const known = this.#known.get(key);
      if (!known || secondsBetween(known.asked, now) > seconds) return undefined;
      if (known.row) rows.set(key, known.row);
    }
    return rows;
  }
}
