import { describe, expect, it } from 'vitest';
import type { Credential } from '../../../functions/domain/credential.ts';
import { expire } from '../../../functions/expire/expire.ts';
import { expiryEvent } from '../../../functions/sources/expiry.ts';
import { makeWorld } from '../../support/world.ts';

const dana = 'dana@acme.example';
const issued = 'AKIAACMEH3QDZQMBQRVP';
const other = 'AKIAACMEMYEGPIYL2GL2';
const entry = { owners: [`email:${dana}`], isProtected: false, entitlements: [] };
const key = {
  kind: 'iam-access-key',
  account: '123456789012',
  region: 'global',
  id: issued,
  user: 'dana',
} as const;

const start = '2026-03-02T09:00:00.000Z';
const inSeconds = (seconds: number) => new Date(Date.parse(start) + seconds * 1000).toISOString();

const company = (settings: Parameters<typeof makeWorld>[0] = {}) => {
  const world = makeWorld(settings);
  world.account.addUser('dana', { 'cutoff:owner': dana }, [issued, other]);
  const apiKey = world.account.addApiKey('k7acme0lkj', { 'cutoff:owner': dana });
  const issue = (credential: Credential, expiresAt: string) =>
    world.registry.issued(credential, entry, { issuance: `i-${credential.id}`, expiresAt });
  const run = () => expire(world);
  /** A run each minute, with whatever is due until the next one. */
  const minutes = async (count: number) => {
    for (let minute = 0; minute < count; minute += 1) {
      await run();
      const end = world.now().getTime() + 60_000;
      while (world.queue.some(({ due }) => due <= end)) await world.deliver();
      world.advance((end - world.now().getTime()) / 1000);
    }
  };
  const due = async () => (await Array.fromAsync(world.registry.dueBy('2099-01-01T00:00:00Z'))).length;
  const revocations = () => {
    const ids = world.audit.map(({ revocationId }) => revocationId).filter((id) => id.startsWith('rev-'));
    return Promise.all([...new Set(ids)].map((id) => world.revocations.get(id)));
  };
  return { ...world, apiKey, issue, run, minutes, due, revocations };
};

type World = ReturnType<typeof company>;
const active = (world: World, id: string) => world.account.keys.get(id)?.active;
const deniedBefore = (world: World) => world.account.users.get('dana')?.deniedBefore;

describe('what was issued until a time', () => {
  it('is revoked at that time and proven within the minute, as expired', async () => {
    const world = company();
    await world.issue(world.apiKey, inSeconds(95));
    await world.minutes(1);
    expect(world.account.apiKeys.get('k7acme0lkj')?.live).toBe(true);
    await world.minutes(1);
    expect(world.account.apiKeys.get('k7acme0lkj')?.live).toBe(false);
    const [revocation, ...more] = await world.revocations();
    expect(more).toEqual([]);
    expect(revocation).toMatchObject({
      status: 'verified',
      change: { change: 'credential-expired', source: 'expiry', reason: 'expired', credential: world.apiKey },
    });
    expect(revocation?.cutoff).toBe(inSeconds(95));
    const proven = Date.parse(revocation?.provenAt ?? '') - Date.parse(inSeconds(95));
    expect(proven).toBeGreaterThan(0);
    expect(proven).toBeLessThanOrEqual(60_000);
    expect(await world.due()).toBe(0);
    expect((await world.registry.read([world.apiKey]))[0]?.expiresAt).toBe(inSeconds(95));
  });

  it('goes on where its end was moved, until the new one', async () => {
    const world = company();
    await world.issue(world.apiKey, inSeconds(50));
    await world.run();
    await world.registry.setExpiry(world.apiKey, inSeconds(600));
    await world.minutes(2);
    expect(world.account.apiKeys.get('k7acme0lkj')?.live).toBe(true);
    expect(world.recorded('skipped')).toMatchObject([{ data: { reason: 'its end was moved' } }]);
    expect(await world.due()).toBe(1);
    await world.minutes(10);
    expect(world.account.apiKeys.get('k7acme0lkj')?.live).toBe(false);
  });

  it('ends sooner where its end was moved to now, once, as after a rotation', async () => {
    const world = company();
    await world.issue(world.apiKey, inSeconds(65));
    await world.run();
    await world.registry.setExpiry(world.apiKey, inSeconds(5));
    await world.minutes(3);
    expect(world.account.apiKeys.get('k7acme0lkj')?.live).toBe(false);
    expect(await world.revocations()).toMatchObject([
      { status: 'verified', change: { occurredAt: inSeconds(5) } },
    ]);
  });

  it('is one revocation, however often it is sent', async () => {
    const world = company();
    await world.issue(world.apiKey, inSeconds(30));
    await Promise.all([world.run(), world.run()]);
    expect(world.queue).toHaveLength(2);
    await world.minutes(1);
    await world.events.send([expiryEvent({ credential: world.apiKey, expiresAt: inSeconds(30) })]); // redriven
    await world.minutes(2);
    expect(await world.revocations()).toMatchObject([{ status: 'verified' }]);
    expect(world.dead).toEqual([]);
  });

  it('is one revocation where two deliveries meet', async () => {
    const world = company();
    await world.issue(world.apiKey, inSeconds(0));
    const event = expiryEvent({ credential: world.apiKey, expiresAt: inSeconds(0) });
    await Promise.allSettled([world.tell(event), world.tell(event)]);
    await world.minutes(2);
    expect(await world.revocations()).toMatchObject([{ status: 'verified' }]);
    expect(await world.due()).toBe(0);
  });

  it('is sent again where its message was lost, and where ingest failed after it', async () => {
    const world = company();
    await world.issue(world.apiKey, inSeconds(30));
    await world.run();
    world.queue.splice(0);
    world.account.fault = (call) => (call === 'api-gateway-key:describe' ? new Error('down') : undefined);
    world.advance(60);
    await world.minutes(1);
    expect(await world.due()).toBe(1);
    world.account.fault = () => undefined;
    await world.minutes(2);
    expect(world.account.apiKeys.get('k7acme0lkj')?.live).toBe(false);
    expect(await world.revocations()).toMatchObject([{ status: 'verified' }]);
    expect(await world.due()).toBe(0);
  });

  it('years ago is ended once', async () => {
    const world = company();
    await world.issue(world.apiKey, '2021-03-02T09:00:00.000Z');
    await world.minutes(3);
    expect(world.account.apiKeys.get('k7acme0lkj')?.live).toBe(false);
    expect(await world.revocations()).toHaveLength(1);
    expect(world.counted.filter((metric) => metric === 'ExpiryLate')).toHaveLength(1);
  });

  it('is not ended before its time by a run whose clock is hours ahead', async () => {
    const world = company();
    await world.issue(world.apiKey, inSeconds(3 * 3600));
    await expire({ ...world, now: () => new Date(inSeconds(4 * 3600)) });
    expect(world.queue).toHaveLength(1);
    await world.drain(5);
    expect(world.account.apiKeys.get('k7acme0lkj')?.live).toBe(true);
    expect(await world.due()).toBe(1);
  });
});

describe('an access key', () => {
  it('that was used lately is ended with its sessions', async () => {
    const world = company();
    world.account.keys.set(issued, { user: 'dana', active: true, usedAt: inSeconds(-3600) });
    await world.issue(key, inSeconds(30));
    await world.minutes(2);
    expect([active(world, issued), active(world, other)]).toEqual([false, true]);
    expect(deniedBefore(world)).toBeDefined();
    expect(await world.revocations()).toMatchObject([
      { status: 'verified', change: { mayHaveSessions: true } },
    ]);
  });

  it('is ended though its user is called otherwise by now', async () => {
    const world = company();
    await world.issue(key, inSeconds(30));
    world.account.renameUser('dana', 'dana.new');
    await world.minutes(2);
    expect([active(world, issued), active(world, other)]).toEqual([false, true]);
    expect(await world.revocations()).toMatchObject([{ status: 'verified' }]);
    expect(await world.due()).toBe(0);
  });

  it('stays due until it is known who has it, where its user is called otherwise', async () => {
    const world = company();
    await world.issue(key, inSeconds(30));
    world.account.renameUser('dana', 'dana.new');
    world.account.fault = (call) => (call === 'iam-access-key:now' ? new Error('throttled') : undefined);
    await world.minutes(2);
    expect(active(world, issued)).toBe(true);
    expect(await world.due()).toBe(1);
    world.account.fault = () => undefined;
    await world.minutes(2);
    expect(active(world, issued)).toBe(false);
    expect(await world.due()).toBe(0);
  });

  it('does not wait for when it was used: it may have sessions', async () => {
    const world = company();
    await world.issue(key, inSeconds(30));
    world.account.fault = (call) => (call === 'iam-access-key:now' ? new Error('throttled') : undefined);
    await world.minutes(2);
    expect(active(world, issued)).toBe(false);
    expect(deniedBefore(world)).toBeDefined();
    expect(await world.due()).toBe(0);
  });

  it('that is gone is due no more', async () => {
    const world = company();
    await world.issue(key, inSeconds(30));
    world.account.users.delete('dana');
    world.account.keys.clear();
    await world.minutes(2);
    expect(await world.revocations()).toMatchObject([{ status: 'skipped', reason: 'nothing-to-revoke' }]);
    expect(await world.due()).toBe(0);
  });

  it('that was not leaves sessions of the other key alone', async () => {
    const world = company();
    world.account.keys.set(issued, { user: 'dana', active: true, usedAt: inSeconds(-3 * 86_400) });
    await world.issue(key, inSeconds(30));
    await world.minutes(2);
    expect([active(world, issued), active(world, other)]).toEqual([false, true]);
    expect(deniedBefore(world)).toBeUndefined();
    expect(await world.revocations()).toMatchObject([{ status: 'verified' }]);
  });
});

describe('the settings', () => {
  it('that observe leave it be, once, for an operator to approve', async () => {
    const world = company({ mode: 'observe' });
    await world.issue(world.apiKey, inSeconds(30));
    await world.minutes(3);
    expect(world.account.apiKeys.get('k7acme0lkj')?.live).toBe(true);
    const [revocation, ...more] = await world.revocations();
    expect(more).toEqual([]);
    expect(revocation?.status).toBe('observed');
    expect(await world.due()).toBe(0);
    await world.operate({ approve: revocation?.id ?? '', reason: 'it is over' });
    await world.drain();
    expect(world.account.apiKeys.get('k7acme0lkj')?.live).toBe(false);
  });

  it('that protect its user hold it, once', async () => {
    const world = company();
    world.account.users.set('dana', { live: true, tags: { 'cutoff:protected': 'true' } });
    await world.issue(key, inSeconds(30));
    await world.minutes(3);
    expect(active(world, issued)).toBe(true);
    expect(world.recorded('held')).toMatchObject([{ data: { reason: 'protected-principal' } }]);
    expect(await world.due()).toBe(0);
  });

  it('cap it by no brake, however many end in one hour', async () => {
    const world = company({ capPerHour: 1 });
    for (const id of ['k1', 'k2', 'k3']) await world.issue(world.account.addApiKey(id, {}), inSeconds(30));
    await world.minutes(2);
    expect(['k1', 'k2', 'k3'].map((id) => world.account.apiKeys.get(id)?.live)).toEqual([
      false,
      false,
      false,
    ]);
    expect(world.recorded('held')).toEqual([]);
  });
});

it('a restore that breaks when it is back leaves nothing alive without an end', async () => {
  const world = company();
  await world.issue(world.apiKey, inSeconds(30));
  await world.minutes(2);
  const [revocation] = await world.revocations();
  await world.operate({ restore: revocation?.id ?? '', reason: 'the partner needs a week more' });
  world.registry.setExpiry = () => Promise.reject(new Error('the table is down'));
  await world.drain();
  expect(world.account.apiKeys.get('k7acme0lkj')?.live).toBe(false);
  expect(world.dead).toHaveLength(1);
});

it('a restore brings it back, and it is not ended for the same end again', async () => {
  const world = company();
  await world.issue(world.apiKey, inSeconds(30));
  await world.minutes(2);
  const [revocation] = await world.revocations();
  await world.operate({ restore: revocation?.id ?? '', reason: 'the partner needs a week more' });
  await world.drain();
  expect(world.account.apiKeys.get('k7acme0lkj')?.live).toBe(true);
  await world.minutes(2);
  expect(world.account.apiKeys.get('k7acme0lkj')?.live).toBe(true);
  await world.registry.setExpiry(world.apiKey, world.now().toISOString());
  await world.minutes(2);
  expect(world.account.apiKeys.get('k7acme0lkj')?.live).toBe(false);
});
