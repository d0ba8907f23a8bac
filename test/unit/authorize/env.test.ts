import { describe, expect, it } from 'vitest';
import { readEnv } from '../../../functions/authorize/env.ts';
import { issuerSchema } from '../../../functions/domain/settings.ts';

const issuer = {
  issuer: 'https://login.example.com',
  audience: 'orders-api',
  jwksUri: 'https://login.example.com/keys',
};
const env = {
  DENYLIST_TABLE: 'denylist',
  ISSUERS: JSON.stringify([issuerSchema.parse(issuer)]),
};

describe('readEnv', () => {
  it('reads what the settings make of an issuer, and takes no skew for zero', () => {
    expect(readEnv(env)).toEqual({
      DENYLIST_TABLE: 'denylist',
      ISSUERS: [issuerSchema.parse(issuer)],
      CLOCK_SKEW_SECONDS: 0,
    });
  });

  it.each([
    ['DENYLIST_TABLE', { DENYLIST_TABLE: undefined }, 'env.DENYLIST_TABLE'],
    ['an empty table', { DENYLIST_TABLE: '' }, 'env.DENYLIST_TABLE'],
    ['ISSUERS that are no JSON', { ISSUERS: '[secret' }, 'env.ISSUERS'],
    [
      'an issuer without audience',
      { ISSUERS: JSON.stringify([{ ...issuer, audience: '' }]) },
      'env.ISSUERS.0',
    ],
    ['a skew that is no number', { CLOCK_SKEW_SECONDS: 'some' }, 'env.CLOCK_SKEW_SECONDS'],
    ['a fraction of a skew', { CLOCK_SKEW_SECONDS: '0.5' }, 'env.CLOCK_SKEW_SECONDS'],
    ['an endless skew', { CLOCK_SKEW_SECONDS: '3600' }, 'env.CLOCK_SKEW_SECONDS'],
  ])('names the variable: %s', (_name, parts, field) => {
    expect(() => readEnv({ ...env, ...parts })).toThrow(field);
    expect(() => readEnv({ ...env, ...parts })).not.toThrow('secret');
  });
});
