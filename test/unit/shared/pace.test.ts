import { describe, expect, it } from 'vitest';
import { ownPace, sharedPace } from '../../../functions/shared/pace.ts';
import type { RateLimits } from '../../../functions/stores/rate-limits.ts';

const limit = { name: 'iam', perSecond: 4, burst: 8 };

/** A table that answers with these waits, one after the other, and then gives what it is asked for. */
const table = (...waits: number[]) => {
  const taken: number[] = [];
  const rateLimits: RateLimits = {
    take: async ({ name }, tokens) => {
      expect(name).toBe('iam');
      const wait = waits.shift() ?? 0;
      if (wait === 0) taken.push(tokens);
      return wait;
    },
  };
  return { taken, rateLimits };
};

const sleeper = () => {
  const slept: number[] = [];
  return { slept, sleep: async (milliseconds: number) => void slept.push(milliseconds) };
};

describe('a pace that is shared', () => {
  it("takes a second's worth at a time, so that the table is not asked for each call", async () => {
    const { taken, rateLimits } = table();
    const pace = sharedPace(limit, { rateLimits, ...sleeper() });
    for (let call = 0; call < 9; call += 1) await pace(1);
    expect(taken).toEqual([4, 4, 4]);
  });

  it('takes no more than the bucket can hold, and one at least', async () => {
    for (const [perSecond, burst, lot] of [
      [10, 3, 3],
      [0.2, 1, 1],
      [2.5, 8, 3],
    ] as const) {
      const { taken, rateLimits } = table();
      await sharedPace({ name: 'iam', perSecond, burst }, { rateLimits, ...sleeper() })(1);
      expect(taken).toEqual([lot]);
    }
  });

  it('takes several lots for more calls than one has', async () => {
    const { taken, rateLimits } = table();
    const pace = sharedPace(limit, { rateLimits, ...sleeper() });
    await pace(10);
    await pace(2);
    expect(taken).toEqual([4, 4, 4]);
  });

  it('waits as long as it is told, and asks again', async () => {
    const { taken, rateLimits } = table(250, 125);
    const { slept, sleep } = sleeper();
    await sharedPace(limit, { rateLimits, sleep })(1);
    expect(slept).toEqual([250, 125]);
    expect(taken).toEqual([4]);
  });

  it('lets those who wait at the same time share a lot', async () => {
    const { taken, rateLimits } = table(100);
    const { slept, sleep } = sleeper();
    const pace = sharedPace(limit, { rateLimits, sleep });
    await Promise.all([pace(1), pace(1), pace(2)]);
    expect(taken).toEqual([4]);
    expect(slept).toEqual([100]);
  });

  it('does not begin a wait that would outlast the time that is left, and says so', async () => {
    const { taken, rateLimits } = table(1000, 999);
    const { slept, sleep } = sleeper();
    const pace = sharedPace(limit, { rateLimits, sleep, timeLeft: () => 1000 });
    await expect(pace(1)).rejects.toMatchObject({ code: 'throttled', retryable: true });
    expect(slept).toEqual([]);
    // Whoever comes after is not held up by it.
    await pace(1);
    expect(slept).toEqual([999]);
    expect(taken).toEqual([4]);
  });

  it('passes on what the table says, and goes on after it', async () => {
    let isDown = true;
    const rateLimits: RateLimits = {
      take: async () => {
        if (isDown) throw new Error('down');
        return 0;
      },
    };
    const pace = sharedPace(limit, { rateLimits, ...sleeper() });
    await expect(pace(1)).rejects.toThrow('down');
    isDown = false;
    await pace(1);
  });

  it('of nothing asks nobody', async () => {
    const { taken, rateLimits } = table();
    await sharedPace(limit, { rateLimits, ...sleeper() })(0);
    expect(taken).toEqual([]);
  });
});

describe('a pace of its own', () => {
  const clocked = () => {
    let time = Date.parse('2026-03-01T12:00:00Z');
    const sleep = async (milliseconds: number) => {
      time += milliseconds;
    };
    return { now: () => new Date(time), sleep, go: (milliseconds: number) => sleep(milliseconds) };
  };

  it('lets a burst pass, and then so many a second', async () => {
    const clock = clocked();
    const pace = ownPace(limit, clock);
    const from = clock.now().getTime();
    const seconds = () => (clock.now().getTime() - from) / 1000;
    await pace(8);
    expect(seconds()).toBe(0);
    await pace(4);
    expect(seconds()).toBe(1);
    for (let call = 0; call < 40; call += 1) await pace(1);
    expect(seconds()).toBe(11);
  });

  it('saves up a burst and no more', async () => {
    const clock = clocked();
    const pace = ownPace(limit, clock);
    await pace(8);
    await clock.go(3_600_000);
    const from = clock.now().getTime();
    await pace(8);
    expect(clock.now().getTime()).toBe(from);
    await pace(4);
    expect(clock.now().getTime() - from).toBe(1000);
  });

  it('is not undone by a clock that goes back', async () => {
    const clock = clocked();
    const pace = ownPace(limit, clock);
    await pace(8);
    await clock.go(-3_600_000);
    const from = clock.now().getTime();
    await pace(4);
    expect(clock.now().getTime() - from).toBe(1000);
  });

  it('has an end too', async () => {
    const pace = ownPace(limit, { ...clocked(), timeLeft: () => 500 });
    await pace(8);
    await expect(pace(4)).rejects.toMatchObject({
      code: 'throttled',
      message: 'no time is left to wait for iam',
    });
  });
});
