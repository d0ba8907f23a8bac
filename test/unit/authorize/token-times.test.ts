import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type TokenVerifier, tokenVerifier } from '../../../functions/authorize/verify-token.ts';
import { startTestIssuer, type TestIssuer } from './test-issuer.ts';

const now = 1_800_000_000;
let issuer: TestIssuer;

const verifierWith = (skew: number): TokenVerifier =>
  tokenVerifier([issuer.settings], { clockSkewSeconds: skew, now: () => new Date(now * 1000) });
const reasonOf = (token: string, verifier: TokenVerifier): Promise<string> =>
  verifier(token).then(
    () => 'accepted',
    (error: { reason?: string }) => error.reason ?? 'another error',
  );

beforeAll(async () => {
  // The library has its own look at the time of day.
  vi.useFakeTimers({ now: now * 1000, toFake: ['Date'] });
  issuer = await startTestIssuer();
});
afterAll(() => {
  vi.useRealTimers();
  return issuer.close();
});

describe.each([0, 30])('with clocks that may be off by %i seconds', (skew) => {
  it.each([
    ['exp one second inside', { exp: now - skew + 1 }, 'accepted'],
    ['exp at the edge', { exp: now - skew }, 'token-expired'],
    ['exp one second outside', { exp: now - skew - 1 }, 'token-expired'],
    ['nbf one second inside', { nbf: now + skew - 1 }, 'accepted'],
    ['nbf at the edge', { nbf: now + skew }, 'accepted'],
    ['nbf one second outside', { nbf: now + skew + 1 }, 'token-not-yet-valid'],
    ['iat one second inside', { iat: now + skew - 1 }, 'accepted'],
    ['iat at the edge', { iat: now + skew }, 'accepted'],
    ['iat one second outside', { iat: now + skew + 1 }, 'token-from-the-future'],
  ])('a token with %s is judged by it', async (_name, claims, expected) => {
    const token = await issuer.sign({ iat: now - 600, exp: now + 600, ...claims });
    expect(await reasonOf(token, verifierWith(skew))).toBe(expected);
  });

  it('a token may live as long as the settings say, and not a second longer', async () => {
    const iat = now - 600;
    const longest = await issuer.sign({ iat, exp: iat + 3600 });
    expect(await reasonOf(longest, verifierWith(skew))).toBe('accepted');
    const longer = await issuer.sign({ iat, exp: iat + 3601 });
    expect(await reasonOf(longer, verifierWith(skew))).toBe('token-lives-too-long');
  });
});

describe('a time that is', () => {
  const payload = (claim: string, value: string) => {
    const { [claim]: _left, ...rest } = issuer.claims({ iat: now - 600, exp: now + 600 });
    return `${JSON.stringify(rest).slice(0, -1)},"${claim}":${value}}`;
  };

  it.each(
    ['exp', 'iat', 'nbf'].flatMap((claim) =>
      [`"${now}"`, 'null', 'true', '[]', '{}', 'NaN', 'Infinity', '1e400', '-1e400', '""'].map(
        (value) => [claim, value] as const,
      ),
    ),
  )('%s %s makes a token malformed', async (claim, value) => {
    const token = issuer.signText('{"alg":"ES256","kid":"ES256-1"}', payload(claim, value));
    expect(await reasonOf(token, verifierWith(0))).toBe('token-malformed');
  });

  it.each([
    ['exp', '-1', 'token-expired'],
    ['exp', '0', 'token-expired'],
    ['exp', '1e300', 'token-lives-too-long'],
    ['exp', `${now}.5`, 'accepted'],
    ['exp', `${now - 1}.999`, 'token-expired'],
    ['iat', '-1', 'token-lives-too-long'],
    ['iat', '0', 'token-lives-too-long'],
    ['iat', '-1e300', 'token-lives-too-long'],
    ['iat', `${now}.5`, 'token-from-the-future'],
    ['iat', `${now - 1}.5`, 'accepted'],
    ['nbf', '-1', 'accepted'],
    ['nbf', `${now}.5`, 'token-not-yet-valid'],
    // Beyond the calendar, of which the library wants to tell in its message.
    ['exp', '-1e300', 'token-malformed'],
    ['nbf', '1e300', 'token-malformed'],
  ])('%s %s is a number like any other', async (claim, value, expected) => {
    const token = issuer.signText('{"alg":"ES256","kid":"ES256-1"}', payload(claim, value));
    expect(await reasonOf(token, verifierWith(0))).toBe(expected);
  });
});
