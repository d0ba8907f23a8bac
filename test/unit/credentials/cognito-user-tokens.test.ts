import {
  AdminDisableUserCommand,
  AdminUpdateUserAttributesCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, it } from 'vitest';
import { poolTokens } from '../../../functions/credentials/cognito-pool.ts';
import type { Order } from '../../../functions/credentials/credential-revoker.ts';
import { issuerOf } from '../../../functions/domain/cognito-issuer.ts';
import { credentialKey } from '../../../functions/domain/credential.ts';
import { subjectDenialKey } from '../../../functions/domain/denial.ts';
import type { Issuer } from '../../../functions/domain/settings.ts';
import { addPool, addPoolUser, failOn, issuerOfPool, userRevokerOn } from '../../contract/cognito-worlds.ts';
import { home, inMemory } from '../../contract/stand-ins.ts';
import { ada, order } from '../../contract/worlds.ts';

const endSessions: Order = { ...order, action: 'end-sessions' };
const cutoff = Date.parse(order.cutoff) / 1000;

const adaIn = async (claim: Partial<Issuer> = {}, attributes?: Record<string, string>) => {
  const aws = inMemory();
  const pool = await addPool(aws);
  const added = await addPoolUser(aws, pool, attributes);
  const world = userRevokerOn(aws, [pool], [issuerOfPool(pool, claim)]);
  return { aws, pool, ...added, ...world };
};

describe('the tokens of a cognito-user', () => {
  it('disables before it signs out, and refuses the tokens before both', async () => {
    const { aws, revoker, credential } = await adaIn();
    await revoker.revoke(credential, order);
    const writes = ['PutItem', 'AdminDisableUser', 'AdminUserGlobalSignOut'];
    expect(aws.log.writes()).toEqual(writes);
  });

  it.each([
    ['sub', 'opaque', ({ sub }: { sub: string }) => sub],
    ['email', 'email', () => 'ada@example.com'],
    ['username', 'opaque', () => 'ada'],
    ['cognito:username', 'opaque', () => 'ada'],
  ] as const)(
    'refuses tokens by the claim %s that the authorizer reads',
    async (subjectClaim, subjectFormat, value) => {
      const attributes = { email: 'Ada@Example.com' };
      const { revoker, credential, rows, pool, sub } = await adaIn(
        { subjectClaim, subjectFormat },
        attributes,
      );
      expect(await revoker.deny(credential, order)).toBe('denied');
      expect([...rows.keys()]).toEqual([subjectDenialKey(issuerOf(pool), value({ sub }))]);
      expect((await revoker.inspect(credential, order)).state).toBe('live'); // still enabled
    },
  );

  it('needs no row where no token can hold the claim', async () => {
    const { revoker, credential, rows } = await adaIn({ subjectClaim: 'email', subjectFormat: 'email' }, {});
    expect(await revoker.deny(credential, order)).toBe('nothing-to-deny');
    await revoker.revoke(credential, order);
    await revoker.prolong(credential);
    expect((await revoker.inspect(credential, order)).state).toBe('dead');
    expect(rows.size).toBe(0);
  });

  it('is alive while its tokens pass, though it is disabled', async () => {
    const { aws, revoker, credential } = await adaIn();
    const user = { UserPoolId: credential.pool, Username: credential.user };
    await aws.admin.cognito.send(new AdminDisableUserCommand(user));
    const { state, observed } = await revoker.inspect(credential, order);
    expect(state).toBe('live');
    expect(observed).toBe('cognito-idp:AdminGetUser Enabled=false, tokens pass by denylist');
  });

  it('does not lift a row that somebody blocked before', async () => {
    const { revoker, credential, rows, pool, sub } = await adaIn();
    const row = subjectDenialKey(issuerOf(pool), sub);
    rows.set(row, { blocked: true, blockedBy: ['another'], expiresAt: 4_000_000_000 });
    const { original } = await revoker.inspect(credential, order);
    await revoker.revoke(credential, order);
    await revoker.restore(credential, original);
    expect(rows.get(row)).toMatchObject({ blocked: true, blockedBy: ['another'] });
    expect(await revoker.inspect(credential, order)).toMatchObject({ original: { enabled: true } });
  });

  it('lifts the row that it blocked, though the address changed or the user went meanwhile', async () => {
    const { aws, revoker, credential, rows, pool } = await adaIn({
      subjectClaim: 'email',
      subjectFormat: 'email',
    });
    const row = subjectDenialKey(issuerOf(pool), ada.email);
    const { original } = await revoker.inspect(credential, order);
    await revoker.revoke(credential, order);
    const user = { UserPoolId: pool, Username: 'ada' };
    const UserAttributes = [{ Name: 'email', Value: 'ada@other.example' }];
    await aws.admin.cognito.send(new AdminUpdateUserAttributesCommand({ ...user, UserAttributes }));
    await revoker.restore(credential, original);
    expect(rows.get(row)?.blocked).toBe(false);
    await revoker.revoke(credential, order);
    rows.set(row, { blocked: true, blockedBy: [credentialKey(credential)], expiresAt: 4_000_000_000 });
    await revoker.remove(credential);
    await revoker.restore(credential, original);
    expect(rows.get(row)?.blocked).toBe(false);
  });

  it('lets a row stand longer, and does not bring back one that was lifted', async () => {
    const { revoker, credential, rows, pool, sub } = await adaIn();
    const row = subjectDenialKey(issuerOf(pool), sub);
    rows.set(row, { blocked: true, blockedBy: [credentialKey(credential)], expiresAt: 1 });
    await revoker.prolong(credential);
    expect(rows.get(row)?.expiresAt).toBeGreaterThan(cutoff + 89 * 86_400);
    rows.set(row, { blocked: false, expiresAt: 1 });
    await revoker.prolong(credential);
    expect(rows.get(row)).toEqual({ blocked: false, expiresAt: 1 });
    const others = { blocked: true, blockedBy: ['another'], expiresAt: 1 };
    rows.set(row, others);
    await revoker.prolong(credential);
    expect(rows.get(row)).toEqual(others);
  });

  it('stays refused for this user when the person’s tokens are let go, and the reverse', async () => {
    const { revoker, credential, rows, pool, sub, tokens } = await adaIn();
    const row = subjectDenialKey(issuerOf(pool), sub);
    const { original } = await revoker.inspect(credential, order);
    await tokens.revoke(poolTokens(home, pool, 'subject', sub), { ...order, action: 'block' });
    await revoker.revoke(credential, order);
    await tokens.restore(poolTokens(home, pool, 'subject', sub));
    expect(rows.get(row)?.blocked).toBe(true);
    await tokens.revoke(poolTokens(home, pool, 'subject', sub), { ...order, action: 'block' });
    await revoker.restore(credential, original);
    expect(rows.get(row)?.blocked).toBe(true);
    await tokens.restore(poolTokens(home, pool, 'subject', sub));
    expect(rows.get(row)?.blocked).toBe(false);
  });
});

describe('a cognito-user whose sessions are ended', () => {
  it.each([true, false])(
    'signs out, keeps the user enabled and is dead after that (trusted: %s)',
    async (isTrusted) => {
      const aws = inMemory();
      const pool = await addPool(aws);
      const { credential, sub } = await addPoolUser(aws, pool);
      const { revoker, rows } = userRevokerOn(aws, [pool], isTrusted ? [issuerOfPool(pool)] : []);
      expect((await revoker.inspect(credential, endSessions)).state).toBe('live');
      await revoker.revoke(credential, endSessions);
      await revoker.revoke(credential, endSessions);
      const { state, observed, original } = await revoker.inspect(credential, endSessions);
      expect({ state, original }).toEqual({ state: 'dead', original: {} });
      expect(observed).toContain('our record of one: true');
      expect(rows.get(subjectDenialKey(issuerOf(pool), sub))?.notBefore).toBe(isTrusted ? cutoff : undefined);
      expect(await revoker.inspect(credential, order)).toMatchObject({ original: { enabled: true } });
      expect(aws.log.writes()).toContain('AdminUserGlobalSignOut');
      expect(aws.log.calls).not.toContain('AdminDisableUser');
    },
  );

  it('is not dead by refused tokens alone, nor by an earlier sign-out', async () => {
    const { revoker, credential } = await adaIn();
    expect(await revoker.deny(credential, endSessions)).toBe('denied');
    expect((await revoker.inspect(credential, endSessions)).state).toBe('live');
    await revoker.revoke(credential, { ...endSessions, cutoff: '2026-02-01T00:00:00.000Z' });
    expect((await revoker.inspect(credential, endSessions)).state).toBe('live');
  });

  it('writes no record of a sign-out that did not come about', async () => {
    const { aws, revoker, credential, rows } = await adaIn();
    failOn(aws.log, 'AdminUserGlobalSignOut', 'InternalErrorException');
    await expect(revoker.revoke(credential, endSessions)).rejects.toThrow(
      'cognito-idp:AdminUserGlobalSignOut',
    );
    expect([...rows.keys()].some((key) => key.startsWith('sid#'))).toBe(false);
  });

  it('holds nothing down: a restore changes nothing', async () => {
    const { aws, revoker, credential } = await adaIn();
    const { original } = await revoker.inspect(credential, endSessions);
    await revoker.revoke(credential, endSessions);
    const before = aws.log.writes().length;
    await revoker.restore(credential, original);
    expect(aws.log.writes()).toHaveLength(before);
  });
});
