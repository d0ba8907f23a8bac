import { describe, expect, it } from 'vitest';
import type { Change } from '../../../functions/domain/change.ts';
import { changeOf, makeWorld, type World } from '../../support/world.ts';

const [dana, erin] = ['dana@acme.example', 'erin@acme.example'];
const owners = { 'cutoff:owners': `${dana} ${erin}` };

const sharedKey = (tags: Record<string, string> = owners) => {
  const world = makeWorld();
  world.account.addApiKey('shared', tags);
  return world;
};

const isLive = (world: World) => world.account.apiKeys.get('shared')?.live;

const leave = async (world: World, email: string, overrides: Partial<Change> = {}): Promise<string> => {
  const { revocationId } = await world.submit(changeOf(email, 'deactivated', overrides));
  await world.drain();
  return revocationId;
};

const comeBack = async (world: World, revocationId: string) => {
  await world.operate({ restore: revocationId, reason: 'came back' });
  await world.drain();
};

describe('a key that two people share', () => {
  it('survives the first, says why, and dies with the last', async () => {
    const world = sharedKey();
    const first = await leave(world, dana);
    expect(isLive(world)).toBe(true);
    const skipped = world.recorded('skipped').find(({ credential }) => credential?.endsWith(':shared'));
    expect(skipped?.data).toMatchObject({ reason: 'others-depend-on-it' });
    expect(await world.revocations.get(first)).toMatchObject({ status: 'verified' }); // her tokens
    const last = await leave(world, erin);
    expect(isLive(world)).toBe(false);
    expect(await world.revocations.get(last)).toMatchObject({ status: 'verified' });
  });

  it.each([['who left first'], ['who left last']])('comes back with %s', async (who) => {
    const world = sharedKey();
    const [first, last] = [await leave(world, dana), await leave(world, erin)];
    await comeBack(world, who === 'who left first' ? first : last);
    expect(isLive(world)).toBe(true);
    await comeBack(world, who === 'who left first' ? last : first);
    expect(isLive(world)).toBe(true);
    expect(await world.revocations.get(first)).toMatchObject({ status: 'restored' });
    expect(await world.revocations.get(last)).toMatchObject({ status: 'restored' });
  });

  it('goes down again when who came back leaves again, and back with the other', async () => {
    const world = sharedKey();
    const [first, last] = [await leave(world, dana), await leave(world, erin)];
    await comeBack(world, first);
    await leave(world, dana, { eventId: 'left-again' });
    expect(isLive(world)).toBe(false);
    await comeBack(world, last);
    expect(isLive(world)).toBe(true);
  });

  it('stays down for a leak, whoever comes back', async () => {
    const world = sharedKey();
    await leave(world, dana);
    const last = await leave(world, erin);
    await world.operate({ credential: { kind: 'api-gateway-key', id: 'shared' }, reason: 'leaked' });
    await world.drain();
    await comeBack(world, last);
    expect(isLive(world)).toBe(false);
  });

  it('is not cut where an owner came back before its task was worked on', async () => {
    const world = sharedKey();
    const first = await leave(world, dana);
    await world.registry.register(
      { kind: 'api-gateway-key', account: '123456789012', region: 'eu-west-1', id: 'shared' },
      { owners: [`email:${dana}`, `email:${erin}`], isProtected: false, entitlements: [] },
    );
    world.account.fault = (call) => (call === 'api-gateway-key:deny' ? new Error('slow') : undefined);
    await world.submit(changeOf(erin, 'deactivated'));
    await world.operate({ restore: first, reason: 'came back' });
    await world.drain();
    expect(isLive(world)).toBe(true);
    expect(world.account.calls).not.toContain('api-gateway-key:revoke shared');
  });

  it('is held where the list of its owners changed since the registry saw it', async () => {
    const world = sharedKey({ 'cutoff:owners': `${dana} mallory@acme.example` });
    const key = {
      kind: 'api-gateway-key',
      account: '123456789012',
      region: 'eu-west-1',
      id: 'shared',
    } as const;
    await world.registry.register(key, { owners: [`email:${dana}`], isProtected: false, entitlements: [] });
    await leave(world, dana);
    expect(isLive(world)).toBe(true);
    const held = world.recorded('held').find(({ credential }) => credential?.endsWith(':shared'));
    expect(held?.data).toMatchObject({ reason: 'owner-changed' });
  });

  it('is held, and not counted, where two tags for one owner disagree', async () => {
    const world = sharedKey({ 'cutoff:owner': dana, owner: erin });
    await leave(world, dana);
    expect(world.recorded('held').at(-1)?.data).toMatchObject({ reason: 'owner-tags-disagree' });
    expect(isLive(world)).toBe(true);
  });

  it('shows in a dry run what a real run does, and nothing is lost by asking', async () => {
    const world = sharedKey();
    await leave(world, dana);
    const plan = (await world.operate({
      subject: { format: 'email', email: erin },
      reason: 'what if',
      dryRun: true,
    })) as { tasks: { principal: { id: string }; verdict: string }[] };
    expect(plan.tasks.find(({ principal }) => principal.id === 'shared')?.verdict).toBe('act');
    expect(await world.losses.of(`email:${erin}`)).toEqual(new Set());
  });
});
