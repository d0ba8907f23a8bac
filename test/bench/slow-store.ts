import type { Wait } from './slow-client.ts';

const isListing = (answer: unknown): answer is AsyncIterable<unknown> =>
  typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer;

async function* after(wait: Wait, listing: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  await wait();
  yield* listing;
}

/** A store in memory whose every call takes as long as a request to its table: whatever a method is asked for is one. */
export const slowStore = <T extends object>(store: T, wait: Wait): T =>
  new Proxy(store, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...given: unknown[]) => {
        const answer: unknown = method.apply(target, given);
        if (isListing(answer)) return after(wait, answer);
        return Promise.all([answer, wait()]).then(([said]) => said);
      };
    },
  });
