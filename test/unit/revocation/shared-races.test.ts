import { describe, expect, it } from 'vitest';
import { revokerFor } from '../../../functions/credentials/revoker-for.ts';
import type { Change } from '../../../functions/domain/change.ts';
import { changeOf, makeWorld, type World } from '../../support/world.ts';

const [dana, erin] = ['dana@acme.example', 'erin@acme.example'];
const both = { 'cutoff:owners': `${dana} ${erin}` };
const key = { kind: 'api-gateway-key', account: '123456789012', region: 'eu-west-1', id: 'shared' } as const;
const entry = { owners: [`email:${dana}`, `email:${erin}`], isProtected: false, entitlements: [] };

const sharedKey = () => {
  const world = makeWorld();
  world.account.addApiKey('shared', both);
  return world;
};

const live = (world: World) => world.account.apiKeys.get('shared')?.live;

const leave = async (world: World, email: string, overrides: Partial<Change> = {}) => {
  const { revocationId } = await world.submit(changeOf(email, 'deactivated', overrides));
  await world.drain();
  return revocationId;
};

const comeBack = async (world: World, restore: string) => {
  await world.operate({ restore, reason: 'came back' });
  await world.drain();
};

describe('a shared key, where things happen at once', () => {
  it('gets back what ingest had denied, when an owner came back before the worker was there', async () => {
    const world = sharedKey();
    await world.registry.register(key, entry);
    const first = await leave(world, dana);
    const { revocationId: last } = await world.submit(changeOf(erin, 'deactivated'));
    expect(live(world)).toBe(false); // denied at once
    await comeBack(world, first);
    expect(live(world)).toBe(true);
    expect(await world.standing.holders(key)).toEqual([]);
    expect(await world.revocations.task(last, 'api-gateway-key:123456789012:eu-west-1:shared')).toMatchObject(
      {
        status: 'skipped',
        reason: 'others-depend-on-it',
      },
    );
  });

  it('is told of in the audit of each revocation, and leaves none of them open', async () => {
    const world = sharedKey();
    const [first, last] = [await leave(world, dana), await leave(world, erin)];
    await comeBack(world, first);
    expect(await world.revocations.get(last)).toMatchObject({ status: 'verified' });
    const told = world.audit.filter(
      ({ revocationId, credential }) => revocationId === last && credential?.endsWith(':shared'),
    );
    expect(told.map(({ type }) => type)).toEqual(expect.arrayContaining(['verified', 'restored', 'skipped']));
  });

  it('comes back with all that somebody made on it between two leavings', async () => {
    const world = makeWorld();
    world.account.addUser('robot', both, ['AKIA1']);
    const first = await leave(world, dana);
    world.account.keys.set('AKIA2', { user: 'robot', active: true });
    await leave(world, erin);
    expect(world.account.keys.get('AKIA2')?.active).toBe(false);
    await comeBack(world, first);
    expect(world.account.users.get('robot')?.live).toBe(true);
    expect([...world.account.keys.values()].map(({ active }) => active)).toEqual([true, true]);
  });

  it('comes back after a leak in between, once that is taken back too', async () => {
    const world = sharedKey();
    const first = await leave(world, dana);
    await leave(world, erin);
    const leak = (await world.operate({
      credential: { kind: 'api-gateway-key', id: 'shared' },
      reason: 'leaked',
    })) as { revocationId: string };
    await world.drain();
    await comeBack(world, first);
    expect(live(world)).toBe(false);
    await comeBack(world, leak.revocationId);
    expect(live(world)).toBe(true);
  });

  it('is judged anew when what was observed is approved', async () => {
    const world = makeWorld({ mode: 'observe' });
    world.account.addApiKey('shared', both);
    const observed = await leave(world, dana);
    await world.operate({ subject: { format: 'email', email: erin }, reason: 'left' });
    await world.drain();
    expect(live(world)).toBe(true);
    await world.operate({ approve: observed, reason: 'yes' });
    await world.drain();
    expect(live(world)).toBe(false);
  });

  it('is cut by an approval, whatever it says of itself now', async () => {
    const world = makeWorld();
    world.account.addApiKey('shared', { 'cutoff:owners': `${dana} mallory@acme.example` });
    await world.registry.register(key, { ...entry, owners: [`email:${dana}`] });
    const id = await leave(world, dana);
    const credential = 'api-gateway-key:123456789012:eu-west-1:shared';
    await world.operate({ approve: id, credential, reason: 'mallory is nobody' });
    await world.drain();
    expect(live(world)).toBe(false);
  });

  it('stays with the human whom it is held for, whatever message comes late', async () => {
    const world = sharedKey();
    await world.registry.register(key, { ...entry, owners: [`email:${dana}`] });
    const id = await leave(world, dana);
    const address = 'api-gateway-key:123456789012:eu-west-1:shared';
    const held = await world.revocations.task(id, address);
    expect(held).toMatchObject({ status: 'held', counted: true });
    await world.work.send([
      { type: 'revoke', revocationId: id, kind: 'api-gateway-key', principal: address },
    ]);
    await world.drain();
    expect(await world.revocations.task(id, address)).toEqual(held);
  });

  it('belongs to several again once an operator says so', async () => {
    const world = sharedKey();
    await world.registry.register(key, { ...entry, owners: [`email:${dana}`] });
    const owners = [dana, erin].map((email) => ({ format: 'email', email }));
    await world.operate({ assign: { kind: 'api-gateway-key', id: 'shared' }, owners, reason: 'both use it' });
    await leave(world, dana);
    await leave(world, erin);
    expect(live(world)).toBe(false);
    const neither = { assign: { kind: 'api-gateway-key', id: 'shared' }, reason: 'x' };
    await expect(world.operate(neither)).rejects.toMatchObject({ field: 'request.owner' });
  });

  it('is not kept from anybody by a restore that came while it was being contained', async () => {
    const world = sharedKey();
    const add = world.losses.add.bind(world.losses);
    world.losses.add = async (...loss) => {
      const [revocationId] = [loss[2]];
      const revocation = await world.revocations.get(revocationId);
      if (revocation?.status === 'received')
        await world.operate({ restore: revocationId, reason: 'at once' });
      await add(...loss);
    };
    const change = changeOf(dana, 'deactivated');
    await expect(world.submit(change)).rejects.toMatchObject({ code: 'conflict' });
    await world.submit(change); // delivered again
    await world.drain();
    expect(await world.losses.of(`email:${dana}`)).toEqual(new Set());
  });

  it('has its owner by a link alone counted, too', async () => {
    const world = makeWorld();
    const user = world.account.addUser('ops', { 'cutoff:entitlements': 'g1 g2' }, ['AKIAOPS']);
    const facts = await revokerFor(world.revokers, 'iam-user').describe(user);
    const uri = { format: 'uri', uri: facts?.arn ?? '' } as const;
    await world.links.link([{ format: 'email', email: dana }, uri]);
    await world.registry.register(user, { owners: [], isProtected: false, entitlements: ['g1', 'g2'] });
    const lose = async (id: string) => {
      const entitlement = { kind: 'group', id } as const;
      await world.submit(changeOf(dana, 'entitlement-removed', { eventId: `lost-${id}`, entitlement }));
      await world.drain();
    };
    await lose('g1');
    expect(world.account.keys.get('AKIAOPS')?.active).toBe(true);
    await lose('g2');
    expect(world.account.keys.get('AKIAOPS')?.active).toBe(false);
  });
});
