import { generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tokenVerifier, type VerifyToken } from '../../../functions/authorize/verify-token.ts';
import type { Issuer } from '../../../functions/domain/settings.ts';
import { startTestIssuer, type TestIssuer } from './test-issuer.ts';

let issuer: TestIssuer;
let other: TestIssuer;
let verify: VerifyToken;

const verifierOf = (...issuers: Issuer[]) =>
  tokenVerifier(issuers, { clockSkewSeconds: 0, now: () => new Date() });
const reasonOf = (token: string, verifier = verify): Promise<string> =>
  verifier(token).then(
    () => 'accepted',
    (error: { reason?: string }) => error.reason ?? `another error: ${error}`,
  );
const payload = (extra: object = {}) => JSON.stringify(issuer.claims({ ...extra }));
const header = (extra: object = {}) => JSON.stringify({ alg: 'ES256', kid: 'ES256-1', ...extra });

beforeAll(async () => {
  issuer = await startTestIssuer();
  other = await startTestIssuer();
});
afterAll(() => Promise.all([issuer.close(), other.close()]));
beforeEach(() => {
  for (const { state } of [issuer, other]) {
    Object.assign(state, { fetches: 0, namesAlgorithms: true, served: ['RS256', 'ES256'], others: [] });
  }
  verify = verifierOf(issuer.settings);
});

describe.each([true, false])('algorithm confusion (published keys name their algorithm: %s)', (named) => {
  beforeEach(() => {
    issuer.state.namesAlgorithms = named;
  });

  it('alg none is refused, with and without a signature', async () => {
    expect(await reasonOf(issuer.unsigned())).toBe('token-malformed');
    expect(await reasonOf(issuer.unsigned('AAAA'))).toBe('algorithm-refused');
  });

  it.each(['None', 'NONE', 'es256', 'ES256 ', 'HS512', 'PS256', 'ES256K', '__proto__', 'toString', ''])(
    'alg "%s" is refused',
    async (alg) => {
      expect(await reasonOf(issuer.signText(header({ alg }), payload()))).toBe('algorithm-refused');
    },
  );

  it('no alg at all is refused, and one that is no text', async () => {
    expect(await reasonOf(issuer.signText(header({ alg: undefined }), payload()))).toBe('algorithm-refused');
    expect(await reasonOf(issuer.signText(header({ alg: ['ES256'] }), payload()))).toBe('token-malformed');
  });

  it('HS256 with the public key as the secret is refused', async () => {
    expect(await reasonOf(await issuer.signWithPublicKey())).toBe('algorithm-refused');
  });

  it('RS256 in the header of a token that an EC key signed is refused', async () => {
    expect(await reasonOf(issuer.signText(header({ alg: 'RS256' }), payload()))).toBe('algorithm-refused');
  });

  it('ES256 in the header of a token that an RSA key signed is refused', async () => {
    const token = issuer.signText(header({ kid: 'RS256-1' }), payload(), 'RS256');
    expect(await reasonOf(token)).toBe('algorithm-refused');
  });

  it('ES256 by a key on another curve is refused', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    issuer.state.others = [{ ...publicKey.export({ format: 'jwk' }), kid: 'wide' }];
    const parts = [header({ kid: 'wide' }), payload()];
    const signed = parts.map((part) => Buffer.from(part).toString('base64url')).join('.');
    const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    expect(await reasonOf(`${signed}.${signature.toString('base64url')}`)).toBe('algorithm-refused');
  });

  it('a key for encryption or a shared secret verifies nothing, even beside a good key of its name', async () => {
    issuer.state.others = [
      { kty: 'oct', k: 'c2VjcmV0', kid: 'shared' },
      { kty: 'oct', k: 'c2VjcmV0', kid: 'ES256-1' },
    ];
    expect(await reasonOf(issuer.signText(header({ kid: 'shared' }), payload()))).toBe('key-unknown');
    expect(await reasonOf(await issuer.sign())).toBe('accepted');
  });
});

describe('the name of a key', () => {
  it.each([
    ['a path', '../../../../dev/null'],
    ['SQL', "x' UNION SELECT 'key' --"],
    ['a prototype', '__proto__'],
    ['what objects inherit', 'constructor'],
    ['very long', 'k'.repeat(5000)],
    ['the right one in other letters', 'es256-1'],
    ['the right one with a space', 'ES256-1 '],
    ['a URL', 'https://attacker.example/keys'],
  ])('that is %s is an unknown one', async (_name, kid) => {
    expect(await reasonOf(issuer.signText(header({ kid }), payload()))).toBe('key-unknown');
  });

  it.each([
    ['missing', undefined, 'key-unknown'],
    ['empty', '', 'key-unknown'],
    ['null', null, 'token-malformed'],
    ['a number', 0, 'token-malformed'],
    ['an object', { kid: 'ES256-1' }, 'token-malformed'],
    ['a list', ['ES256-1'], 'token-malformed'],
  ])('that is %s is refused', async (_name, kid, reason) => {
    expect(await reasonOf(issuer.signText(header({ kid }), payload()))).toBe(reason);
  });
});

describe('keys that a token brings along', () => {
  it('in jwk, jku, x5u and x5c are never looked at', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'attacker', use: 'sig', alg: 'ES256' };
    other.state.others = [jwk];
    const [jku, x5u] = [other.settings.jwksUri, `${other.url}/certificate`];
    const x5c = [publicKey.export({ format: 'der', type: 'spki' }).toString('base64')];
    for (const [kid, reason] of [
      ['attacker', 'key-unknown'],
      ['ES256-1', 'signature-invalid'],
    ] as const) {
      const parts = [header({ kid, jwk: { ...jwk, kid }, jku, x5u, x5c }), payload()];
      const signed = parts.map((part) => Buffer.from(part).toString('base64url')).join('.');
      const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
      const token = `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
      expect(await reasonOf(token)).toBe(reason);
    }
    expect(other.state.fetches).toBe(0);
    expect(await reasonOf(await issuer.sign({}, { jku, x5u, jwk }))).toBe('accepted');
    expect(other.state.fetches).toBe(0);
  });
});

describe('two issuers', () => {
  const settingsOfOther = (): Issuer => ({ ...other.settings, audience: 'billing-api' });

  it('with different keys of one name do not vouch for each other, in any order', async () => {
    const both = verifierOf(issuer.settings, settingsOfOther());
    const toOther = { iss: other.url, aud: 'billing-api' };
    for (let round = 0; round < 2; round += 1) {
      expect(await reasonOf(await issuer.sign(), both)).toBe('accepted');
      expect(await reasonOf(await issuer.sign(toOther), both)).toBe('signature-invalid');
      expect(await reasonOf(await other.sign(toOther), both)).toBe('accepted');
      expect(await reasonOf(await other.sign({ iss: issuer.url }), both)).toBe('signature-invalid');
    }
  });

  it('with one key are told apart by the audience alone, and the token is the one that it says', async () => {
    const shared = verifierOf(issuer.settings, { ...settingsOfOther(), jwksUri: issuer.settings.jwksUri });
    expect(await reasonOf(await issuer.sign({ iss: other.url }), shared)).toBe('audience-wrong');
    const token = await shared(await issuer.sign({ iss: other.url, aud: 'billing-api' }));
    expect(token.issuer).toBe(other.url);
  });

  it.each([
    ['a slash more', (url: string) => `${url}/`],
    ['capitals', (url: string) => url.toUpperCase()],
    ['a port that goes without saying', () => 'https://login.example.com:443'],
    ['a suffix', (url: string) => `${url}.attacker.example`],
    ['another scheme', (url: string) => url.replace('http:', 'https:')],
  ])('are not confused by an iss with %s', async (_name, change) => {
    const login = { ...settingsOfOther(), issuer: 'https://login.example.com' };
    const both = verifierOf(issuer.settings, login);
    expect(await reasonOf(await issuer.sign({ iss: change(issuer.url) }), both)).toBe('issuer-unknown');
    expect(await reasonOf(await issuer.sign({ iss: change(issuer.url) }))).toBe('issuer-unknown');
  });

  it('cannot be claimed both at once', async () => {
    expect(await reasonOf(await issuer.sign({ iss: [issuer.url, other.url] }))).toBe('token-malformed');
  });
});

describe('the form of a token', () => {
  it('with claims twice has the last of them, in every part of it', async () => {
    const twice = payload().replace('"email":', '"email":"eve@example.com","email":');
    expect((await verify(issuer.signText(header(), twice))).subject).toBe('ada@example.com');
    const expired = payload().replace(/}$/, ',"exp":1}');
    expect(await reasonOf(issuer.signText(header(), expired))).toBe('token-expired');
    const none = header().replace(/}$/, ',"alg":"none"}');
    expect(await reasonOf(issuer.signText(none, payload()))).toBe('algorithm-refused');
  });

  it.each([
    ['lists in lists', `"deep":${'['.repeat(300)}${']'.repeat(300)}`],
    ['many values', `"many":[${'0,'.repeat(3900)}0]`],
    ['many claims', Array.from({ length: 800 }, (_, index) => `"c${index}":0`).join(',')],
    ['a prototype', '"__proto__":{"email":"eve@example.com"},"constructor":1'],
  ])('with %s is read like any other', async (_name, claim) => {
    const text = payload().replace(/}$/, `,${claim}}`);
    expect(await verify(issuer.signText(header(), text))).toMatchObject({ subject: 'ada@example.com' });
    expect(await reasonOf(issuer.signText(header(), `${text}]`))).toBe('token-malformed');
  });

  it('that is nested deeper than the stack is refused, and nothing breaks', async () => {
    for (const deep of [
      '['.repeat(100_000) + ']'.repeat(100_000),
      `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
    ]) {
      const text = payload().replace(/}$/, `,"deep":${deep}}`);
      expect(await reasonOf(issuer.signText(header(), text))).toBe('token-malformed');
    }
  });

  it('with an audience of thousands is compared, and refused', async () => {
    const aud = Array.from({ length: 1000 }, (_, index) => `api-${index}`);
    expect(await reasonOf(await issuer.sign({ aud }))).toBe('audience-wrong');
    expect(await reasonOf(await issuer.sign({ aud: [...aud, { 0: 'orders-api' }] }))).toBe('token-malformed');
  });

  it('that demands an extension is refused, whatever it demands', async () => {
    for (const crit of [['exp'], ['b64'], [], 'exp', null]) {
      expect(await reasonOf(issuer.signText(header({ crit, b64: true }), payload()))).toBe(
        'critical-header-unknown',
      );
    }
  });

  it('that holds another token is refused', async () => {
    const nested = await issuer.sign();
    expect(await reasonOf(issuer.signText(header({ cty: 'JWT' }), nested))).toBe('token-malformed');
    expect(await reasonOf(issuer.signText(header({ cty: 'JWT' }), `"${nested}"`))).toBe('token-malformed');
  });

  it.each(['JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', 'application/jwt', undefined])(
    'of type %s is one for access',
    async (typ) => {
      expect(await reasonOf(issuer.signText(header({ typ }), payload()))).toBe('accepted');
    },
  );

  it.each(['secevent+jwt', 'logout+jwt', 'dpop+jwt', 'token-introspection+jwt', 'JWE', '', null, ['JWT'], 1])(
    'of type %j is one for something else',
    async (typ) => {
      expect(await reasonOf(issuer.signText(header({ typ }), payload()))).toBe('token-type-wrong');
    },
  );

  it.each(['[]', 'null', '7', '"text"', '', '{', '{}x', '{"iss":7}'])(
    'whose header or payload is %s is malformed',
    async (text) => {
      expect(await reasonOf(issuer.signText(header(), text))).toBe('token-malformed');
      if (text !== '{"iss":7}')
        expect(await reasonOf(issuer.signText(text, payload()))).toBe('token-malformed');
    },
  );

  it('with a signature that is spelled another way says the same, and is revoked by the same rows', async () => {
    const token = await issuer.sign();
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    // 64 bytes leave four bits of the last character unused.
    const spelled = `${token.slice(0, -1)}${last[last.indexOf(token.at(-1) ?? '') + 1]}`;
    const asUsual = await verify(token);
    for (const same of [spelled, `${token}=`, `${token}==`]) expect(await verify(same)).toEqual(asUsual);
  });

  it.each(['A', 'AAAA', 'A'.repeat(86), 'A'.repeat(8000), 'MEUCIQD_'])(
    'with a signature that is none (%#) is refused',
    async (signature) => {
      for (const alg of ['ES256', 'RS256'] as const) {
        const [head, body] = (await issuer.sign({}, {}, alg)).split('.');
        const reason = await reasonOf(`${head}.${body}.${signature}`);
        expect(['signature-invalid', 'token-malformed']).toContain(reason);
      }
    },
  );

  it('with space, other alphabets or more parts is malformed', async () => {
    const token = await issuer.sign();
    const [head, body, signature] = token.split('.');
    for (const bad of [` ${token}`, `${token}\n`, `${token}.`, `${token}.${signature}`, `${head}.${body}`]) {
      expect(await reasonOf(bad)).toBe('token-malformed');
    }
    for (const bad of [`${token}+`, `${token}/`, `${token}===`, `${head}=.${body}==.==`, `${token}\u0430`]) {
      expect(await reasonOf(bad)).toBe('token-malformed');
    }
  });

  it('never comes back in an error', async () => {
    for (const token of [
      issuer.signText(header(), 'secret'),
      await issuer.sign({ email: 7, sub: 'secret' }),
    ]) {
      await expect(verify(token)).rejects.toSatisfy(
        (error: Error) => !`${error.stack}${JSON.stringify(error)}${error.cause}`.includes('secret'),
      );
    }
  });
});
