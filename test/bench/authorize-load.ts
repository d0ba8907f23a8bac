import type { CallName } from './authorize-calls.ts';
import type { ClientAnswer } from './authorize-client.ts';
import { clientsFor, stopAll, warmUp } from './authorize-rounds.ts';
import type { Stage } from './authorize-stage.ts';
import { titleOf } from './authorize-tables.ts';
import { median, quantile, rounded } from './spread.ts';

const size = 10_000;
const pair = ['handler', 'bound'] as const;

/** Young objects are not collected before there are so many megabytes of them. */
const roomy = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256'];

const requests = 200;

/** Bytes that one call allocates on V8's heap and beside it, as the heap grows while nothing is collected. */
export const measureAllocation = async (stage: Stage) => {
  const clients = clientsFor(stage, pair, roomy);
  await warmUp(stage, clients, size);
  const bytes: number[] = [];
  for (const name of pair) {
    const each: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      const answer = await clients.get(name)?.ask({ size, count: requests });
      if (answer && answer.collections === 0) each.push(answer.allocatedBytes / requests);
    }
    if (each.length < 5) throw new Error('the collector came in between too often');
    bytes.push(Math.round(median(each)));
  }
  await stopAll(clients);
  const [ours = Number.NaN, bound = Number.NaN] = bytes;
  const allocationRatio = rounded(ours / bound);
  return {
    allocationRatio,
    rows: [
      { of: titleOf('handler'), bytesPerRequest: ours },
      { of: titleOf('bound'), bytesPerRequest: bound },
      { of: 'ratio', bytesPerRequest: allocationRatio },
    ],
  };
};

const burst = 1000;

const burstRow = async (name: CallName, stage: Stage) => {
  const client = stage.client(name, ['--expose-gc']);
  await client.ask({ size, count: 500 });
  const before = await stage.store.ask({ delayMilliseconds: 2 });
  const bursts: ClientAnswer[] = [];
  for (let round = 0; round < 5; round += 1)
    bursts.push(await client.ask({ size, count: burst, as: 'burst' }));
  const after = await stage.store.ask({ delayMilliseconds: 0 });
  await client.stop();
  const latencies = bursts.flatMap((each) => each.latencies);
  const heaps = bursts.map(({ heapBytes }) => heapBytes);
  return {
    of: titleOf(name),
    bursts: bursts.length,
    answered: latencies.length,
    wrongOrFailed: bursts.reduce((sum, { wrong }) => sum + wrong, 0),
    p50Milliseconds: rounded(quantile(latencies, 0.5), 0),
    p99Milliseconds: rounded(quantile(latencies, 0.99), 0),
    newConnections: after.connections - before.connections,
    // The first ones grow pools.
    heapGrowthKilobytes: Math.round(((heaps.at(-1) ?? Number.NaN) - (heaps[1] ?? Number.NaN)) / 1024),
  };
};

/** A thousand requests at once in one process, over and over. Lambda never does that; leaks and queues show here. */
export const measureBursts = async (stage: Stage): Promise<object[]> => {
  await stage.store.ask({ size });
  const rows: object[] = [];
  for (const name of pair) rows.push(await burstRow(name, stage));
  return rows;
};
