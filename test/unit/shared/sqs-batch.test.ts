import { expect, it } from 'vitest';
import { CutoffError } from '../../../functions/domain/errors.ts';
import { waitSeconds } from '../../../functions/shared/sqs-batch.ts';

const throttled = new CutoffError('x was throttled', { code: 'throttled', retryable: true });
const final = new CutoffError('x was refused', { code: 'invalid-input', retryable: false });

it('waits longer after every try, between half and all of it, and never longer than a quarter of an hour', () => {
  const least = [1, 2, 3, 9, 10, 50].map((receives) => waitSeconds(throttled, receives, () => 0));
  const most = [1, 2, 3, 9, 10, 50].map((receives) => waitSeconds(throttled, receives, () => 0.999_999));
  expect(least).toEqual([1, 2, 4, 256, 450, 450]);
  expect(most).toEqual([2, 4, 8, 512, 900, 900]);
});

it('does not let tasks that were throttled together come back together', () => {
  const waits = new Set(Array.from({ length: 50 }, () => waitSeconds(throttled, 8)));
  expect(waits.size).toBeGreaterThan(5);
});

it('sends to the DLQ at once what waiting cannot mend', () => {
  expect(waitSeconds(final, 1)).toBe(0);
});
