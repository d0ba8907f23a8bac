import { expect, test } from 'vitest';
import { median, quantile, ratios, spreadOf } from '../../bench/spread.ts';

test('the median is the middle one, or half-way between the two in the middle', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([10, 4, 1, 2])).toBe(3);
});

test('a quantile lies between its neighbours, and the ends are the extremes', () => {
  expect(quantile([40, 10, 20, 30], 0.25)).toBe(17.5);
  expect([quantile([3, 1, 2], 0), quantile([3, 1, 2], 1)]).toEqual([1, 3]);
});

test('a ratio compares what belongs to the same round', () => {
  expect(ratios([10, 200, 30], [5, 100, 10])).toEqual([2, 2, 3]);
  expect(() => ratios([1, 2], [1])).toThrow('as many rounds');
});

test('the spread is the middle half', () => {
  expect(spreadOf([1, 2, 3, 4, 100])).toBe('2.00–4.00');
});
