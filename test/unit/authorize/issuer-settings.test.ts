import { describe, expect, it } from 'vitest';
import { issuerSchema } from '../../../functions/domain/settings.ts';

const issuer = {
  issuer: 'https://login.example.com',
  audience: 'orders-api',
  jwksUri: 'https://login.example.com/keys',
};
const pool = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AcmePool1';
const problemOf = (extra: object): string | undefined => {
  const [issue] = issuerSchema.safeParse({ ...issuer, ...extra }).error?.issues ?? [];
  return issue && `${issue.path.join('.')}: ${issue.message}`;
};

describe('the settings of an issuer', () => {
  it('may name several audiences, algorithms and what its tokens are for', () => {
    const given = { audience: ['a', 'b'], algorithms: ['EdDSA', 'RS512'], tokenUse: 'id' };
    expect(issuerSchema.parse({ ...issuer, ...given })).toMatchObject(given);
    expect(issuerSchema.parse(issuer)).not.toHaveProperty('algorithms');
  });

  it.each([
    ['no audience', { audience: [] }, 'audience'],
    ['an empty audience', { audience: ['a', ''] }, 'audience'],
    ['no algorithm', { algorithms: [] }, 'algorithms'],
    ['no signature', { algorithms: ['RS256', 'none'] }, 'algorithms.1'],
    ['a shared secret', { algorithms: ['HS256'] }, 'algorithms.0'],
    [
      'a fragment in the issuer, which the keys of the denylist rely on',
      { issuer: 'https://a.example/#b' },
      'issuer',
    ],
    ['an unknown use', { tokenUse: 'refresh' }, 'tokenUse'],
  ])('refuse %s', (_name, extra, path) => {
    expect(problemOf(extra)).toContain(path);
  });

  it('must say which tokens of a Cognito user pool are meant', () => {
    expect(problemOf({ issuer: pool })).toBe(
      "tokenUse: must be 'access' or 'id': access tokens of a Cognito user pool have no audience",
    );
    expect(problemOf({ issuer: pool, tokenUse: 'access' })).toBeUndefined();
    expect(problemOf({ issuer: 'https://cognito-idp.example.com/x' })).toBeUndefined();
  });

  it('must spell a Cognito user pool as the denylist does', () => {
    const other = pool.replace('https://', 'https://issuer-');
    expect(problemOf({ issuer: other, tokenUse: 'access' })).toMatch(
      /^issuer: must be spelled https:\/\/cognito-idp/,
    );
  });
});
