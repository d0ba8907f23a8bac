import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again until the answer is there; fails with what was waited for. */
export const eventually = async <T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> => {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    await sleep(200);
  }
  throw new Error(`${what}: not within a minute`);
};
