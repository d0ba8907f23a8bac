import { describe, expect, it } from 'vitest';
import { isProven, type Observation, withObservation } from '../../../functions/domain/evidence.ts';

const start = Date.parse('2026-03-01T12:00:00.000Z');
const both = ['control-plane', 'probe'] as const;

const seen = (
  level: Observation['level'],
  second: number,
  state: Observation['state'] = 'dead',
): Observation => ({ at: new Date(start + second * 1000).toISOString(), level, state, observed: state });

const stored = (second: number, state?: Observation['state']) => seen('control-plane', second, state);
const tried = (second: number, state?: Observation['state']) => seen('probe', second, state);

describe('a proof that takes two levels', () => {
  it.each<[string, Observation[], boolean]>([
    ['both span the window', [stored(0), tried(0), stored(60), tried(60)], true],
    ['nothing was tried', [stored(0), stored(60)], false],
    ['it was tried once', [stored(0), stored(60), tried(60)], false],
    ['it was tried for a shorter time', [stored(0), tried(1), stored(60), tried(60)], false],
    ['only the attempts span the window', [tried(0), stored(30), stored(60), tried(90)], false],
    ['nothing was seen', [], false],
  ])('where %s', (_, run, proven) => {
    expect(isProven(run, both, 60)).toBe(proven);
  });
});

describe('what is gone', () => {
  it.each<[string, Observation[], boolean]>([
    ['over the window needs no attempt', [stored(0, 'gone'), stored(60, 'gone')], true],
    ['for a shorter time is not proven', [stored(0, 'gone'), stored(59, 'gone')], false],
    ['once is not proven', [stored(0, 'gone')], false],
    ['was tried before', [stored(0), tried(0), stored(60, 'gone')], true],
    ['was dead before, and not tried', [stored(0), stored(60, 'gone')], false],
    ['just before it was tried', [stored(0), tried(0), stored(60), tried(60, 'gone')], true],
  ])('%s', (_, run, proven) => {
    expect(isProven(run, both, 60)).toBe(proven);
  });
});

it('an attempt that got through starts all levels anew', () => {
  const run = [stored(0), tried(0), stored(60)];
  expect(withObservation(run, tried(60, 'live'))).toEqual([]);
});

it('what was gone and is there again needs its attempts for the whole window', () => {
  const at = (second: number) => new Date(Date.UTC(2026, 2, 1, 12, 0, second)).toISOString();
  const seen = (second: number, level: 'control-plane' | 'probe', state: 'dead' | 'gone') => ({
    ...{ at: at(second), level, state, observed: '' },
  });
  const required = ['control-plane', 'probe'] as const;
  const back = [
    seen(0, 'control-plane', 'gone'),
    seen(60, 'control-plane', 'dead'),
    seen(60, 'probe', 'dead'),
  ];
  expect(isProven(back, required, 60)).toBe(false);
  const gone = [seen(0, 'control-plane', 'gone'), seen(60, 'control-plane', 'gone')];
  expect(isProven(gone, required, 60)).toBe(true);
});
