import { describe, expect, it } from 'vitest';
import { useOf, useOfUser } from '../../../../functions/sweep/sources/iam-use.ts';

const used = '2026-02-01T08:00:00.000Z';
const earlier = '2025-02-01T08:00:00.000Z';
const made = '2020-01-01T00:00:00.000Z';
const tracked = '2015-04-23T00:00:00.000Z';

describe('the last use of a key', () => {
  it.each([
    ['that was used', used, made, { at: used }],
    ['that was used, and is older than what IAM tracks', used, '2012-01-01T00:00:00.000Z', { at: used }],
    ['that was not', undefined, made, 'never'],
    ['that was not, and was made when tracking began', undefined, tracked, 'never'],
    ['that is older than what IAM tracks', undefined, '2015-04-22T23:59:59.000Z', { before: tracked }],
    ['of which nobody knows when it was made', undefined, undefined, { before: tracked }],
  ] as const)('%s', (_, lastUsedAt, createdAt, expected) => {
    expect(useOf(lastUsedAt, createdAt)).toEqual(expected);
  });
});

describe('the last use of a user', () => {
  const user = { createdAt: made, hasPassword: false, keys: 0, lastUses: [] };

  it('is the newest of all that it has', () => {
    const lastUses = [earlier, undefined, used, earlier];
    expect(useOfUser({ ...user, keys: 2, lastUses })).toEqual({ at: used });
  });

  it('is known of a password that is deleted by now', () => {
    expect(useOfUser({ ...user, lastUses: [used] })).toEqual({ at: used });
  });

  it.each([
    ['a password', { hasPassword: true }],
    ['a key', { keys: 1 }],
  ])('never was where %s that it has was not used', (_, has) => {
    expect(useOfUser({ ...user, ...has, lastUses: [undefined] })).toBe('never');
  });

  it('is unknown where it has nothing whose uses are told', () => {
    expect(useOfUser(user)).toBe('unknown');
  });
});
