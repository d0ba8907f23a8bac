import { expect, it } from 'vitest';
import { sideBySide } from '../../bench/side-by-side.ts';
import { VirtualClock } from '../../bench/virtual-clock.ts';

it('has so many in work at a time, and answers in the order of the items', async () => {
  const clock = new VirtualClock(new Date(0));
  let most = 0;
  let now = 0;
  const work = async (milliseconds: number) => {
    now += 1;
    most = Math.max(most, now);
    await clock.sleep(milliseconds);
    now -= 1;
    return milliseconds * 2;
  };
  expect(await clock.run(() => sideBySide([40, 10, 10, 30], 2, work))).toEqual([80, 20, 20, 60]);
  expect([most, clock.milliseconds]).toEqual([2, 50]);
});

it('does nothing for nobody, and needs no more hands than there is work', async () => {
  expect(await sideBySide([], 5, async () => 1)).toEqual([]);
  expect(await sideBySide(['a'], 5, async (item) => item)).toEqual(['a']);
});
