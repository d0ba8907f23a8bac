import { describe, expect, it } from 'vitest';
import type { Change } from '../../../functions/domain/change.ts';
import type { Credential } from '../../../functions/domain/credential.ts';
import { CutoffError } from '../../../functions/domain/errors.ts';
import type { KeyNow } from '../../../functions/identity/access-key.ts';
import { expiryLookUp } from '../../../functions/identity/expiry.ts';
import { MemoryRegistry } from '../../support/memory-stores.ts';
import { changeOf } from '../../support/world.ts';

const home = { account: '123456789012', region: 'eu-west-1' };
const expiresAt = '2026-03-02T09:00:00.000Z';
const key = {
  kind: 'iam-access-key',
  account: home.account,
  region: 'global',
  id: 'AKIADANA1',
  user: 'dana',
} as const;
const entry = { owners: ['email:dana@acme.example'], isProtected: false, entitlements: [] };

const expired = (credential: Credential = key): Change =>
  changeOf('x@acme.example', 'credential-expired', { credential });

const company = async (credential: Credential = key) => {
  const registry = new MemoryRegistry();
  await registry.issued(credential, entry, { issuance: 'i-1', expiresAt });
  const look = (lastUse?: KeyNow['lastUse'], at = expiresAt, told = expiresAt) =>
    expiryLookUp({
      registry,
      keyNow: async () => lastUse && { user: 'dana', lastUse },
      home,
      now: () => new Date(at),
    })(expired(credential), { ask: 'expiry', expiresAt: told });
  const due = async () => (await Array.fromAsync(registry.dueBy(expiresAt))).length;
  return { registry, look, due };
};

describe('what has expired', () => {
  it('is revoked, and stays due until ingest has taken it on', async () => {
    const { look, due } = await company();
    const { changes, settle } = await look('never');
    expect(changes).toEqual([expired()]);
    expect(await due()).toBe(1);
    await settle?.();
    expect(await due()).toBe(0);
    expect((await look('never')).changes).toHaveLength(1); // delivered twice
  });

  it('is so at its very second, however it is spelled, and years later', async () => {
    const { look } = await company();
    expect((await look(undefined, '2026-03-02T08:59:59.999Z').catch(() => 'not yet')) as unknown).toBe(
      'not yet',
    );
    expect((await look(undefined, expiresAt, '2026-03-02T10:00:00+01:00')).changes).toHaveLength(1);
    expect((await look(undefined, '2031-01-01T00:00:00.000Z')).changes).toHaveLength(1);
  });

  it.each([
    ['never used', 'never', false],
    ['not used for two days', { at: '2026-02-28T09:00:00.000Z' }, false],
    ['used yesterday', { at: '2026-03-01T09:00:00.000Z' }, true],
    ['used, nobody knows when', 'unknown', true],
    ['deleted, so that nobody knows', undefined, true],
  ] as const)('ends the sessions of an access key that was %s: %s', async (_, lastUse, sessions) => {
    const { look } = await company();
    const [change] = (await look(lastUse)).changes;
    expect(change?.mayHaveSessions).toBe(sessions || undefined);
  });

  it.each(['access-denied', 'throttled'] as const)(
    'does not wait for when it was used (%s): it may have sessions',
    async (code) => {
      const { registry, due } = await company();
      const keyNow = () => Promise.reject(new CutoffError('iam', { code, retryable: true }));
      const lookUp = expiryLookUp({ registry, keyNow, home, now: () => new Date(expiresAt) });
      const { changes, settle } = await lookUp(expired(), { ask: 'expiry', expiresAt });
      expect(changes).toEqual([{ ...expired(), mayHaveSessions: true }]);
      await settle?.();
      expect(await due()).toBe(0);
    },
  );

  it('has no sessions where it is no access key, and is not looked at', async () => {
    const apiKey = { kind: 'api-gateway-key', ...home, id: 'k1' } as const;
    const { look } = await company(apiKey);
    expect((await look('unknown')).changes).toEqual([expired(apiKey)]);
  });

  it('is held where it is elsewhere: not looked at there, and not sent again', async () => {
    const { registry } = await company({ ...key, account: '210987654321' });
    const keyNow = () => Promise.reject(new Error('looked at'));
    const lookUp = expiryLookUp({ registry, keyNow, home, now: () => new Date(expiresAt) });
    const foreign = expired({ ...key, account: '210987654321' });
    const { changes, settle } = await lookUp(foreign, { ask: 'expiry', expiresAt });
    expect(changes).toMatchObject([{ credential: { account: '210987654321' } }]);
    await settle?.();
    expect(await Array.fromAsync(registry.dueBy(expiresAt))).toEqual([]);
  });
});

describe('what has not', () => {
  it('is tried again where the message came a moment early, or a clock is wrong', async () => {
    const { look, due } = await company();
    await expect(look(undefined, '2026-03-02T08:59:59.500Z')).rejects.toMatchObject({ retryable: true });
    await expect(look(undefined, '2026-03-02T03:00:00.000Z')).rejects.toMatchObject({ retryable: true });
    expect(await due()).toBe(1);
  });

  it.each([
    ['a later time', '2026-04-01T09:00:00.000Z'],
    ['an earlier one, which has an event of its own', '2026-03-01T09:00:00.000Z'],
  ])('is left alone where its end was moved to %s', async (_, to) => {
    const { registry, look } = await company();
    await registry.setExpiry(key, to);
    expect(await look()).toEqual({ changes: [], reason: 'its end was moved' });
  });

  it('is left alone where it has no end, or nobody knows it', async () => {
    const registry = new MemoryRegistry();
    const keyNow = async () => undefined;
    const lookUp = expiryLookUp({ registry, keyNow, home, now: () => new Date(expiresAt) });
    const ask = { ask: 'expiry', expiresAt } as const;
    expect(await lookUp(expired(), ask)).toEqual({ changes: [], reason: 'it is not registered' });
    await registry.register(key, entry);
    expect(await lookUp(expired(), ask)).toEqual({ changes: [], reason: 'it has no end' });
  });
});
