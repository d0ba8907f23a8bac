import { describe, expect, it } from 'vitest';
import { readEnv } from '../../../functions/authorize/env.ts';
import { enforcementSchema } from '../../../functions/domain/enforcement-settings.ts';
import { issuerSchema } from '../../../functions/domain/settings.ts';

const issuer = {
  issuer: 'https://login.example.com',
  audience: 'orders-api',
  jwksUri: 'https://login.example.com/keys',
};
const env = {
  DENYLIST_TABLE: 'denylist',
  ISSUERS: JSON.stringify([issuerSchema.parse(issuer)]),
  AUTHORIZER: JSON.stringify({ httpApiResponses: 'simple', memorySeconds: 0 }),
};

describe('readEnv', () => {
  it('reads what the settings make of an issuer, and takes no skew for zero', () => {
    expect(readEnv(env)).toEqual({
      DENYLIST_TABLE: 'denylist',
      ISSUERS: [issuerSchema.parse(issuer)],
      AUTHORIZER: { httpApiResponses: 'simple', memorySeconds: 0 },
      CLOCK_SKEW_SECONDS: 0,
    });
  });

  it('fills in what an issuer leaves out, as the settings do', () => {
    expect(readEnv({ ...env, ISSUERS: JSON.stringify([issuer]) }).ISSUERS).toEqual([
      issuerSchema.parse(issuer),
    ]);
  });

  it('reads all that the settings say about an issuer', () => {
    const given = {
      ...{ ...issuer, audience: ['orders-api', 'billing-api'], tokenUse: 'access' },
      algorithms: ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'EdDSA'],
      ...{ subjectClaim: 'sub', subjectFormat: 'opaque', longestTokenSeconds: 600 },
    };
    const { ISSUERS } = readEnv({ ...env, ISSUERS: JSON.stringify([issuerSchema.parse(given)]) });
    expect(ISSUERS).toEqual([given]);
  });

  it('reads all that the settings say about enforcement', () => {
    const enforcement = {
      apiKeyHeader: 'X-Partner-Key',
      httpApiResponses: 'iam',
      memorySeconds: 5,
      bestEffort: { routes: ['GET /catalog/*'] },
    };
    const { caches: _, probes: __, ...authorizer } = enforcementSchema.parse(enforcement);
    const { AUTHORIZER } = readEnv({ ...env, AUTHORIZER: JSON.stringify(authorizer) });
    expect(AUTHORIZER).toEqual(authorizer);
    expect(AUTHORIZER.apiKeyHeader).toBe('x-partner-key');
    expect(AUTHORIZER.bestEffort?.seconds).toBe(60);
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
    ['no word on HTTP APIs', { AUTHORIZER: '{"memorySeconds":0}' }, 'env.AUTHORIZER.httpApiResponses'],
    ['no AUTHORIZER', { AUTHORIZER: undefined }, 'env.AUTHORIZER'],
    [
      'an issuer with an empty list of audiences',
      { ISSUERS: JSON.stringify([{ ...issuer, audience: [] }]) },
      'env.ISSUERS.0.audience',
    ],
    [
      'an issuer whose algorithm is a shared secret',
      { ISSUERS: JSON.stringify([{ ...issuer, algorithms: ['HS256'] }]) },
      'env.ISSUERS.0.algorithms',
    ],
    [
      'an issuer without any algorithm',
      { ISSUERS: JSON.stringify([{ ...issuer, algorithms: [] }]) },
      'env.ISSUERS.0.algorithms',
    ],
    [
      'an issuer whose tokens are for something unknown',
      { ISSUERS: JSON.stringify([{ ...issuer, tokenUse: 'refresh' }]) },
      'env.ISSUERS.0.tokenUse',
    ],
    ['a skew that is no number', { CLOCK_SKEW_SECONDS: 'some' }, 'env.CLOCK_SKEW_SECONDS'],
    ['a fraction of a skew', { CLOCK_SKEW_SECONDS: '0.5' }, 'env.CLOCK_SKEW_SECONDS'],
    ['an endless skew', { CLOCK_SKEW_SECONDS: '3600' }, 'env.CLOCK_SKEW_SECONDS'],
  ])('names the variable: %s', (_name, parts, field) => {
    expect(() => readEnv({ ...env, ...parts })).toThrow(field);
    expect(() => readEnv({ ...env, ...parts })).not.toThrow('secret');
  });
});
