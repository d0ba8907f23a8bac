import { expect, it } from 'vitest';
import { countedIn, usageDays, usageWindow, useIn } from '../../../../functions/sweep/sources/usage.ts';

const today = '2026-03-01';
const madeLongAgo = '2020-01-01T00:00:00.000Z';

it('asks for whole days, today included', () => {
  const { startDate, endDate } = usageWindow(new Date('2026-03-01T23:59:59Z'));
  expect(endDate).toBe(today);
  expect((Date.parse(endDate) - Date.parse(startDate)) / 86_400_000 + 1).toBe(usageDays);
});

it('takes the end of the last day with a use for its last use', () => {
  const rows = [
    [9, 1],
    [0, 10],
    [1, 9],
    [0, 10],
  ];
  const counted = countedIn(rows, today);
  expect(counted).toEqual({ since: '2026-02-26T00:00:00.000Z', usedUntil: '2026-03-01T00:00:00.000Z' });
  expect(useIn([counted], madeLongAgo)).toEqual({ at: '2026-03-01T00:00:00.000Z' });
});

it('knows of a use today', () => {
  const counted = countedIn(
    [
      [0, 1],
      [3, 1],
    ],
    today,
  );
  expect(useIn([counted], madeLongAgo)).toEqual({ at: '2026-03-02T00:00:00.000Z' });
});

it('knows no further back than rows go', () => {
  const counted = countedIn(
    [
      [0, 1],
      [0, 1],
    ],
    today,
  );
  expect(useIn([counted], madeLongAgo)).toEqual({ before: '2026-02-28T00:00:00.000Z' });
  expect(useIn([counted], undefined)).toEqual({ before: '2026-02-28T00:00:00.000Z' });
  expect(useIn([counted], '2026-02-27T23:59:59.000Z')).toEqual({ before: '2026-02-28T00:00:00.000Z' });
  expect(useIn([counted], '2026-02-28T00:00:00.000Z')).toBe('never');
});

it('is of all plans together: the latest use, and none from before all of them counted', () => {
  const [early, late] = [
    countedIn(
      [
        [1, 0],
        [0, 0],
        [0, 0],
      ],
      today,
    ),
    countedIn(
      [
        [1, 0],
        [0, 0],
      ],
      today,
    ),
  ];
  expect(useIn([late, early], madeLongAgo)).toEqual({ at: '2026-03-01T00:00:00.000Z' });
  const none = [
    countedIn([[0, 0]], today),
    countedIn(
      [
        [0, 0],
        [0, 0],
      ],
      today,
    ),
  ];
  expect(useIn(none, madeLongAgo)).toEqual({ before: '2026-03-01T00:00:00.000Z' });
});

it('is unknown where no plan counts', () => {
  expect(useIn([], '2026-02-28T00:00:00.000Z')).toBe('unknown');
});
