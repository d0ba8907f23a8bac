import { setImmediate as turn } from 'node:timers/promises';

interface Waiting {
  /** Milliseconds since the start. */
  readonly due: number;
  readonly wake: () => void;
}

/**
 * A time that passes only while everybody waits for it, from one wait that ends to the next: what would take a day is told in a
 * second, and is the same on every machine. It knows of no other waits: work may not do real input or output.
 */
export class VirtualClock {
  readonly #start: number;
  #milliseconds = 0;
  /** The next one first; of two for the same time, the one who came first. */
  readonly #waiting: Waiting[] = [];

  constructor(start: Date) {
    this.#start = start.getTime();
  }

  /** Since the start. */
  get milliseconds(): number {
    return this.#milliseconds;
  }

  readonly now = (): Date => new Date(this.#start + this.#milliseconds);

  readonly sleep = (milliseconds: number): Promise<void> => {
    const { promise, resolve: wake } = Promise.withResolvers<void>();
    const due = this.#milliseconds + Math.max(0, milliseconds);
    const behind = this.#waiting.findLastIndex((other) => other.due <= due);
    this.#waiting.splice(behind + 1, 0, { due, wake });
    return promise;
  };

  /** Lets time pass until the work is done. Rejects with its error, or where it waits for what never comes. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    let isOver = false;
    const running = work().finally(() => {
      isOver = true;
    });
    running.catch(() => undefined); // it is looked at when it is over
    for (;;) {
      // Whatever can go on without time goes on first.
      await turn();
      if (isOver) return running;
      this.#passOn();
    }
  }

  #passOn(): void {
    const next = this.#waiting.shift();
    if (!next) throw new Error('the work waits, and not for this clock');
    this.#milliseconds = next.due;
    next.wake();
  }
}
