import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daysSince } from '../../../functions/domain/days.ts';
import { type Due, dueStep, type Start } from '../../../functions/domain/sweep-calendar.ts';
import type { SweepPolicy } from '../../../functions/domain/sweep-settings.ts';
import { anySteps, inDays, type PolicyInput, policyOf } from '../../support/sweep-examples.ts';

const stepsOf = (steps: NonNullable<PolicyInput['steps']>) => policyOf({ steps }).steps;
const usual = stepsOf({ notify: [0, 7], disable: 14 });
const day = (days: number) => inDays(days).toISOString();

const foundNow: Start = { foundAt: day(0), told: 0 };

/** Days, from the day it was found, on which a sweep ran, and what was done; until it is disabled. */
const history = (steps: SweepPolicy['steps'], runs: readonly number[]): [number, Due][] => {
  const done: [number, Due][] = [];
  let start: Start = { foundAt: day(runs[0] ?? 0), told: 0 };
  for (const run of runs) {
    const due = dueStep(steps, start, inDays(run));
    done.push([run, due]);
    if (due.step === 'disable') break;
    if (due.step !== 'notify') continue;
    start = { ...start, told: (due.notice ?? 0) + 1, firstToldAt: start.firstToldAt ?? day(run) };
  }
  return done;
};
const told = (done: readonly [number, Due][]) =>
  done
    .filter(([, { step }]) => step !== 'wait')
    .map(([run, { step, notice }]) => [run, notice === undefined ? step : `${step} ${notice}`].join(': '));

const everyDay = Array.from({ length: 41 }, (_, run) => run);

describe('steps', () => {
  it('come on their days', () => {
    expect(told(history(usual, everyDay))).toEqual(['0: notify 0', '7: notify 1', '14: disable']);
    const late = stepsOf({ notify: [3], disable: 5 });
    expect(told(history(late, everyDay))).toEqual(['3: notify 0', '5: disable']);
  });

  it('say what comes next, and when it ends', () => {
    expect(dueStep(usual, foundNow, inDays(0))).toEqual({
      step: 'notify',
      notice: 0,
      next: { step: 'notify', at: day(7) },
      disableAt: day(14),
    });
    const start = { ...foundNow, told: 1, firstToldAt: day(0) };
    expect(dueStep(usual, start, inDays(6.9))).toEqual({
      step: 'wait',
      next: { step: 'notify', at: day(7) },
      disableAt: day(14),
    });
    expect(dueStep(usual, { ...start, told: 2 }, inDays(13.9))).toEqual({
      step: 'wait',
      next: { step: 'disable', at: day(14) },
      disableAt: day(14),
    });
    expect(dueStep(usual, { ...start, told: 2 }, inDays(14))).toEqual({
      step: 'disable',
      disableAt: day(14),
    });
  });

  it('without an end are notices, and then nothing', () => {
    const reminders = stepsOf({ notify: [0, 7] });
    expect(told(history(reminders, everyDay))).toEqual(['0: notify 0', '7: notify 1']);
    const start = { ...foundNow, told: 2, firstToldAt: day(0) };
    expect(dueStep(reminders, start, inDays(40))).toEqual({ step: 'wait', reason: 'notices-only' });
    expect(dueStep(stepsOf({ notify: [] }), foundNow, inDays(40))).toEqual({
      step: 'wait',
      reason: 'notices-only',
    });
  });

  it('end at once what nobody is to be told of, and after the notice what somebody is', () => {
    expect(told(history(stepsOf({ notify: [], disable: 0 }), everyDay))).toEqual(['0: disable']);
    expect(told(history(stepsOf({ notify: [0], disable: 0 }), everyDay))).toEqual([
      '0: notify 0',
      '1: disable',
    ]);
    expect(told(history(stepsOf({ notify: [14], disable: 14 }), everyDay))).toEqual([
      '14: notify 0',
      '15: disable',
    ]);
    expect(told(history(stepsOf({ notify: [], disable: 3 }), everyDay))).toEqual(['3: disable']);
  });
});

describe('a run that is missed', () => {
  it('gives an owner who is told late the days of one who was told in time', () => {
    const start = { ...foundNow };
    expect(dueStep(usual, start, inDays(10))).toEqual({
      step: 'notify',
      notice: 0,
      next: { step: 'notify', at: day(17) },
      disableAt: day(24),
    });
    expect(told(history(usual, [0, ...everyDay.slice(5)]))).toEqual([
      '0: notify 0',
      '7: notify 1',
      '14: disable',
    ]);
    const afterThree = stepsOf({ notify: [3, 7], disable: 14 });
    expect(told(history(afterThree, [0, ...everyDay.slice(10)]))).toEqual([
      '10: notify 0',
      '14: notify 1',
      '21: disable',
    ]);
  });

  it('leaves reminders out that came too late, and promises nothing for days that are past', () => {
    const steps = stepsOf({ notify: [0, 3, 7], disable: 14 });
    const done = history(steps, [0, ...everyDay.slice(20)]);
    expect(told(done)).toEqual(['0: notify 0', '20: notify 2', '21: disable']);
    expect(done[1]?.[1]).toMatchObject({ next: { step: 'disable', at: day(20) }, disableAt: day(20) });
  });
});

describe('whatever runs are missed', () => {
  const runs = fc
    .uniqueArray(fc.double({ min: 0, max: 90, noNaN: true }), { minLength: 1, maxLength: 60 })
    .map((days) => days.sort((one, other) => one - other));

  const always = (check: (steps: SweepPolicy['steps'], done: [number, Due][]) => void) =>
    fc.assert(
      fc.property(anySteps, runs, (input, all) => {
        const steps = stepsOf(input);
        check(steps, history(steps, all));
      }),
    );

  it('no step comes before its day', () => {
    always((steps, done) => {
      const found = done[0]?.[0] ?? 0;
      for (const [run, { step, notice = 0 }] of done) {
        const least = { notify: steps.notify[notice], disable: steps.disable, wait: 0 }[step];
        expect(least).toBeDefined();
        expect(run - found).toBeGreaterThanOrEqual((least ?? 0) - 1e-6);
      }
    });
  });

  it('nobody loses anything before they were told, and had their days', () => {
    always(({ notify: [first], disable }, done) => {
      const end = done.find(([, { step }]) => step === 'disable')?.[0];
      if (end === undefined || first === undefined || disable === undefined) return;
      const warned = done.find(([, { step }]) => step === 'notify')?.[0];
      expect(warned).toBeDefined();
      expect(end - (warned ?? end)).toBeGreaterThanOrEqual(disable - first - 1e-6);
    });
  });

  it('nothing is told twice', () => {
    always((_, done) => {
      const notices = done.flatMap(([, { notice }]) => notice ?? []);
      expect(notices).toEqual([...new Set(notices)].sort((a, b) => a - b));
    });
  });

  it('what was promised comes then, at the next run', () => {
    always((_, done) => {
      for (const [at, [run, { next, step }]] of done.entries()) {
        const following = done[at + 1];
        if (!next || !following || daysSince(next.at, inDays(following[0])) < 1e-6) continue;
        expect(daysSince(next.at, inDays(run)), step).toBeLessThan(1e-6);
        expect(following[1].step).toBe(next.step);
      }
    });
  });

  it('all comes to its end once runs come again', () => {
    always((steps, done) => {
      if (steps.disable === undefined) return;
      const before = done.map(([run]) => run);
      const last = before.at(-1) ?? 0;
      expect(history(steps, [...before, ...everyDay.map((run) => last + run + 1)]).at(-1)?.[1].step).toBe(
        'disable',
      );
    });
  });
});

it('clocks that were hours ahead when it was found only make it later', () => {
  const start = { foundAt: day(0.5), told: 1, firstToldAt: day(0.5) };
  expect(dueStep(stepsOf({ notify: [0], disable: 1 }), start, inDays(1))).toMatchObject({
    step: 'wait',
    next: { step: 'disable', at: day(1.5) },
  });
});
