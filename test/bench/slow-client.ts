import type { Answer } from '../contract/call-log.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** How a service takes calls. */
export interface Manner {
  /** Milliseconds from the call to its answer. */
  readonly latency: number;
  /** Calls that begin in a second; those above wait, as a client does that never asks too early. */
  readonly perSecond: number;
}

/** Waits as long as a call takes. */
export type Wait = () => Promise<void>;

export const waitFor = (clock: VirtualClock, { latency, perSecond }: Manner): Wait => {
  let free = 0;
  return () => {
    const begin = Math.max(clock.milliseconds, free);
    free = begin + 1000 / perSecond;
    return clock.sleep(begin - clock.milliseconds + latency);
  };
};

interface Sender {
  send(command: never): Promise<unknown>;
}

/**
 * Answers every command of a client in memory, and late. Its own `send` is replaced, not the client, since the SDK's paginators
 * insist on a real one; and nothing is serialised, which would take longer than all that is measured.
 */
export const slowly = <C extends Sender>(client: C, answer: Answer, wait: Wait): C => {
  client.send = async (command: object) => {
    await wait();
    return answer(command);
  };
  return client;
};
