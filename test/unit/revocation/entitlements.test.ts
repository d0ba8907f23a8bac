import { describe, expect, it } from 'vitest';
import type { Change } from '../../../functions/domain/change.ts';
import type { Entitlements } from '../../../functions/domain/settings.ts';
import { upkeep } from '../../../functions/upkeep/upkeep.ts';
import { changeOf, makeWorld, type World } from '../../support/world.ts';

const dana = 'dana@acme.example';

/** Whoever states nothing, whoever states one group, whoever states two. */
const mover = async (entitlements: Entitlements = []) => {
  const world = makeWorld({ entitlements });
  const tags = (stated?: string): Record<string, string> => ({
    'cutoff:owner': dana,
    ...(stated && { 'cutoff:entitlements': stated }),
  });
  world.account.addUser('plain', tags(), ['AKIAPLAIN']);
  world.account.addUser('ops', tags('00g-ops'), ['AKIAOPS']);
  world.account.addApiKey('both', tags('00g-ops 00g-reports'));
  await upkeep({ ...world, lastUses: async () => undefined, prune: async () => 0 });
  return world;
};

const lose = async (world: World, id: string, overrides: Partial<Change> = {}) => {
  const entitlement = { kind: 'group', id } as const;
  const change = changeOf(dana, 'entitlement-removed', { eventId: `lost-${id}`, entitlement, ...overrides });
  const admission = await world.submit(change);
  await world.drain();
  return admission;
};

const live = ({ account }: World) => ({
  plain: account.users.get('plain')?.live,
  ops: account.users.get('ops')?.live,
  opsKey: account.keys.get('AKIAOPS')?.active,
  both: account.apiKeys.get('both')?.live,
});

describe('a mover who loses one group', () => {
  it('loses what states that group alone, and keeps the rest', async () => {
    const world = await mover();
    const { revocationId } = await lose(world, '00g-ops');
    expect(live(world)).toEqual({ plain: true, ops: false, opsKey: false, both: true });
    expect(await world.revocations.get(revocationId)).toMatchObject({ status: 'verified' });
    // No token is refused: what the loss of that group ends for tokens, the settings do not say.
    expect(world.account.denylist.rows.size).toBe(0);
  });

  it('loses what stood on two groups only with the second', async () => {
    const world = await mover();
    await lose(world, '00g-ops');
    await lose(world, '00g-reports');
    expect(live(world)).toEqual({ plain: true, ops: false, opsKey: false, both: false });
  });

  it('gets back by each restore what stands again, and no more', async () => {
    const world = await mover();
    const first = await lose(world, '00g-reports'); // nothing is cut by it
    const second = await lose(world, '00g-ops');
    expect(await world.revocations.get(first.revocationId)).toMatchObject({ status: 'skipped' });
    await world.operate({ restore: first.revocationId, reason: 'is back in reports' });
    await world.drain();
    expect(live(world)).toEqual({ plain: true, ops: false, opsKey: false, both: true });
    await world.operate({ restore: second.revocationId, reason: 'is back in ops' });
    await world.drain();
    expect(live(world)).toEqual({ plain: true, ops: true, opsKey: true, both: true });
  });

  it('loses what states nothing too, where the settings say that the group is all access', async () => {
    const world = await mover([{ id: '00g-ops', ends: 'access' }]);
    await lose(world, '00g-ops');
    expect(live(world)).toEqual({ plain: false, ops: false, opsKey: false, both: true });
  });

  it('loses what states it, beside the sessions that the settings end', async () => {
    const world = await mover([{ id: '00g-ops', ends: 'sessions' }]);
    await lose(world, '00g-ops');
    expect(live(world)).toEqual({ plain: true, ops: false, opsKey: false, both: true });
    expect([...world.account.denylist.rows.values()]).toMatchObject([{ blocked: false }]);
  });

  it('is recorded and no more, where nothing states the group', async () => {
    const world = await mover();
    expect(await lose(world, '00g-unknown')).toMatchObject({
      status: 'skipped',
      reason: 'entitlement-not-mapped',
    });
  });

  it('is found by live discovery where the registry knows only another one for that group', async () => {
    const world = await mover();
    world.account.addUser('fresh', { 'cutoff:owner': dana, 'cutoff:entitlements': '00g-ops' }, ['AKIAFRESH']);
    await lose(world, '00g-ops');
    expect(world.account.keys.get('AKIAFRESH')?.active).toBe(false);
  });

  it('does not escape by changing what the credential states', async () => {
    const world = await mover();
    world.account.users.set('ops', {
      live: true,
      tags: { 'cutoff:owner': dana, 'cutoff:entitlements': '00g-other' },
    });
    await lose(world, '00g-ops');
    const held = world.recorded('held').find(({ credential }) => credential?.endsWith(':ops'));
    expect(held?.data).toMatchObject({ reason: 'entitlements-changed' });
  });

  it('holds what came to state the group after it was first seen', async () => {
    const world = await mover();
    const tags = { 'cutoff:owner': dana, 'cutoff:entitlements': '00g-late' };
    world.account.users.set('plain', { live: true, tags });
    await upkeep({ ...world, lastUses: async () => undefined, prune: async () => 0 });
    await lose(world, '00g-late');
    const held = world.recorded('held').find(({ credential }) => credential?.endsWith(':plain'));
    expect(held?.data).toMatchObject({ reason: 'entitlements-changed' });
    const { revocationId = '' } = held ?? {};
    const credential = 'iam-user:123456789012:global:plain';
    await world.operate({ approve: revocationId, credential, reason: 'it does' });
    await world.drain();
    expect(world.account.users.get('plain')?.live).toBe(false);
  });

  it('cuts what somebody hangs onto a user in the meantime as well', async () => {
    const world = await mover();
    const entitlement = { kind: 'group', id: '00g-ops' } as const;
    await world.submit(changeOf(dana, 'entitlement-removed', { entitlement }));
    await world.until(async () => world.account.users.get('ops')?.live === false);
    world.account.keys.set('AKIALATE', { user: 'ops', active: true });
    await world.drain();
    expect(world.account.keys.get('AKIALATE')?.active).toBe(false);
  });
});
