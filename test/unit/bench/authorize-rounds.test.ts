import { expect, test } from 'vitest';
import type { CallName } from '../../bench/authorize-calls.ts';
import { takeTurns } from '../../bench/authorize-rounds.ts';
import type { Client, Stage } from '../../bench/authorize-stage.ts';
import { cpuRow, decisionFigures, delayRow } from '../../bench/authorize-tables.ts';

const names: readonly CallName[] = ['handler', 'bound'];
const settings = [0, 10].map((size) => ({ size, delayMilliseconds: 2 }));

/** Each call of the authorizer costs 30 µs and 3 ms, of the bound 20 µs and 2 ms; each asks the store once. */
const world = ({ wrong = 0, requestsPerCall = 1 } = {}) => {
  const log: string[] = [];
  let requests = 7;
  const client = (name: CallName, cost: number): Client => ({
    ask: async ({ size, count }) => {
      log.push(`${name} ${size}`);
      requests += count * requestsPerCall;
      const cpuMicroseconds = cost * 10 * count;
      const rest = { allocatedBytes: 0, collections: 0, heapBytes: 0, latencies: [], frames: [] };
      return { ...rest, wrong, cpuMicroseconds, milliseconds: cost * count };
    },
    stop: async () => undefined,
  });
  const store: Stage['store'] = {
    ask: async () => ({ url: '', requests, connections: 0 }),
    stop: async () => undefined,
  };
  const stage = { store } as Stage;
  const clients = new Map([
    ['handler', client('handler', 3)] as const,
    ['bound', client('bound', 2)] as const,
  ]);
  const turns = (rounds: number) => takeTurns(stage, clients, { rounds, calls: 4, names, settings });
  return { log, turns };
};

test('all take turns in each setting, every other time backwards', async () => {
  const { log, turns } = world();
  await turns(2);
  const forwards = ['handler 0', 'bound 0', 'handler 10', 'bound 10'];
  expect(log).toEqual([...forwards, 'bound 0', 'handler 0', 'bound 10', 'handler 10']);
});

test('a round is what one call costs, and asks of the store', async () => {
  const [measured] = await world().turns(3);
  const round = { cpuMicroseconds: 30, milliseconds: 3, storeRequests: 1 };
  expect(measured?.rounds.handler).toEqual([round, round, round]);
});

test('a wrong answer ends the bench', async () => {
  await expect(world({ wrong: 1 }).turns(1)).rejects.toThrow('1 answers were wrong');
});

test('the ratio is ours to the bound, and what is beyond the bound is a share of ours', async () => {
  const [, measured] = await world().turns(3);
  if (!measured) throw new Error('nothing was measured');
  expect(cpuRow(measured)).toMatchObject({ rows: 10, cpuRatio: 1.5, spread: '1.50–1.50', wallRatio: 1.5 });
  expect(delayRow(measured)).toMatchObject({ 'store (ms)': 2, wallRatio: 1.5, 'beyond the bound (%)': 33.3 });
});

test('requests to the store are counted over every round of the authorizer', async () => {
  const all = await world({ requestsPerCall: 2 }).turns(2);
  const others = await world().turns(2);
  expect(decisionFigures(all, others)).toEqual({
    cpuRatio: 1.5,
    wallRatio: 1.5,
    dynamodbCallsPerRequest: 1.5,
  });
});

test('rounds without rows are left out of the ratio', async () => {
  const [empty, full] = await world().turns(2);
  if (!empty || !full) throw new Error('nothing was measured');
  const dear = { cpuMicroseconds: 900, milliseconds: 90, storeRequests: 1 };
  const distorted = { ...empty, rounds: { ...empty.rounds, handler: [dear, dear] } };
  expect(decisionFigures([distorted, full], [])).toMatchObject({ cpuRatio: 1.5, wallRatio: 1.5 });
});
