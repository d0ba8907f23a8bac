import { describe, expect, it } from 'vitest';
import { lookUp } from '../../../functions/identity/look-up.ts';
import { lookAgain } from '../../../functions/revocation/look-again.ts';
import type { Lead } from '../../../functions/sources/event-source.ts';
import { ownRole } from '../../support/memory-look-ups.ts';
import { changeOf, makeWorld } from '../../support/world.ts';

const dana = 'dana@acme.example';
const user = { kind: 'iam-user', account: '123456789012', region: 'global', id: 'dana' } as const;
const key = { ...user, kind: 'iam-access-key', id: 'AKIADANA1', user: 'dana' } as const;

const undone = (overrides: Partial<Lead> = {}): Lead => ({
  ...changeOf(dana, 'credential-reactivated', { subject: { format: 'opaque', id: 'AKIADANA1' } }),
  credential: key,
  ask: { ask: 'standing' },
  ...overrides,
});

const cutCompany = async (settings: Parameters<typeof makeWorld>[0] = {}) => {
  const world = makeWorld(settings);
  world.account.addUser('dana', { 'cutoff:owner': dana }, ['AKIADANA1']);
  const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
  if (settings.mode === 'observe') await world.operate({ approve: revocationId, reason: 'test' });
  await world.drain();
  return { ...world, revocationId };
};

/** What ingest does with a lead of this change. */
const follow = async (world: Awaited<ReturnType<typeof cutCompany>>, lead: Lead) => {
  const { changes, reason } = await lookUp(lead, world);
  for (const change of changes) await lookAgain(change, world);
  await world.drain();
  return reason ?? 'looked again';
};

describe('somebody undoes us', () => {
  it('a key turned on again is cut again, aloud, and proven anew', async () => {
    const world = await cutCompany();
    const proofs = world.recorded('verified').length;
    world.account.keys.set('AKIADANA1', { user: 'dana', active: true });
    expect(await follow(world, undone())).toBe('looked again');
    expect(world.account.keys.get('AKIADANA1')?.active).toBe(false);
    expect(world.recorded('unverified').map(({ data }) => data.reactivated ?? data.alive)).toEqual([
      'iam-access-key:123456789012:global:AKIADANA1',
      ['iam-access-key:123456789012:global:AKIADANA1'],
    ]);
    expect(world.recorded('verified').length).toBeGreaterThan(proofs);
  });

  it('a key made anew is cut, and no restore brings it back', async () => {
    const world = await cutCompany();
    world.account.keys.set('AKIANEW', { user: 'dana', active: true });
    await follow(world, undone({ credential: user }));
    expect(world.account.keys.get('AKIANEW')?.active).toBe(false);
    await world.operate({ restore: world.revocationId, reason: 'came back' });
    await world.drain();
    expect(world.account.keys.get('AKIADANA1')?.active).toBe(true);
    expect(world.account.keys.get('AKIANEW')?.active).toBe(false);
  });

  it('own-actions: what our own roles do is no news, and a look at what is dead changes nothing', async () => {
    const world = await cutCompany();
    const calls = world.account.calls.length;
    expect(await follow(world, undone({ ask: { ask: 'standing', actor: ownRole } }))).toBe('our own doing');
    expect(world.account.calls).toHaveLength(calls);
    await follow(world, undone());
    const since = world.account.calls.slice(calls);
    expect(since.filter((call) => /:(revoke|deny|restore) /.test(call))).toEqual([]);
    expect((await world.revocations.get(world.revocationId))?.status).toBe('verified');
  });

  it('concerns nobody whom we did not cut', async () => {
    const world = await cutCompany();
    const other = { ...user, id: 'erin' };
    expect(await follow(world, undone({ credential: other }))).toBe('holds nothing that Cutoff revoked');
    await world.operate({ restore: world.revocationId, reason: 'came back' });
    await world.drain();
    expect(await follow(world, undone())).toBe('holds nothing that Cutoff revoked');
  });

  it('by a source that only observes, it alarms and cuts nothing', async () => {
    const world = await cutCompany({ mode: 'observe' });
    world.account.keys.set('AKIADANA1', { user: 'dana', active: true });
    await follow(world, undone());
    expect(world.account.keys.get('AKIADANA1')?.active).toBe(true);
    expect(world.recorded('unverified')).toHaveLength(1);
  });

  it('told twice is looked at twice, and written down once', async () => {
    const world = await cutCompany();
    await follow(world, undone());
    await follow(world, undone());
    expect(world.recorded('unverified')).toHaveLength(1);
    expect((await world.revocations.get(world.revocationId))?.status).toBe('verified');
  });
});
