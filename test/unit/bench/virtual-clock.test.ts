import fc from 'fast-check';
import { expect, it } from 'vitest';
import { VirtualClock } from '../../bench/virtual-clock.ts';

const start = new Date('2026-03-02T09:00:00.000Z');
const day = 86_400_000;

it('lets a day pass at once, and says what time it is then', async () => {
  const clock = new VirtualClock(start);
  await clock.run(() => clock.sleep(day));
  expect(clock.milliseconds).toBe(day);
  expect(clock.now().toISOString()).toBe('2026-03-03T09:00:00.000Z');
});

it('adds up waits that come one after the other, and not those side by side', async () => {
  const clock = new VirtualClock(start);
  const work = async (...waits: number[]) => {
    for (const wait of waits) await clock.sleep(wait);
  };
  await clock.run(() => Promise.all([work(10, 20, 30), work(50), work(5, 5)]));
  expect(clock.milliseconds).toBe(60);
});

it('stands still for work that does not wait, however many steps it takes', async () => {
  const clock = new VirtualClock(start);
  const steps = async () => {
    for (let step = 0; step < 1000; step += 1) await Promise.resolve();
    return clock.milliseconds;
  };
  const [at] = await clock.run(() => Promise.all([steps(), clock.sleep(7)]));
  expect(at).toBe(0);
});

it('wakes everybody in the order of their times, and of their coming', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(20), { minLength: 1 }), async (waits) => {
      const clock = new VirtualClock(start);
      const woken: [number, number][] = [];
      const one = async (wait: number, at: number) => {
        await clock.sleep(wait);
        expect(clock.milliseconds).toBe(wait);
        woken.push([wait, at]);
      };
      await clock.run(() => Promise.all(waits.map(one)));
      const expected = waits.map((wait, at): [number, number] => [wait, at]).sort(([a], [b]) => a - b);
      expect(woken).toEqual(expected);
    }),
  );
});

it('does not go back for a wait of less than nothing', async () => {
  const clock = new VirtualClock(start);
  await clock.run(async () => {
    await clock.sleep(10);
    await clock.sleep(-5);
  });
  expect(clock.milliseconds).toBe(10);
});

it('goes on from where it was, and leaves what nobody waits for', async () => {
  const clock = new VirtualClock(start);
  const answer = await clock.run(async () => {
    void clock.sleep(1000);
    await clock.sleep(10);
    return 'done';
  });
  expect([answer, clock.milliseconds]).toEqual(['done', 10]);
  await clock.run(() => clock.sleep(5));
  expect(clock.milliseconds).toBe(15);
});

it('fails with the work', async () => {
  const clock = new VirtualClock(start);
  const failing = async () => {
    await clock.sleep(10);
    throw new Error('denied');
  };
  await expect(clock.run(failing)).rejects.toThrow('denied');
});

it('says so where the work waits for something else', async () => {
  const clock = new VirtualClock(start);
  await expect(clock.run(() => new Promise(() => undefined))).rejects.toThrow('not for this clock');
});
