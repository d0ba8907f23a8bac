import type { Denial } from '../domain/denial.ts';
import { denialsIn, mayPass } from './denylist-answer.ts';
import type { Wire } from './denylist-wire.ts';
import { Failure, type HttpAnswer } from './exchange.ts';
import { Unavailable } from './refusal.ts';

/** Rows by key; a key without a row is simply absent. */
export type Denials = ReadonlyMap<string, Denial>;

/** The rows that stand under these keys. Throws `Unavailable`. */
export type ReadDenials = (keys: readonly string[]) => Promise<Denials>;

/** Milliseconds. A request waits for two attempts at most, and no longer than this for both. */
const patience = 2500;

/** The second attempt comes at once: whoever waits for it is a request that is not answered yet. */
const ask = async (wire: Wire, body: string): Promise<HttpAnswer> => {
  const until = performance.now() + patience;
  const first = await wire(body, { fresh: false, until }).catch(() => undefined);
  return first && !mayPass(first) ? first : wire(body, { fresh: true, until });
};

/** What is logged of an error is its name: Node's own say more by their code, and messages may quote input. */
const named = (error: unknown): Failure => {
  const { code, name = 'Error' } = error as NodeJS.ErrnoException;
  return new Failure(code ?? name);
};

/** One strongly consistent round trip for all keys. */
export const denialReader =
  (wire: Wire, table: string): ReadDenials =>
  async (given) => {
    // DynamoDB refuses a request that names a key twice ("BatchGetItem").
    const keys = [...new Set(given)];
    const Keys = keys.map((key) => ({ key: { S: key } }));
    const body = JSON.stringify({ RequestItems: { [table]: { Keys, ConsistentRead: true } } });
    try {
      return denialsIn(await ask(wire, body), { table, keys });
    } catch (error) {
      throw new Unavailable('denylist-unreachable', named(error));
    }
  };
