import { generateKeyPairSync, sign } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tokenVerifier, type VerifyToken } from '../../../functions/authorize/verify-token.ts';
import { tokenDenialKey } from '../../../functions/domain/denial.ts';
import type { Issuer } from '../../../functions/domain/settings.ts';
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

const pairOf = (kind: 'rsa' | 'P-384' | 'P-521' | 'ed25519') => {
  if (kind === 'rsa') return generateKeyPairSync('rsa', { modulusLength: 2048 });
  return kind === 'ed25519' ? generateKeyPairSync(kind) : generateKeyPairSync('ec', { namedCurve: kind });
};

beforeAll(async () => {
  issuer = await startTestIssuer();
});
afterAll(() => issuer.close());
beforeEach(async () => {
  const served = ['RS256', 'ES256'];
  Object.assign(issuer.state, { fetches: 0, status: 200, namesAlgorithms: true, served, others: [] });
  const atStart = verifierOf();
  await atStart.ready;
  issuer.state.fetches = 0;
  verify = atStart;
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

  it('spells an email address as the denylist does, and leaves other subjects alone', async () => {
    const token = await issuer.sign({ email: ' Ada@Example.COM ', sub: 'U-1' });
    expect((await verify(token)).subject).toBe('ada@example.com');
    const bySub = { ...issuer.settings, subjectClaim: 'sub', subjectFormat: 'opaque' } as const;
    expect((await verifierOf(0, [bySub])(token)).subject).toBe('U-1');
    const decomposed = await issuer.sign({ email: 'Zoe\u0308@example.com' });
    expect((await verify(decomposed)).subject).toBe('zo\u00eb@example.com');
  });

  it('accepts a token that is for any of several audiences', async () => {
    const several = verifierOf(0, [{ ...issuer.settings, audience: ['billing-api', 'orders-api'] }]);
    expect(await reasonOf(await issuer.sign(), several)).toBe('accepted');
    expect(await reasonOf(await issuer.sign({ aud: 'stock-api' }), several)).toBe('audience-wrong');
    expect(await reasonOf(await issuer.sign({ aud: [] }), several)).toBe('audience-wrong');
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

describe('a Cognito user pool', () => {
  const pool = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AcmePool1';
  const client = '4a1b2c3d4e5f6g7h8i9j0k';
  const settings = (extra: Partial<Issuer> = {}): Issuer => ({
    ...issuer.settings,
    issuer: pool,
    audience: ['another-client', client],
    tokenUse: 'access',
    subjectClaim: 'sub',
    subjectFormat: 'opaque',
    ...extra,
  });
  const access = { iss: pool, aud: undefined, client_id: client, token_use: 'access', sub: 'u-1' };
  const id = { iss: pool, aud: client, token_use: 'id', sub: 'u-1' };
  const seen = async (claims: object, extra?: Partial<Issuer>) =>
    reasonOf(await issuer.sign({ ...claims }), verifierOf(0, [settings(extra)]));

  it('has access tokens, which name the client instead of an audience', async () => {
    expect(await seen(access)).toBe('accepted');
    expect(await seen({ ...access, client_id: 'stranger' })).toBe('audience-wrong');
    expect(await seen({ ...access, client_id: undefined })).toBe('audience-wrong');
    expect(await seen({ ...access, client_id: 'stranger', aud: client })).toBe('audience-wrong');
    expect(await seen({ ...access, client_id: { 0: client } })).toBe('audience-wrong');
  });

  it('has id tokens, whose audience is the client', async () => {
    expect(await seen(id, { tokenUse: 'id' })).toBe('accepted');
    expect(await seen({ ...id, aud: 'stranger' }, { tokenUse: 'id' })).toBe('audience-wrong');
    expect(await seen({ ...id, aud: 'stranger', client_id: client }, { tokenUse: 'id' })).toBe(
      'audience-wrong',
    );
  });

  it('has its tokens taken for nothing else than what they are for', async () => {
    expect(await seen({ ...id, client_id: client })).toBe('token-use-wrong');
    expect(await seen({ ...access, aud: client }, { tokenUse: 'id' })).toBe('token-use-wrong');
    expect(await seen({ ...access, token_use: undefined })).toBe('token-use-wrong');
    expect(await seen({ ...access, token_use: ['access'] })).toBe('token-use-wrong');
    expect(await seen({ ...access, token_use: 'ACCESS' })).toBe('token-use-wrong');
  });

  it('may spell its name the other way, and its tokens meet the same rows', async () => {
    const iss = 'https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AcmePool1';
    const verified = await verifierOf(0, [settings()])(await issuer.sign({ ...access, iss }));
    expect(verified.issuer).toBe(pool);
    expect(tokenDenialKey(verified.issuer, 'subject', verified.subject)).toBe(`subject#${pool}#u-1`);
  });

  it('is no other pool, nor has any other issuer a second name', async () => {
    const other = 'https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other';
    expect(await seen({ ...access, iss: other })).toBe('issuer-unknown');
    const login = { ...issuer.settings, issuer: 'https://login.example.com' };
    const second = await issuer.sign({ iss: 'https://issuer-login.example.com' });
    expect(await reasonOf(second, verifierOf(0, [login]))).toBe('issuer-unknown');
  });
});

describe('the algorithms of an issuer', () => {
  it('are RS256 and ES256, or those that the settings name', async () => {
    const only = verifierOf(0, [{ ...issuer.settings, algorithms: ['ES256'] }]);
    expect(await reasonOf(await issuer.sign({}, {}, 'ES256'), only)).toBe('accepted');
    expect(await reasonOf(await issuer.sign({}, {}, 'RS256'), only)).toBe('algorithm-refused');
  });

  it.each([
    ['RS384', 'rsa', 'RSA-SHA384'],
    ['RS512', 'rsa', 'RSA-SHA512'],
    ['ES384', 'P-384', 'sha384'],
    ['ES512', 'P-521', 'sha512'],
    ['EdDSA', 'ed25519', null],
  ] as const)('include %s where it is asked for, and not otherwise', async (alg, kind, digest) => {
    const { publicKey, privateKey } = pairOf(kind);
    issuer.state.others = [{ ...publicKey.export({ format: 'jwk' }), kid: 'other' }];
    const parts = [{ alg, kid: 'other' }, issuer.claims()];
    const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
    const token = `${signed}.${sign(digest, Buffer.from(signed), key).toString('base64url')}`;
    expect(await reasonOf(token)).toBe('algorithm-refused');
    const asked = verifierOf(0, [{ ...issuer.settings, algorithms: [alg] }]);
    expect(await reasonOf(token, asked)).toBe('accepted');
    expect(await reasonOf(await issuer.sign(), asked)).toBe('algorithm-refused');
  });
});

describe('the keys of issuers', () => {
  it('are downloaded at the start, and one that is down fails nothing but its own tokens', async () => {
    const gone = await startTestIssuer();
    const token = await gone.sign();
    await gone.close();
    const both = verifierOf(0, [gone.settings, issuer.settings]);
    await expect(both.ready).resolves.toBeUndefined();
    issuer.state.fetches = 0;
    expect(await reasonOf(await issuer.sign(), both)).toBe('accepted');
    expect(await reasonOf(token, both)).toBe('issuer-unreachable');
    expect(issuer.state.fetches).toBe(0);
  });

  it('are asked for once where two issuers share them', async () => {
    const { settings } = issuer;
    const shared = verifierOf(0, [settings, { ...settings, issuer: 'https://other.example.com' }]);
    await shared.ready;
    expect(issuer.state.fetches).toBe(1);
  });

  it('are not asked for by tokens that no issuer of ours would have sent', async () => {
    const verifier = verifierOf();
    await verifier.ready;
    issuer.state.fetches = 0;
    for (const token of [
      await issuer.sign({ iss: 'https://elsewhere.example.com' }, { kid: 'made-up' }),
      await issuer.sign({}, { kid: 'made-up', typ: 'logout+jwt' }),
      await issuer.sign({}, { kid: 'made-up', crit: ['b64'], b64: true }),
      await issuer.sign({}, { kid: '' }),
      issuer.unsigned('AAAA'),
    ]) {
      expect(await reasonOf(token, verifier)).not.toBe('accepted');
    }
    expect(issuer.state.fetches).toBe(0);
  });

  it('die a quarter of an hour after their issuer withdrew them', async () => {
    let at = 0;
    const options = { clockSkewSeconds: 0, now: () => new Date(), moment: () => ({ wall: at, steady: at }) };
    const verifier = tokenVerifier([issuer.settings], options);
    const token = await issuer.sign();
    expect(await reasonOf(token, verifier)).toBe('accepted');
    issuer.state.served = ['RS256'];
    at = 15 * 60_000 - 1;
    expect(await reasonOf(token, verifier)).toBe('accepted');
    at += 1;
    expect(await reasonOf(token, verifier)).toBe('key-unknown');
  });

  it('that changed under their name are not remembered', async () => {
    let at = 0;
    const options = { clockSkewSeconds: 0, now: () => new Date(), moment: () => ({ wall: at, steady: at }) };
    const verifier = tokenVerifier([issuer.settings], options);
    const old = await issuer.sign();
    expect(await reasonOf(old, verifier)).toBe('accepted');
    issuer.state.served = [];
    issuer.state.others = [
      {
        ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
        kid: 'ES256-1',
      },
    ];
    at = 15 * 60_000;
    expect(await reasonOf(old, verifier)).toBe('signature-invalid');
  });

  it('that come back under a name of before are known at once, and those that left are not', async () => {
    let at = 0;
    const options = { clockSkewSeconds: 0, now: () => new Date(), moment: () => ({ wall: at, steady: at }) };
    const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const [one, two] = [pair(), pair()];
    const publish = ({ publicKey }: typeof one) => {
      issuer.state.served = [];
      issuer.state.others = [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256', use: 'sig' }];
    };
    const signed = ({ privateKey }: typeof one) =>
      new SignJWT(issuer.claims()).setProtectedHeader({ alg: 'ES256', kid: 'k' }).sign(privateKey);
    publish(one);
    const verifier = tokenVerifier([issuer.settings], options);
    expect(await reasonOf(await signed(one), verifier)).toBe('accepted');
    publish(two);
    at += 60 * 60_000;
    expect(await reasonOf(await signed(one), verifier)).toBe('signature-invalid');
    expect(await reasonOf(await signed(two), verifier)).toBe('accepted');
    publish(one);
    at += 60 * 60_000;
    expect(await reasonOf(await signed(one), verifier)).toBe('accepted');
  });

  it('are ambiguous where an issuer stands there twice: that does not start', () => {
    expect(() => verifierOf(0, [issuer.settings, { ...issuer.settings, audience: 'b' }])).toThrow('twice');
  });
});
