import { APIGatewayClient, GetApiKeyCommand, paginateGetApiKeys } from '@aws-sdk/client-api-gateway';
import { expect, it } from 'vitest';
import { slowly, waitFor } from '../../bench/slow-client.ts';
import { slowStore } from '../../bench/slow-store.ts';
import { VirtualClock } from '../../bench/virtual-clock.ts';

const newClock = () => new VirtualClock(new Date('2026-03-02T09:00:00.000Z'));

it('takes its latency for a call', async () => {
  const clock = newClock();
  const wait = waitFor(clock, { latency: 30, perSecond: 1000 });
  await clock.run(async () => {
    for (const _ of [1, 2, 3]) await wait();
  });
  expect(clock.milliseconds).toBe(90);
});

it('lets no more calls begin in a second than its quota has, whoever waits', async () => {
  const clock = newClock();
  const wait = waitFor(clock, { latency: 30, perSecond: 10 });
  const ends: number[] = [];
  const one = async () => {
    await wait();
    ends.push(clock.milliseconds);
  };
  await clock.run(() => Promise.all([one(), one(), one()]));
  expect(ends).toEqual([30, 130, 230]);
});

it('saves nothing up while nobody calls', async () => {
  const clock = newClock();
  const wait = waitFor(clock, { latency: 30, perSecond: 10 });
  await clock.run(async () => {
    await clock.sleep(10_000);
    await Promise.all([wait(), wait()]);
  });
  expect(clock.milliseconds).toBe(10_130);
});

it('answers the commands of a real client, for its paginators too, when the wait is over', async () => {
  const clock = newClock();
  const asked: unknown[] = [];
  const answer = (command: object) => {
    asked.push([clock.milliseconds, { ...(command as GetApiKeyCommand).input }]); // a paginator goes on with the same one
    return asked.length < 3 ? { position: String(asked.length) } : { name: 'last' };
  };
  const client = slowly(new APIGatewayClient({}), answer, waitFor(clock, { latency: 30, perSecond: 1000 }));
  const said = await clock.run(async () => {
    const pages = await Array.fromAsync(paginateGetApiKeys({ client, pageSize: 500 }, {}));
    return [pages.length, await client.send(new GetApiKeyCommand({ apiKey: 'k1' }))];
  });
  expect(said).toEqual([3, { name: 'last' }]);
  expect(asked).toEqual([
    [30, { limit: 500 }],
    [60, { limit: 500, position: '1' }],
    [90, { limit: 500, position: '2' }],
    [120, { apiKey: 'k1' }],
  ]);
});

/** As the doubles of stores are. */
class Store {
  readonly name = 'rows';
  readonly #rows = ['a', 'b'];

  async read(at: number): Promise<string | undefined> {
    return this.#rows[at];
  }

  async *all(): AsyncGenerator<string> {
    yield* this.#rows;
  }

  async fail(): Promise<void> {
    throw new Error('conflict');
  }
}

it('makes a store wait for each call, and each listing once', async () => {
  const clock = newClock();
  const store = slowStore(new Store(), () => clock.sleep(5));
  expect(store.name).toBe('rows');
  const said = await clock.run(async () => [await store.read(1), await Array.fromAsync(store.all())]);
  expect(said).toEqual(['b', ['a', 'b']]);
  expect(clock.milliseconds).toBe(10);
  await expect(clock.run(() => store.fail())).rejects.toThrow('conflict');
});
