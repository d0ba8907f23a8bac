import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { tokenVerifier, type VerifyToken } from '../../../functions/authorize/verify-token.ts';
import { seconds, startTestIssuer, type TestIssuer } from './test-issuer.ts';

let issuer: TestIssuer;
let verify: VerifyToken;

const verifierOf = (skew = 0, settings = [issuer.settings]) =>
  tokenVerifier(settings, { clockSkewSeconds: skew, now: () => new Date() });

const reasonOf = async (token: string, verifier = verify): Promise<string> =>
  verifier(token).then(
    () => 'accepted',
    (error: { reason?: string }) => error.reason ?? 'another error',
  );

beforeAll(async () => {
  issuer = await startTestIssuer();
});
afterAll(() => issuer.close());
beforeEach(() => {
  Object.assign(issuer.state, { fetches: 0, status: 200, namesAlgorithms: true, served: ['RS256', 'ES256'] });
  verify = verifierOf();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('tokenVerifier', () => {
  it.each(['RS256', 'ES256'] as const)('accepts a %s token and tells who it is', async (alg) => {
    const iat = seconds();
    expect(await verify(await issuer.sign({ iat }, {}, alg))).toEqual({
      issuer: issuer.url,
      subject: 'ada@example.com',
      issuedAt: iat,
      jti: 'j-1',
      clients: [],
    });
  });

  it.each([
    ['expired', { exp: 1_700_000_000, iat: 1_699_999_000 }, 'token-expired'],
    ['without exp', { exp: undefined }, 'token-without-exp'],
    ['without iat', { iat: undefined }, 'token-without-iat'],
    ['not yet valid', { nbf: seconds() + 60 }, 'token-not-yet-valid'],
    ['from the future', { iat: seconds() + 60 }, 'token-from-the-future'],
    ['that outlives the denylist', { exp: seconds() + 3700 }, 'token-lives-too-long'],
    ['for another audience', { aud: 'billing-api' }, 'audience-wrong'],
    ['for no audience', { aud: undefined }, 'audience-wrong'],
    ['of another issuer', { iss: 'https://elsewhere.example.com' }, 'issuer-unknown'],
    ['of no issuer', { iss: undefined }, 'issuer-unknown'],
    ['without the subject claim', { email: undefined }, 'subject-unusable'],
    ['with an empty subject', { email: ' ' }, 'subject-unusable'],
    ['with a subject that is no text', { email: ['ada@example.com'] }, 'subject-unusable'],
    ['with an endless subject', { email: `${'a'.repeat(600)}@example.com` }, 'subject-unusable'],
  ])('refuses a token %s', async (_name, claims, reason) => {
    expect(await reasonOf(await issuer.sign(claims))).toBe(reason);
  });

  it('accepts a token whose audience is a list with ours in it', async () => {
    expect(await reasonOf(await issuer.sign({ aud: ['other', 'orders-api'] }))).toBe('accepted');
  });

  it.each([true, false])(
    'refuses unsigned and HMAC tokens (keys name their algorithm: %s)',
    async (named) => {
      issuer.state.namesAlgorithms = named;
      expect(await reasonOf(issuer.unsigned())).toBe('token-malformed');
      expect(await reasonOf(issuer.unsigned('AAAA'))).toBe('algorithm-refused');
      expect(await reasonOf(await issuer.signWithPublicKey())).toBe('algorithm-refused');
    },
  );

  it('refuses changed claims, another key, an unknown critical header and noise', async () => {
    const [header, , signature] = (await issuer.sign()).split('.');
    const payload = Buffer.from(JSON.stringify(issuer.claims({ email: 'eve@example.com' }))).toString(
      'base64url',
    );
    expect(await reasonOf(`${header}.${payload}.${signature}`)).toBe('signature-invalid');
    expect(await reasonOf(await issuer.sign({}, { kid: 'RS256-1' }))).toBe('algorithm-refused');
    expect(await reasonOf(await issuer.sign({}, { crit: ['b64'], b64: true }))).toBe(
      'critical-header-unknown',
    );
    expect(await reasonOf(await issuer.sign({}, { kid: undefined }))).toBe('key-unknown');
    for (const noise of ['a.b.c', '', '..', `${header}.e30.`]) {
      expect(await reasonOf(noise)).toBe('token-malformed');
    }
  });

  it('bears with clocks that are off by the skew, and no further', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_500 });
    const at = 1_800_000_000;
    const tolerant = verifierOf(5);
    expect(await reasonOf(await issuer.sign({ iat: at - 60, exp: at - 4 }), tolerant)).toBe('accepted');
    expect(await reasonOf(await issuer.sign({ iat: at - 60, exp: at - 5 }), tolerant)).toBe('token-expired');
    expect(await reasonOf(await issuer.sign({ iat: at + 5 }), tolerant)).toBe('accepted');
    expect(await reasonOf(await issuer.sign({ iat: at + 6 }), tolerant)).toBe('token-from-the-future');
    expect(await reasonOf(await issuer.sign({ nbf: at + 5 }), tolerant)).toBe('accepted');
    expect(await reasonOf(await issuer.sign({ nbf: at + 6 }), tolerant)).toBe('token-not-yet-valid');
  });

  it('spells an email address as the denylist does, and leaves other subjects alone', async () => {
    const token = await issuer.sign({ email: ' Ada@Example.COM ', sub: 'U-1' });
    expect((await verify(token)).subject).toBe('ada@example.com');
    const bySub = { ...issuer.settings, subjectClaim: 'sub', subjectFormat: 'opaque' } as const;
    expect((await verifierOf(0, [bySub])(token)).subject).toBe('U-1');
    const decomposed = await issuer.sign({ email: 'Zoe\u0308@example.com' });
    expect((await verify(decomposed)).subject).toBe('zo\u00eb@example.com');
  });

  it('reads no subject from what every object inherits', async () => {
    const inherited = { ...issuer.settings, subjectClaim: 'toString', subjectFormat: 'opaque' } as const;
    expect(await reasonOf(await issuer.sign(), verifierOf(0, [inherited]))).toBe('subject-unusable');
  });

  it('knows several issuers by their own audience, and none where none is configured', async () => {
    const other = await startTestIssuer();
    const both = verifierOf(0, [issuer.settings, { ...other.settings, audience: 'billing-api' }]);
    expect(await reasonOf(await issuer.sign(), both)).toBe('accepted');
    expect(await reasonOf(await other.sign({ aud: 'billing-api' }), both)).toBe('accepted');
    expect(await reasonOf(await other.sign(), both)).toBe('audience-wrong');
    expect(await reasonOf(await other.sign({ iss: issuer.url }), both)).toBe('signature-invalid');
    expect(await reasonOf(await issuer.sign(), verifierOf(0, []))).toBe('issuer-unknown');
    await other.close();
  });
});

describe('the keys of an issuer', () => {
  it('are downloaded once', async () => {
    for (let round = 0; round < 3; round += 1) await verify(await issuer.sign());
    expect(issuer.state.fetches).toBe(1);
  });

  it('are found after a rotation', async () => {
    issuer.state.served = ['RS256'];
    await verify(await issuer.sign({}, {}, 'RS256'));
    issuer.state.served = ['ES256'];
    expect(await reasonOf(await issuer.sign())).toBe('accepted');
    expect(issuer.state.fetches).toBe(2);
  });

  it('are not downloaded again for each unknown kid', async () => {
    await verify(await issuer.sign());
    for (let round = 0; round < 20; round += 1) {
      expect(await reasonOf(await issuer.sign({}, { kid: `made-up-${round}` }))).toBe('key-unknown');
    }
    expect(issuer.state.fetches).toBe(2);
    expect(await reasonOf(await issuer.sign())).toBe('accepted');
  });

  it('are asked for again after a quarter of an hour, so that a withdrawn one dies', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const fresh = verifierOf();
    const token = await issuer.sign();
    expect(await reasonOf(token, fresh)).toBe('accepted');
    issuer.state.served = ['RS256'];
    expect(await reasonOf(token, fresh)).toBe('accepted');
    vi.advanceTimersByTime(15 * 60 * 1000);
    expect(await reasonOf(token, fresh)).toBe('key-unknown');
  });

  it.each([
    ['an error', { status: 503 }],
    ['a redirect', { status: 302 }],
  ])('are out of reach after %s, and the issuer is left in peace', async (_name, state) => {
    Object.assign(issuer.state, state);
    for (let round = 0; round < 5; round += 1) {
      expect(await reasonOf(await issuer.sign())).toBe('issuer-unreachable');
    }
    expect(issuer.state.fetches).toBe(1);
  });

  it('are asked for again once the issuer has rested', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    issuer.state.status = 503;
    expect(await reasonOf(await issuer.sign())).toBe('issuer-unreachable');
    issuer.state.status = 200;
    vi.advanceTimersByTime(5001);
    expect(await reasonOf(await issuer.sign())).toBe('accepted');
  });

  it('are out of reach where nobody listens, and never come over plain http from afar', async () => {
    const gone = await startTestIssuer();
    const token = await gone.sign();
    await gone.close();
    expect(await reasonOf(token, verifierOf(0, [gone.settings]))).toBe('issuer-unreachable');
    const fetches = vi.spyOn(globalThis, 'fetch');
    const afar = { ...issuer.settings, jwksUri: 'http://issuer.example.com/keys' };
    expect(await reasonOf(await issuer.sign(), verifierOf(0, [afar]))).toBe('issuer-unreachable');
    expect(fetches).not.toHaveBeenCalled();
    fetches.mockRestore();
  });
});
