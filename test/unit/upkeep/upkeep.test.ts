import { describe, expect, it } from 'vitest';
import { subjectDenialKey } from '../../../functions/domain/denial.ts';
import { type UpkeepDeps, upkeep } from '../../../functions/upkeep/upkeep.ts';
import { issuer } from '../../support/memory-account.ts';
import { changeOf, makeWorld } from '../../support/world.ts';

const dana = 'dana@acme.example';
const row = subjectDenialKey(issuer.issuer, dana);
const day = 86_400;

const company = () => {
  const world = makeWorld();
  const counted: string[] = [];
  const count = (metric: string) => counted.push(metric);
  const uses = new Map([['dana', '2026-03-01T00:00:00.000Z']]);
  const more = { lastUses: async () => uses, prune: async () => 2, count };
  const user = world.account.addUser('dana', { 'cutoff:owner': dana }, ['AKIADANA1']);
  return {
    ...world,
    user,
    counted,
    run: (deps: Partial<UpkeepDeps> = {}) => upkeep({ ...world, ...more, ...deps }),
  };
};

describe('the inventory', () => {
  it('registers owners from tags, and counts what has none or several', async () => {
    const world = company();
    world.account.addApiKey('key-acme', { owner: 'acme-logistics' });
    world.account.addUser('stray', {});
    world.account.addUser('torn', { 'cutoff:owner': dana, owner: 'erin@acme.example' });
    expect(await world.run()).toMatchObject({ new: 3, orphaned: 1, ambiguous: 1, disputed: 0 });
    expect(world.counted).toEqual(['OwnerDisputed', 'OrphanFound']);
    expect((await world.registry.entryOf(world.user))?.owners).toEqual([`email:${dana}`]);
    expect(await world.run()).toMatchObject({ new: 0, known: 3, orphaned: 1 });
  });

  it('keeps the first owner and raises an alarm when the tag names another', async () => {
    const world = company();
    await world.run();
    world.account.users.set('dana', { live: true, tags: { 'cutoff:owner': 'mallory@acme.example' } });
    expect(await world.run()).toMatchObject({ disputed: 1 });
    expect(world.counted).toEqual(['OwnerDisputed']);
    expect((await world.registry.entryOf(world.user))?.owners).toEqual([`email:${dana}`]);
  });

  it('remembers when each was used last, and keeps that while no report is ready', async () => {
    const world = company();
    await world.run();
    const [row] = await world.registry.read([world.user]);
    expect(row?.lastUsedAt).toBe('2026-03-01T00:00:00.000Z');
    await world.run({ lastUses: async () => undefined });
    expect((await world.registry.read([world.user]))[0]).toEqual(row);
  });

  it('calls an orphan what nobody owns, or nobody who is still there, until the owner is back', async () => {
    const world = company();
    world.account.addUser('stray', {});
    world.account.addUser('ours', { 'cutoff:owners': `${dana} erin@acme.example` });
    world.account.addUser('nightly', { 'cutoff:owner': dana, 'cutoff:workload': 'true' });
    await world.run();
    const orphans = async () =>
      (await world.registry.orphans()).map(({ credential, orphan }) => [credential.id, orphan]);
    expect(await orphans()).toEqual([['stray', 'no-owner']]);
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    await world.run();
    expect((await orphans()).sort()).toEqual([
      ['dana', 'owner-gone'],
      ['nightly', 'owner-gone'],
      ['stray', 'no-owner'],
    ]);
    await world.operate({ restore: revocationId, reason: 'came back' });
    await world.drain();
    await world.run();
    expect(await orphans()).toEqual([['stray', 'no-owner']]);
  });

  it('goes on past a kind that cannot be listed, and past what else fails, and says so in the end', async () => {
    const world = company();
    world.account.addApiKey('key-acme', { owner: 'acme-logistics' });
    world.account.fault = (call) => (call === 'iam-user:discover' ? new Error('down') : undefined);
    const run = world.run({ prune: () => Promise.reject(new Error('down')), indexSecrets: async () => 1 });
    await expect(run).rejects.toThrow('0 denylist rows were not renewed, and not done: iam-user, prune');
    expect(await world.registry.ownedBy(['opaque:acme-logistics'])).toHaveLength(1);
  });

  it('makes no writing call to a credential', async () => {
    const world = company();
    await world.run();
    expect(world.account.calls.filter((call) => /deny|revoke|restore/.test(call))).toEqual([]);
  });
});

describe('renewal', () => {
  it('keeps a leaver on the denylist past the row’s first expiry', async () => {
    const world = company();
    await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    const first = (await world.account.denylist.read(row))?.expiresAt ?? 0;
    world.advance(29 * day);
    expect(await world.run()).toMatchObject({ failed: 0 });
    expect((await world.account.denylist.read(row))?.expiresAt).toBeGreaterThan(first + 28 * day);
  });

  it('goes on past a row that cannot be renewed, and alarms in the end', async () => {
    const world = company();
    for (const email of [dana, 'erin@acme.example']) await world.submit(changeOf(email, 'deactivated'));
    await world.drain();
    const prolong = world.account.denylist.prolong.bind(world.account.denylist);
    world.account.denylist.prolong = async (key, denial) => {
      if (key === row) throw new Error('throttled');
      await prolong(key, denial);
    };
    const other = subjectDenialKey(issuer.issuer, 'erin@acme.example');
    const first = (await world.account.denylist.read(other))?.expiresAt ?? 0;
    world.advance(day);
    await expect(world.run()).rejects.toThrow('1 denylist rows were not renewed');
    expect((await world.account.denylist.read(other))?.expiresAt).toBeGreaterThanOrEqual(first + day);
    expect((await world.registry.entryOf(world.user))?.owners).toEqual([`email:${dana}`]); // the inventory was taken too
  });

  it('renews several at once, and no more than a service bears', async () => {
    const world = company();
    for (let n = 0; n < 25; n += 1) await world.submit(changeOf(`user-${n}@acme.example`, 'deactivated'));
    await world.drain(2000);
    let [running, most] = [0, 0];
    const prolong = world.account.denylist.prolong.bind(world.account.denylist);
    world.account.denylist.prolong = async (key, denial) => {
      running += 1;
      most = Math.max(most, running);
      await prolong(key, denial);
      running -= 1;
    };
    expect(await world.run()).toMatchObject({ renewed: 25, failed: 0 });
    expect(most).toBe(10);
  });

  it('does not block again whom an operator restored in this very moment', async () => {
    const world = company();
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    const before = await Array.fromAsync(world.standing.all()); // as the index still shows it
    await world.operate({ restore: revocationId, reason: 'came back' });
    await world.drain();
    world.standing.all = async function* stale() {
      yield* before;
    };
    await world.run();
    expect((await world.account.denylist.read(row))?.blocked).toBe(false);
  });

  it('lets go of what was restored', async () => {
    const world = company();
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    await world.operate({ restore: revocationId, reason: 'came back' });
    await world.drain();
    expect(await world.run()).toMatchObject({ renewed: 0 });
    expect((await world.account.denylist.read(row))?.blocked).toBe(false);
  });

  it('does not prolong a session clear, which holds nobody down', async () => {
    const world = company();
    await world.submit(changeOf(dana, 'session-revoked'));
    await world.drain();
    expect(await world.run()).toMatchObject({ renewed: 0 });
  });
});
