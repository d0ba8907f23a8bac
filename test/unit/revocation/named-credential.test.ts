import { describe, expect, it } from 'vitest';
import type { Change } from '../../../functions/domain/change.ts';
import { changeOf, makeWorld } from '../../support/world.ts';

const dana = 'dana@acme.example';
const place = { account: '123456789012', region: 'global' } as const;
const userKey = 'iam-user:123456789012:global:dana';

const leaked = (overrides: Partial<Change> = {}): Change =>
  changeOf(dana, 'credential-compromised', {
    subject: { format: 'opaque', id: 'AKIALEAKED' },
    credential: { kind: 'iam-access-key', ...place, id: 'AKIALEAKED', user: 'dana' },
    ...overrides,
  });

const company = (settings: Parameters<typeof makeWorld>[0] = {}) => {
  const world = makeWorld(settings);
  world.account.addUser('dana', { 'cutoff:owner': dana }, ['AKIALEAKED', 'AKIAOTHER']);
  world.account.addApiKey('key-dana', { owner: dana });
  return world;
};

type World = ReturnType<typeof company>;
const active = (world: World, key: string) => world.account.keys.get(key)?.active;
const deniedBefore = (world: World) => world.account.users.get('dana')?.deniedBefore ?? '';

describe('a leaked access key', () => {
  it('is disabled alone, sessions of before end, and the other key and everything else go on', async () => {
    const world = company();
    const { revocationId, cutoff } = await world.submit(leaked());
    // Contained at once: what was minted from the key is denied before the key itself is touched.
    expect(deniedBefore(world)).toBe(cutoff);
    await world.drain();
    expect(active(world, 'AKIALEAKED')).toBe(false);
    expect(active(world, 'AKIAOTHER')).toBe(true);
    expect(world.account.users.get('dana')?.live).toBe(true);
    expect(world.account.apiKeys.get('key-dana')?.live).toBe(true);
    expect(world.account.denylist.rows.size).toBe(0);
    expect((await world.revocations.get(revocationId))?.status).toBe('verified');
  });

  it('has its sessions denied until a window after it was seen dead, since it minted some until then', async () => {
    const world = company();
    const { revocationId, cutoff } = await world.submit(leaked());
    await world.drain();
    const task = await world.revocations.task(revocationId, userKey);
    const firstSeenDead = Date.parse(task?.steps[1]?.looks[0]?.at ?? '');
    expect(firstSeenDead).toBeGreaterThan(Date.parse(cutoff));
    expect(Date.parse(deniedBefore(world))).toBe(firstSeenDead + 10_000);
    const proof = world.recorded('verified').find(({ credential }) => credential === userKey);
    const times = ((proof?.data.evidence ?? []) as { at: string }[]).map(({ at }) => at);
    expect(times.length).toBeGreaterThan(1);
    // Every look that counts came after the deny was raised.
    expect(times.every((at) => at >= deniedBefore(world))).toBe(true);
    expect(world.recorded('unverified')).toEqual([]);
  });

  it('that is turned on again meanwhile has its sessions denied for longer', async () => {
    const world = company();
    await world.submit(leaked());
    await world.until(async () => deniedBefore(world) > '2026-03-02T09:00:05');
    world.advance(1);
    world.account.keys.set('AKIALEAKED', { user: 'dana', active: true });
    const again = world.now().toISOString();
    await world.drain();
    expect(active(world, 'AKIALEAKED')).toBe(false);
    expect(Date.parse(deniedBefore(world))).toBeGreaterThanOrEqual(Date.parse(again) + 10_000);
  });

  it('says in the plan and in the audit that the other key loses its sessions too', async () => {
    const world = company();
    await world.submit(leaked());
    const planned = world.recorded('planned').find(({ credential }) => credential === userKey);
    expect(planned?.data.steps).toMatchObject([
      { action: 'deny-sessions', note: expect.stringContaining('those of the other key too') },
      { action: 'disable', note: expect.stringContaining('the other one keeps working') },
    ]);
  });

  it('does not cut the key that its owner makes to replace it', async () => {
    const world = company();
    await world.submit(leaked());
    world.account.keys.set('AKIANEW', { user: 'dana', active: true });
    await world.drain();
    expect(active(world, 'AKIANEW')).toBe(true);
  });

  it('comes back with a restore; what was minted before stays denied', async () => {
    const world = company();
    const { revocationId } = await world.submit(leaked());
    await world.drain();
    const denied = deniedBefore(world);
    await world.operate({ restore: revocationId, reason: 'false alarm' });
    await world.drain();
    expect(active(world, 'AKIALEAKED')).toBe(true);
    expect(deniedBefore(world)).toBe(denied);
    expect((await world.revocations.get(revocationId))?.status).toBe('restored');
  });

  it('of a workload is cut: it leaked, whoever works with it', async () => {
    const world = company();
    world.account.addUser('bot', { 'cutoff:workload': 'true' }, ['AKIABOT']);
    const credential = { kind: 'iam-access-key', ...place, id: 'AKIABOT', user: 'bot' } as const;
    await world.submit(leaked({ credential, subject: { format: 'opaque', id: 'AKIABOT' } }));
    await world.drain();
    expect(active(world, 'AKIABOT')).toBe(false);
  });

  it('of a protected user is held for a human', async () => {
    const world = company();
    world.account.addUser('break-glass', { 'cutoff:protected': 'true' }, ['AKIAGLASS']);
    const credential = { kind: 'iam-access-key', ...place, id: 'AKIAGLASS', user: 'break-glass' } as const;
    await world.submit(leaked({ credential, subject: { format: 'opaque', id: 'AKIAGLASS' } }));
    await world.drain();
    expect(active(world, 'AKIAGLASS')).toBe(true);
    expect(world.recorded('held').map(({ data }) => data.reason)).toEqual(['protected-principal']);
  });

  it('whose user cannot be read is tried again, and not forgotten', async () => {
    const world = company();
    world.account.fault = (call) => (call === 'iam-user:describe' ? new Error('down') : undefined);
    await expect(world.submit(leaked())).rejects.toThrow('down');
    world.account.fault = () => undefined;
    await world.submit(leaked());
    await world.drain();
    expect(active(world, 'AKIALEAKED')).toBe(false);
  });

  it('is nothing to revoke once its user is gone', async () => {
    const world = company();
    world.account.users.delete('dana');
    const { status, reason } = await world.submit(leaked());
    expect({ status, reason }).toMatchObject({ status: 'skipped' });
  });
});

describe('other credentials that an event names', () => {
  it('wait for a human where nothing is granted on their kind, and are not looked at', async () => {
    const world = makeWorld();
    const credential = {
      kind: 'iam-assumed-session',
      account: '123456789012',
      region: 'global',
      id: 'deploy/i-1',
      role: 'deploy',
      session: 'i-1',
    } as const;
    await world.submit(changeOf('x@acme.example', 'credential-compromised', { credential }));
    await world.drain();
    expect(world.recorded('held')).toMatchObject([{ data: { reason: 'not-configured' } }]);
  });

  it('an unused key is disabled, and no session is touched', async () => {
    const world = company();
    await world.submit(leaked({ change: 'credential-stale' }));
    await world.drain();
    expect(active(world, 'AKIALEAKED')).toBe(false);
    expect(deniedBefore(world)).toBe('');
  });

  it('a compromised user loses both keys and is denied, whatever its tags say', async () => {
    const world = company();
    const credential = { kind: 'iam-user', ...place, id: 'dana' } as const;
    const subject = { format: 'uri', uri: 'arn:aws:iam::123456789012:user/dana' } as const;
    await world.submit(leaked({ credential, subject }));
    await world.drain();
    expect([active(world, 'AKIALEAKED'), active(world, 'AKIAOTHER')]).toEqual([false, false]);
    expect(world.account.users.get('dana')?.live).toBe(false);
    expect(world.account.apiKeys.get('key-dana')?.live).toBe(true);
  });

  it('a single token is refused by its own row, and comes back with a restore', async () => {
    const world = company();
    const token = { kind: 'bearer-token', account: place.account, region: 'eu-west-1' } as const;
    const named = { issuer: 'https://id.acme.example', by: 'jti', value: 'token-1' } as const;
    const credential = { ...token, ...named, id: 'jti#https://id.acme.example#token-1' };
    const subject = { format: 'opaque', id: 'token-1' } as const;
    const change = leaked({ credential, subject, change: 'session-revoked' });
    const { revocationId } = await world.submit(change);
    expect(world.account.denylist.rows.get(credential.id)?.blocked).toBe(true);
    await world.drain();
    await world.operate({ restore: revocationId, reason: 'wrong token' });
    await world.drain();
    expect(world.account.denylist.rows.get(credential.id)?.blocked).toBe(false);
  });
});
