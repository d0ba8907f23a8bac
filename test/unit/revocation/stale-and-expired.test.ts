import { describe, expect, it } from 'vitest';
import { CognitoAppClientRevoker } from '../../../functions/credentials/cognito-app-client.ts';
import type { Credential } from '../../../functions/domain/credential.ts';
import { driftEvent } from '../../../functions/sources/drift.ts';
import { expiryEvent } from '../../../functions/sources/expiry.ts';
import { staleEvent } from '../../../functions/sources/sweep.ts';
import { addAppClient, addPool, dependenciesOn } from '../../contract/cognito-worlds.ts';
import { inMemory } from '../../contract/stand-ins.ts';
import { order } from '../../contract/worlds.ts';
import { MemoryAccount } from '../../support/memory-account.ts';
import { makeWorld } from '../../support/world.ts';

const dana = 'dana@acme.example';
const old = 'AKIAACMEH3QDZQMBQRVP';
const other = 'AKIAACMEMYEGPIYL2GL2';
const inIam = { account: '123456789012', region: 'global' } as const;
const key = { kind: 'iam-access-key', ...inIam, id: old, user: 'dana' } as const;
const user = { kind: 'iam-user', ...inIam, id: 'dana' } as const;

const now = '2026-03-02T09:00:00.000Z';
const hourAgo = '2026-03-02T08:00:00.000Z';
const monthsAgo = '2025-11-02T10:15:00.000Z';

const company = (settings: Parameters<typeof makeWorld>[0] = {}) => {
  const world = makeWorld(settings);
  world.account.addUser('dana', { 'cutoff:owner': dana }, [old, other]);
  const apiKey = world.account.addApiKey('k7acme0lkj', { 'cutoff:owner': dana });
  const entry = { owners: [`email:${dana}`], isProtected: false, entitlements: [] };
  const drain = async () => {
    await world.drain();
    const ids = new Set(
      world.audit.map(({ revocationId }) => revocationId).filter((id) => id.startsWith('rev-')),
    );
    return Promise.all([...ids].map((id) => world.revocations.get(id)));
  };
  return {
    ...world,
    apiKey,
    /** The same end for each way in which it can come: what is done is the same. */
    ways: {
      expired: async (credential: Credential) => {
        await world.registry.issued(credential, entry, { issuance: 'i-1', expiresAt: now });
        await world.tell(expiryEvent({ credential, expiresAt: now }));
        return drain();
      },
      stale: async (credential: Credential, more: { lastUsedAt?: string; mayHaveSessions?: true } = {}) => {
        const item = { policy: 'orphaned', credential, fact: 'no-owner', ...more };
        await world.tell(staleEvent(item, hourAgo, { when: { orphaned: true }, evenIfUsed: false }));
        return drain();
      },
    },
    drain,
  };
};

type World = ReturnType<typeof company>;
const active = (world: World) => [old, other].map((id) => world.account.keys.get(id)?.active);
const deniedBefore = (world: World) => world.account.users.get('dana')?.deniedBefore;
const usedAt = (world: World, time: string) =>
  world.account.keys.set(old, { user: 'dana', active: true, usedAt: time });

describe.each(['expired', 'stale'] as const)('what is %s', (way) => {
  it('an access key in use ends with its sessions, and the other key goes on', async () => {
    const world = company();
    usedAt(world, hourAgo);
    expect(await world.ways[way](key)).toMatchObject([{ status: 'verified' }]);
    expect(active(world)).toEqual([false, true]);
    expect(deniedBefore(world)).toBeDefined();
    expect(world.account.users.get('dana')?.live).toBe(true);
  });

  it('an access key out of use ends alone: sessions of the other key are not touched', async () => {
    const world = company();
    usedAt(world, monthsAgo);
    expect(await world.ways[way](key)).toMatchObject([{ status: 'verified' }]);
    expect(active(world)).toEqual([false, true]);
    expect(deniedBefore(world)).toBeUndefined();
    expect(world.account.calls.filter((call) => /iam-user:(deny|revoke)/.test(call))).toEqual([]);
  });

  it('an API key is disabled, and nothing else of its owner', async () => {
    const world = company();
    expect(await world.ways[way](world.apiKey)).toMatchObject([{ status: 'verified' }]);
    expect(world.account.apiKeys.get('k7acme0lkj')?.live).toBe(false);
    expect(active(world)).toEqual([true, true]);
    expect(world.account.denylist.rows.size).toBe(0);
  });

  it('an IAM user is denied, with all of its keys', async () => {
    const world = company();
    expect(await world.ways[way](user)).toMatchObject([{ status: 'verified' }]);
    expect(world.account.users.get('dana')?.live).toBe(false);
    expect(active(world)).toEqual([false, false]);
    expect(world.account.apiKeys.get('k7acme0lkj')?.live).toBe(true);
  });

  it('comes back with a restore, as it was', async () => {
    const world = company();
    usedAt(world, hourAgo);
    const [revocation] = await world.ways[way](key);
    await world.operate({ restore: revocation?.id ?? '', reason: 'still needed' });
    expect(await world.drain()).toMatchObject([{ status: 'restored' }]);
    expect(active(world)).toEqual([true, true]);
  });

  it('stays down for a leaver when this one is restored', async () => {
    const world = company();
    const [revocation] = await world.ways[way](user);
    const subject = { format: 'email', email: dana };
    await world.operate({ subject, change: 'deactivated', reason: 'left' });
    await world.drain();
    await world.operate({ restore: revocation?.id ?? '', reason: 'still needed' });
    await world.drain();
    expect(world.account.users.get('dana')?.live).toBe(false);
    expect(active(world)).toEqual([false, false]);
  });

  it('of a protected user is held', async () => {
    const world = company();
    world.account.users.set('dana', { live: true, tags: { 'cutoff:protected': 'true' } });
    await world.ways[way](key);
    expect(active(world)).toEqual([true, true]);
    expect(world.recorded('held')).toMatchObject([{ data: { reason: 'protected-principal' } }]);
  });

  it('in another account is held, and nothing there is asked', async () => {
    const world = company();
    await world.ways[way]({ ...key, account: '210987654321' });
    expect(world.recorded('held')).toMatchObject([{ data: { reason: 'foreign-account' } }]);
    expect(world.account.calls).toEqual([]);
  });
});

it('an expired app client of Cognito signs nobody in, and comes back with a restore', async () => {
  const aws = inMemory();
  const pool = await addPool(aws);
  const client = await addAppClient(aws, pool);
  const revoker = new CognitoAppClientRevoker(dependenciesOn(aws, [pool]));
  const made = new MemoryAccount(() => new Date(now));
  const world = company({ revokers: { ...made.revokers, 'cognito-app-client': revoker } });
  const [revocation] = await world.ways.expired(client);
  expect(revocation).toMatchObject({ status: 'verified', change: { change: 'credential-expired' } });
  expect((await revoker.inspect(client, order)).state).toBe('dead');
  await world.operate({ restore: revocation?.id ?? '', reason: 'renewed' });
  await world.drain();
  expect((await revoker.inspect(client, order)).state).toBe('live');
});

describe('what a sweep found', () => {
  const unused = { policy: 'unused', credential: key, fact: 'unused since 2025-11-02T10:15:00Z' };
  const found = staleEvent({ ...unused, lastUsedAt: monthsAgo }, hourAgo, {
    when: { unusedDays: 90 },
    evenIfUsed: false,
  });

  it.each([
    ['used since', (world: World) => void usedAt(world, hourAgo), 'used since: 2026-03-02T08:00:00.000Z'],
    ['deleted since', (world: World) => void world.account.keys.delete(old), 'it is gone'],
    [
      'turned off since',
      (world: World) => void world.account.keys.set(old, { user: 'dana', active: false, usedAt: monthsAgo }),
      'it is inactive already',
    ],
  ])('is left alone where it was %s, with the reason in the audit', async (_, change, reason) => {
    const world = company();
    change(world);
    await world.tell(found);
    expect(await world.drain()).toEqual([]);
    expect(world.recorded('skipped')).toMatchObject([{ data: { reason, source: 'sweep' } }]);
    expect(world.account.keys.get(other)?.active).toBe(true);
  });

  it('is one revocation, whichever run and however often it is told', async () => {
    const world = company();
    usedAt(world, monthsAgo);
    const nextRun = staleEvent({ ...unused, lastUsedAt: monthsAgo }, now);
    await Promise.allSettled([world.tell(found), world.tell(nextRun)]);
    await world.tell(found); // the one that lost is delivered again
    expect(await world.drain()).toMatchObject([
      { status: 'verified', change: { change: 'credential-stale', reason: `unused: ${unused.fact}` } },
    ]);
    expect(active(world)).toEqual([false, true]);
  });

  it('takes no brake: the sweep sends no more than that in a run, and what were held would wait for a human', async () => {
    const world = company({ capPerHour: 1 });
    await world.ways.stale(world.apiKey);
    await world.ways.stale(user);
    expect(world.recorded('held')).toEqual([]);
    expect(world.account.users.get('dana')?.live).toBe(false);
  });
});

it('a key made outside issue is ended with what it may have minted, and not its user’s other key', async () => {
  const world = company();
  await world.tell(driftEvent({ credential: key, createdAt: hourAgo }));
  expect(await world.drain()).toMatchObject([
    { status: 'verified', change: { source: 'drift', reason: 'made outside issue' } },
  ]);
  expect(active(world)).toEqual([false, true]);
  expect(deniedBefore(world)).toBeDefined();
});
