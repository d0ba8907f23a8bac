import { describe, expect, it } from 'vitest';
import { BearerTokenRevoker, notBeforeOf } from '../../../functions/credentials/bearer-token.ts';
import { tokenNamed } from '../../../functions/credentials/bearer-token-names.ts';
import type { Order } from '../../../functions/credentials/credential-revoker.ts';
import { type BearerToken, bearerToken } from '../../../functions/domain/credential.ts';
import { issuerSchema } from '../../../functions/domain/settings.ts';
import type { Subject } from '../../../functions/domain/subject.ts';
import { MemoryDenylist } from '../../support/memory-denylist.ts';

const home = { account: '123456789012', region: 'eu-west-1' };
const nowSeconds = 1_772_366_400;
const day = 86_400;

const issuerAt = (name: string, settings: object = {}) =>
  issuerSchema.parse({
    issuer: `https://${name}.example.com`,
    audience: 'api',
    jwksUri: `https://${name}.example.com/jwks`,
    ...settings,
  });
const mail = issuerAt('mail');
const ids = issuerAt('ids', { subjectClaim: 'sub', subjectFormat: 'opaque', longestTokenSeconds: 30 * day });

const subs = issuerAt('subs', { subjectClaim: 'sub' });

const token = ({ issuer }: { issuer: string }, value: string): BearerToken =>
  bearerToken(home, { issuer, by: 'subject', value });

const worldAt = (at: string, issuers = [mail, ids, subs]) => {
  const denylist = new MemoryDenylist();
  const now = () => new Date(at);
  return { denylist, revoker: new BearerTokenRevoker({ home, denylist, issuers, blockedDays: 7, now }) };
};

const order = (action: Order['action'], cutoff = '2026-03-01T12:00:00.000Z'): Order => ({
  revocationId: 'rev-1',
  action,
  cutoff,
});

const noon = '2026-03-01T12:00:00.000Z';

describe('discover', () => {
  const found = async (...subjects: Subject[]) => {
    const { revoker } = worldAt(noon);
    return (await Array.fromAsync(revoker.discover({ for: 'subject', subjects }))).map(
      ({ credential, facts }) => ({
        id: credential.id,
        owner: facts.inherentOwners?.[0],
      }),
    );
  };

  it('names an application as the client of tokens too, where the subject may be one', async () => {
    const { revoker } = worldAt(noon);
    const subjects: Subject[] = [
      { format: 'opaque', id: '0oa1' },
      { format: 'email', email: 'a@b.example' },
    ];
    const search = { for: 'subject', subjects, clients: true } as const;
    const ids = (await Array.fromAsync(revoker.discover(search))).map(({ credential }) => credential.id);
    expect(ids.filter((id) => id.startsWith('client#'))).toEqual([
      'client#https://mail.example.com#0oa1',
      'client#https://ids.example.com#0oa1',
      'client#https://subs.example.com#0oa1',
    ]);
    expect((await found(...subjects)).some(({ id }) => id.startsWith('client#'))).toBe(false);
  });

  it('matches each subject with the issuers that name people that way', async () => {
    expect(
      await found({ format: 'email', email: 'Ada@Example.com' }, { format: 'opaque', id: '00u1' }),
    ).toEqual([
      { id: 'subject#https://mail.example.com#ada@example.com', owner: 'email:ada@example.com' },
      { id: 'subject#https://ids.example.com#00u1', owner: 'opaque:00u1' },
      { id: 'subject#https://subs.example.com#ada@example.com', owner: 'email:ada@example.com' },
    ]);
  });

  it('takes iss_sub only at its own issuer, an email in its one spelling', async () => {
    const iss = subs.issuer;
    expect(await found({ format: 'iss_sub', iss, sub: 'ADA@example.com' })).toEqual([
      { id: `subject#${iss}#ada@example.com`, owner: `iss_sub:${iss}#ADA@example.com` },
    ]);
    // There the claim `email` names people, and a `sub` is something else: a row under it would refuse nobody.
    expect(await found({ format: 'iss_sub', iss: mail.issuer, sub: 'ada@example.com' })).toEqual([]);
    expect(await found({ format: 'iss_sub', iss: 'https://other.example.com', sub: 'ada' })).toEqual([]);
  });

  it('yields a subject that is named twice once', async () => {
    const email = { format: 'email', email: 'ada@example.com' } as const;
    const same = { format: 'iss_sub', iss: subs.issuer, sub: 'ada@example.com' } as const;
    const ids = (await found(email, same)).map(({ id }) => id);
    expect(ids.filter((id) => id.includes(subs.issuer))).toHaveLength(1);
  });

  it('knows no tokens of an account URI', async () => {
    expect(await found({ format: 'account', uri: 'acct:ada@example.com' })).toEqual([]);
  });
});

describe('notBefore', () => {
  it.each([
    ['2026-03-01T12:00:00.000Z', nowSeconds],
    ['2026-03-01T12:00:00.001Z', nowSeconds + 1],
    ['2026-03-01T12:00:00.999Z', nowSeconds + 1],
  ])('of %s is rounded up to whole seconds', (cutoff, seconds) => {
    expect(notBeforeOf(cutoff)).toBe(seconds);
  });

  it('refuses a token from just before the cutoff, however its issuer rounds iat', () => {
    const issuedAt = Date.parse('2026-03-01T12:00:00.600Z') / 1000;
    const notBefore = notBeforeOf('2026-03-01T12:00:00.700Z');
    for (const iat of [Math.floor(issuedAt), Math.round(issuedAt), issuedAt]) {
      expect(iat <= notBefore).toBe(true);
    }
  });
});

describe('block', () => {
  it('stands for the blocked days, and longer where tokens live longer', async () => {
    const { revoker, denylist } = worldAt(noon);
    await revoker.revoke(token(mail, 'ada@example.com'), order('block'));
    await revoker.revoke(token(ids, '00u1'), order('block'));
    expect([...denylist.rows.values()]).toMatchObject([
      { blocked: true, expiresAt: nowSeconds + 7 * day },
      { blocked: true, expiresAt: nowSeconds + 30 * day + 3600 },
    ]);
  });

  it('is live again when the row has expired', async () => {
    const { revoker, denylist } = worldAt(noon);
    await denylist.deny('subject#https://ids.example.com#00u1', { blocked: true, expiresAt: nowSeconds });
    expect((await revoker.inspect(token(ids, '00u1'), order('block'))).state).toBe('live');
  });

  it('is not satisfied by a notBefore', async () => {
    const { revoker } = worldAt(noon);
    await revoker.revoke(token(ids, '00u1'), order('not-before'));
    expect((await revoker.inspect(token(ids, '00u1'), order('block'))).state).toBe('live');
  });
});

describe('not-before', () => {
  const ada = token(ids, '00u1');

  it('spares later tokens and outlives the longest earlier one, even when it is written days late', async () => {
    const { revoker, denylist } = worldAt('2026-03-06T12:00:00.000Z');
    await revoker.revoke(ada, order('not-before'));
    const expiresAt = nowSeconds + 5 * day + 30 * day + 3600;
    expect([...denylist.rows.values()]).toEqual([{ blocked: false, notBefore: nowSeconds, expiresAt }]);
    expect((await revoker.inspect(ada, order('not-before'))).state).toBe('dead');
  });

  it('is not satisfied by an earlier cutoff, nor by a block that may be lifted', async () => {
    const { revoker } = worldAt(noon);
    await revoker.revoke(ada, order('not-before', '2026-03-01T11:59:59.000Z'));
    await revoker.revoke(ada, order('block'));
    expect((await revoker.inspect(ada, order('not-before'))).state).toBe('live');
  });

  it('survives a restore', async () => {
    const { revoker } = worldAt(noon);
    await revoker.revoke(ada, order('not-before'));
    await revoker.revoke(ada, order('block'));
    await revoker.restore(ada);
    expect((await revoker.inspect(ada, order('not-before'))).state).toBe('dead');
    expect((await revoker.inspect(ada, order('block'))).state).toBe('live');
  });

  it('stands for a year at an issuer that has left the settings but may come back', async () => {
    const { revoker, denylist } = worldAt(noon, []);
    await revoker.revoke(ada, order('not-before'));
    expect([...denylist.rows.values()][0]?.expiresAt).toBe(nowSeconds + 365 * day + 3600);
  });
});

describe('describe', () => {
  it('says whose token it is, as the issuer names people', async () => {
    const { revoker } = worldAt(noon);
    expect(await revoker.describe(token(mail, 'ada@example.com'))).toMatchObject({
      inherentOwners: ['email:ada@example.com'],
    });
    expect(await revoker.describe(token(ids, '00u1'))).toMatchObject({ inherentOwners: ['opaque:00u1'] });
    expect(await revoker.describe(token({ issuer: 'https://x' }, 'y'))).toMatchObject({
      inherentOwners: ['iss_sub:https://x#y'],
    });
  });
});

describe('a token that somebody names', () => {
  const issuers = [mail, ids, subs];
  it('is spelled as the authorizer spells it', () => {
    const named = (issuer: string, by: 'subject' | 'jti', value: string) =>
      tokenNamed({ issuer, by, value }, { home, issuers })?.id;
    expect(named(mail.issuer, 'subject', ' Ada@Example.com ')).toBe(`subject#${mail.issuer}#ada@example.com`);
    expect(named(ids.issuer, 'subject', ' 00u1 ')).toBe(`subject#${ids.issuer}#00u1`);
    expect(named(mail.issuer, 'jti', 'J-1')).toBe(`jti#${mail.issuer}#J-1`);
  });

  it('is none where the authorizer does not trust its issuer', () => {
    const of = (issuer: string) => tokenNamed({ issuer, by: 'jti', value: 'x' }, { home, issuers });
    expect(of(`${mail.issuer}/`)).toBeUndefined();
    expect(of('https://elsewhere.example.com')).toBeUndefined();
  });
});
