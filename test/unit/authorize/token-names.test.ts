import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenVerifier } from '../../../functions/authorize/verify-token.ts';
import { apiKeyDenialKey, tokenDenialKey } from '../../../functions/domain/denial.ts';
import { normaliseEmail } from '../../../functions/domain/email.ts';
import type { Issuer } from '../../../functions/domain/settings.ts';
import { subjectSchema } from '../../../functions/domain/subject.ts';
import { startTestIssuer, type TestIssuer } from './test-issuer.ts';

let issuer: TestIssuer;

const verified = async (claims: object, extra: Partial<Issuer> = {}) => {
  const bySub = { ...issuer.settings, subjectClaim: 'sub', subjectFormat: 'opaque', ...extra } as const;
  const verify = tokenVerifier([bySub], { clockSkewSeconds: 0, now: () => new Date() });
  return verify(await issuer.sign({ ...claims }));
};
const subjectOf = async (sub: string) => (await verified({ sub })).subject;

beforeAll(async () => {
  issuer = await startTestIssuer();
});
afterAll(() => issuer.close());

describe('a subject', () => {
  it.each([
    ['composed', 'Zo\u00eb'],
    ['decomposed', 'Zoe\u0308'],
    ['written from right to left', '\u202e\u05d3\u05e0\u05d4'],
    ['with an emoji', 'ada\u{1f469}\u200d\u{1f4bb}'],
    ['with a NUL', 'ada\u0000'],
    ['with separators of ours', 'x#subject#https://id.example.com#u-1'],
    ['that looks like a prototype', '__proto__'],
    ['with what replaces broken text', 'ada\ufffd'],
  ])('that is %s is left as the issuer wrote it', async (_name, sub) => {
    expect(await subjectOf(sub)).toBe(sub);
  });

  it('is trimmed as events are, of every kind of space', async () => {
    expect(await subjectOf('\u00a0\u2003u-1\ufeff\n')).toBe('u-1');
  });

  it.each(['\\ud83d', '\\udca9ada', 'a\\ud800b'])(
    'with half of a surrogate pair is refused, since no stored row would be equal to it: %s',
    async (sub) => {
      const claims = JSON.stringify(issuer.claims()).replace('"u-1"', `"${sub}"`);
      const bySub = { ...issuer.settings, subjectClaim: 'sub', subjectFormat: 'opaque' } as const;
      const verify = tokenVerifier([bySub], { clockSkewSeconds: 0, now: () => new Date() });
      const token = issuer.signText('{"alg":"ES256","kid":"ES256-1"}', claims);
      await expect(verify(token)).rejects.toMatchObject({ reason: 'subject-unusable' });
    },
  );

  it('may have 512 characters, as in events, and no more', async () => {
    expect(await subjectOf('s'.repeat(512))).toHaveLength(512);
    await expect(subjectOf('s'.repeat(513))).rejects.toMatchObject({ reason: 'subject-unusable' });
  });
});

describe('the other names of a token', () => {
  it.each(
    ['jti', 'sid', 'client_id', 'azp', 'cid'].flatMap((claim) =>
      ['', ' ', ' padded', 'padded\n', '\ud800', 'x'.repeat(513), 7, ['x'], { x: 'x' }, true].map(
        (value) => [claim, value] as const,
      ),
    ),
  )('cannot be %s = %j, by which nobody could revoke it', async (claim, value) => {
    const refused = await verified({ [claim]: value }).then(
      () => 'accepted',
      (error: { reason?: string }) => error.reason,
    );
    // The library has refused a `jti` that is no text before.
    expect(['token-id-unusable', 'token-malformed']).toContain(refused);
  });

  it('are all told', async () => {
    const names = { jti: 'j', sid: 's', client_id: 'c1', azp: 'c2', cid: 'c1', aud: 'orders-api' };
    expect(await verified(names)).toMatchObject({ jti: 'j', sid: 's', clients: ['c1', 'c2'] });
  });

  it('may be missing', async () => {
    const token = await verified({ jti: undefined });
    expect(token).not.toHaveProperty('jti');
    expect(token).not.toHaveProperty('sid');
  });
});

describe('a key of the denylist', () => {
  const by = fc.constantFrom('subject', 'jti', 'sid', 'client' as const);
  // Settings refuse issuers with a fragment or a query.
  const anIssuer = fc.oneof(fc.webUrl(), fc.constantFrom('https://a', 'https://a/subject', 'https://a/b'));
  const hostile = fc.string({
    unit: fc.constantFrom('#', 'a', '/', 'subject', 'https://a', '\u0000'),
    maxLength: 12,
  });
  const value = fc.oneof(hostile, fc.string({ unit: 'binary' }));
  const name = fc.record({ by, issuer: anIssuer, value });

  it('names one thing only, whatever an issuer lets people call themselves', () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        const isSame = a.by === b.by && a.issuer === b.issuer && a.value === b.value;
        const keyOf = (one: typeof a) => tokenDenialKey(one.issuer, one.by, one.value);
        expect(keyOf(a) === keyOf(b)).toBe(isSame);
        const [kind = '', issuedBy = '', ...rest] = keyOf(a).split('#');
        expect({ by: kind, issuer: issuedBy, value: rest.join('#') }).toEqual(a);
        expect(keyOf(a)).not.toBe(apiKeyDenialKey(b.value));
      }),
    );
  });
});

describe('a subject that is to be an address', () => {
  const byEmail = (claims: object) => verified(claims, { subjectClaim: 'email', subjectFormat: 'email' });
  const reasonOf = (claims: object): Promise<string> =>
    byEmail(claims).then(
      () => 'accepted',
      (error: { reason?: string }) => error.reason ?? 'another error',
    );

  it.each([
    ['is longer than any event may name', `${'a'.repeat(250)}@acme.example`],
    ['has two of what an address has one', '"a@b"@acme.example'],
    ['has space in it', '"a b"@acme.example'],
    ['is none', '00u1abcd'],
  ])('is refused where it %s: no event could revoke it', async (_name, email) => {
    expect(subjectSchema.safeParse({ format: 'email', email }).success).toBe(false);
    expect(await reasonOf({ email })).toBe('subject-unusable');
  });

  it('may be the name of the client, where that has a token for itself: it is revoked by that', async () => {
    const claims = { email: 'Machine-1', client_id: 'Machine-1' };
    expect(await byEmail(claims)).toMatchObject({ clients: ['Machine-1'] });
    expect(await reasonOf({ ...claims, client_id: 'another' })).toBe('subject-unusable');
  });

  it('is spelled one way, whatever lower case does to its accents', async () => {
    const [event, claim] = ['H\u0331ana@acme.example', '\u1e96ana@acme.example'];
    const { subject } = await byEmail({ email: claim });
    expect(subject).toBe(normaliseEmail(event));
    expect(normaliseEmail(subject)).toBe(subject);
  });
});
