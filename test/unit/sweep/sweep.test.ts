import { describe, expect, it } from 'vitest';
import { subjectDenialKey } from '../../../functions/domain/denial.ts';
import { sweep } from '../../../functions/sweep/sweep.ts';
import { issuer } from '../../support/memory-account.ts';
import { changeOf, makeWorld } from '../../support/world.ts';

const dana = 'dana@acme.example';
const row = subjectDenialKey(issuer.issuer, dana);
const day = 86_400;

const company = () => {
  const world = makeWorld();
  const counted: string[] = [];
  const count = (metric: string) => counted.push(metric);
  const user = world.account.addUser('dana', { 'cutoff:owner': dana }, ['AKIADANA1']);
  return { ...world, user, counted, run: () => sweep({ ...world, ...world.rules, count }) };
};

describe('the inventory', () => {
  it('registers owners from tags, and counts what has none or several', async () => {
    const world = company();
    world.account.addApiKey('key-acme', { owner: 'acme-logistics' });
    world.account.addUser('stray', {});
    world.account.addUser('torn', { 'cutoff:owner': dana, owner: 'erin@acme.example' });
    expect(await world.run()).toMatchObject({ new: 2, unowned: 1, ambiguous: 1, disputed: 0 });
    expect((await world.registry.entryOf(world.user))?.owner).toBe(`email:${dana}`);
    expect(await world.run()).toMatchObject({ new: 0, known: 2 });
  });

  it('keeps the first owner and raises an alarm when the tag names another', async () => {
    const world = company();
    await world.run();
    world.account.users.set('dana', { live: true, tags: { 'cutoff:owner': 'mallory@acme.example' } });
    expect(await world.run()).toMatchObject({ disputed: 1 });
    expect(world.counted).toEqual(['OwnerDisputed']);
    expect((await world.registry.entryOf(world.user))?.owner).toBe(`email:${dana}`);
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
    expect((await world.registry.entryOf(world.user))?.owner).toBe(`email:${dana}`); // the inventory was taken too
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
