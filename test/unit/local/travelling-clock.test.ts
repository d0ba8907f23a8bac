import { isDate } from 'node:util/types';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TravellingClock, travellingDate } from '../../../infra/local/travelling-clock.ts';

const day = 86_400_000;
const real = Date.UTC(2026, 2, 2, 9);

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: real }));
afterEach(() => void vi.useRealTimers());

it('goes by the real time until somebody travels', () => {
  const clock = new TravellingClock();
  expect(clock.ahead).toBe(0);
  expect(clock.now().getTime()).toBe(real);
});

it('adds up all that was travelled', () => {
  const clock = new TravellingClock();
  clock.travel({ days: 1, hours: 2, minutes: 3, seconds: 4.5 });
  clock.travel({ days: 399 });
  expect(clock.ahead).toBe(400 * day + 7_384_500);
  vi.setSystemTime(real + 1);
  expect(clock.now().getTime()).toBe(real + 1 + clock.ahead);
});

it('is the same for everybody who has its memory', () => {
  const clock = new TravellingClock();
  const other = new TravellingClock(clock.memory);
  clock.travel({ hours: 1 });
  other.travel({ hours: 1 });
  expect([clock.ahead, other.ahead]).toEqual([7_200_000, 7_200_000]);
});

it.each([{ days: -1 }, { days: 1, hours: -25 }, { seconds: Number.NaN }])('goes no way back: %o', (span) => {
  const clock = new TravellingClock();
  expect(() => clock.travel(span)).toThrow(RangeError);
  expect(clock.ahead).toBe(0);
});

it('says a later present, in each of the ways to ask for it, and moves on', () => {
  let ahead = 5000;
  const Later = travellingDate(Date, () => ahead);
  expect(Later.now()).toBe(real + 5000);
  expect(new Later().getTime()).toBe(real + 5000);
  expect(Later()).toBe(new Date(real + 5000).toString());
  ahead = 7000;
  expect(Later.now()).toBe(real + 7000);
});

it('says every other time as it is', () => {
  const Later = travellingDate(Date, () => day);
  expect(new Later('2026-03-02T09:00:00.000Z').toISOString()).toBe('2026-03-02T09:00:00.000Z');
  expect(new Later(2026, 2, 2, 9).getTime()).toBe(new Date(2026, 2, 2, 9).getTime());
  expect(Later.parse('2026-03-02T09:00:00.000Z')).toBe(Date.UTC(2026, 2, 2, 9));
  expect(Later.UTC(2026, 2)).toBe(Date.UTC(2026, 2));
});

it('makes dates that are dates, and takes those of before for its own', () => {
  // The one of fake timers would take any date for an instance.
  vi.useRealTimers();
  const Later = travellingDate(Date, () => day);
  const made = new Later();
  expect(isDate(made)).toBe(true);
  expect(made).toBeInstanceOf(Date);
  expect(new Date()).toBeInstanceOf(Later);
  expect(structuredClone(made).getTime()).toBe(made.getTime());
  class Own extends Later {}
  expect(new Own()).toBeInstanceOf(Own);
});
