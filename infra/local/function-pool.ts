import type { Reply } from './function-instance.ts';

/** One invocation at a time. */
export interface Instance {
  invoke(event: string): Promise<Reply>;
  stop(): Promise<void>;
}

/**
 * The instances of one function. Where all are busy, an invocation waits for its turn (Lambda would throttle it, and
 * the caller try again). The one that was free last goes first, so that a warm one serves a lonely caller.
 */
export class FunctionPool {
  readonly #all: readonly Instance[];
  readonly #free: Instance[];
  readonly #waiting: ((instance: Instance) => void)[] = [];
  #stopped = false;

  constructor(instances: readonly Instance[]) {
    this.#all = instances;
    this.#free = [...instances];
  }

  async invoke(event: string): Promise<Reply> {
    if (this.#stopped) throw new Error('the local stack is stopping');
    const instance = this.#free.pop() ?? (await this.#next());
    try {
      return await instance.invoke(event);
    } finally {
      this.#release(instance);
    }
  }

  /** Ends what runs, as a crash of the function would. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#all.map((instance) => instance.stop()));
  }

  #next(): Promise<Instance> {
    const { promise, resolve } = Promise.withResolvers<Instance>();
    this.#waiting.push(resolve);
    return promise;
  }

  #release(instance: Instance): void {
    const next = this.#waiting.shift();
    if (next) next(instance);
    else this.#free.push(instance);
  }
}
