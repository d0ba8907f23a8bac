import { describe, expect, it } from 'vitest';
import { daysAfter, daysSince, daysUntil } from '../../../functions/domain/days.ts';

const now = new Date('2026-03-29T12:00:00Z');

describe('days', () => {
  it('are of 24 hours each, whatever clocks are set to in spring', () => {
    expect(daysAfter('2026-03-28T12:00:00+01:00', 1)).toBe('2026-03-29T11:00:00.000Z');
    expect(daysAfter('2026-03-29T12:00:00Z', -0.5)).toBe('2026-03-29T00:00:00.000Z');
  });

  it('since a time that is still to come are none', () => {
    expect(daysSince('2026-03-27T00:00:00Z', now)).toBe(2.5);
    expect(daysSince('2026-03-30T12:00:00Z', now)).toBe(0);
  });

  it('until a time that is past are below nought', () => {
    expect(daysUntil('2026-03-30T12:00:00Z', now)).toBe(1);
    expect(daysUntil('2026-03-27T12:00:00Z', now)).toBe(-2);
  });

  it('of what is no time fail every comparison', () => {
    expect(daysSince('N/A', now)).toBeNaN();
    expect(daysUntil('', now)).toBeNaN();
    expect(() => daysAfter('N/A', 1)).toThrow(RangeError);
  });
});
