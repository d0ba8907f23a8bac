import { describe, expect, it } from 'vitest';
import { revokerFor } from '../../../functions/credentials/revoker-for.ts';
import type { ApiGatewayKey } from '../../../functions/domain/credential.ts';
import { changeOf, makeWorld, type World } from '../../support/world.ts';

const dana = 'dana@acme.example';
const day = 86_400;

/** The hold period passes, and the upkeep has kept the rows of the denylist. */
const pastHold = async (world: World) => {
  world.advance(20 * day);
  for await (const { credential } of world.standing.all()) {
    await revokerFor(world.revokers, credential.kind).prolong(credential);
  }
  world.advance(10 * day);
};

const proven = async () => {
  const world = makeWorld();
  world.account.addUser('dana', { 'cutoff:owner': dana }, ['AKIADANA1', 'AKIADANA2']);
  world.account.addApiKey('key-dana', { owner: dana });
  const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
  await world.drain();
  const remove = async () => {
    const answer = await world.operate({ remove: revocationId, reason: 'left a month ago' });
    await world.drain();
    return answer;
  };
  return { ...world, revocationId, remove, pastHold: () => pastHold(world) };
};

/** One API key, and everybody who holds it down: two, unless it is alone. */
const shared = async ({ isAlone = false } = {}) => {
  const world = makeWorld();
  const key = world.account.addApiKey('key', {});
  const named = { kind: key.kind, id: key.id };
  const ids: string[] = [];
  for (const reason of isAlone ? ['one'] : ['one', 'two']) {
    const { revocationId } = (await world.operate({ credential: named, reason })) as { revocationId: string };
    ids.push(revocationId);
    await world.drain();
  }
  await pastHold(world);
  const [revocationId = '', ...others] = ids;
  const remove = async (id: string) => {
    await world.operate({ remove: id, reason: 'r' });
    await world.drain();
  };
  // As it is, and not a copy, so that a store can be made to fail.
  return Object.assign(world, { revocationId, others, remove });
};

const removals = (calls: readonly string[]) => calls.filter((call) => call.includes(':remove'));

describe('removal', () => {
  it('is refused in the hold period, with its end, and touches nothing', async () => {
    const world = await proven();
    world.advance(29 * day);
    await expect(world.remove()).rejects.toMatchObject({
      field: 'request.remove',
      message: expect.stringContaining('is in its hold period until 2026-04-01'),
    });
    expect(removals(world.account.calls)).toEqual([]);
    expect(await world.revocations.get(world.revocationId)).toMatchObject({ status: 'verified' });
  });

  it('deletes for good what was cut, what hangs off a user first, and audits each', async () => {
    const world = await proven();
    await world.pastHold();
    await world.remove();
    expect(removals(world.account.calls)).toEqual([
      'iam-access-key:remove AKIADANA2',
      'iam-access-key:remove AKIADANA1',
      'iam-user:remove dana',
      'api-gateway-key:remove key-dana',
    ]);
    expect(world.account.users.size + world.account.keys.size + world.account.apiKeys.size).toBe(0);
    expect(world.recorded('deleted').map(({ credential }) => credential)).toEqual([
      'iam-access-key:123456789012:global:AKIADANA2',
      'iam-access-key:123456789012:global:AKIADANA1',
      'iam-user:123456789012:global:dana',
      'api-gateway-key:123456789012:eu-west-1:key-dana',
      undefined,
    ]);
    expect(await world.registry.ownedBy([`email:${dana}`])).toEqual([]);
    expect(await world.revocations.get(world.revocationId)).toMatchObject({ status: 'removed' });
    // What is not deleted goes on refusing, and is still renewed.
    const kept = await Array.fromAsync(world.standing.all());
    expect(kept.map(({ credential }) => credential.kind)).toEqual(['bearer-token']);
  });

  it('may be asked for twice, and there is nothing left to restore', async () => {
    const world = await proven();
    await world.pastHold();
    await world.operate({ remove: world.revocationId, reason: 'once' });
    await world.remove();
    expect(removals(world.account.calls)).toHaveLength(4);
    await expect(world.remove()).rejects.toThrow('only what is verified can be removed');
  });

  it('leaves to a restore what goes on refusing, so that somebody may come back', async () => {
    const world = await proven();
    await world.pastHold();
    await world.remove();
    await world.operate({ restore: world.revocationId, reason: 'hired again' });
    await world.drain();
    expect([...world.account.denylist.rows.values()].map(({ blocked }) => blocked)).toEqual([false]);
    expect(await world.losses.of(`email:${dana}`)).toEqual(new Set());
    expect(world.account.users.size).toBe(0);
    expect(await world.revocations.get(world.revocationId)).toMatchObject({ status: 'restored' });
  });

  it('cuts nothing that is found too late, since nobody could give it back', async () => {
    const world = await proven();
    await world.pastHold();
    await world.remove();
    world.account.addUser('dana', { 'cutoff:owner': dana }, ['AKIANEW']);
    await world.work.send([
      { type: 'discover', revocationId: world.revocationId, kind: 'iam-user', again: true },
    ]);
    await world.drain();
    expect(world.account.keys.get('AKIANEW')?.active).toBe(true);
  });

  it('counts the hold period anew once something was alive again', async () => {
    const world = await proven();
    await world.pastHold();
    const key = world.account.keys.get('AKIADANA2');
    if (key) key.active = true;
    const task = await world.revocations.task(world.revocationId, 'iam-user:123456789012:global:dana');
    if (!task) throw new Error('no task');
    const { look } = await world.revocations.saveTask({ ...task, status: 'revoked', look: task.look + 1 });
    const message = {
      revocationId: world.revocationId,
      principal: 'iam-user:123456789012:global:dana',
      look,
    };
    await world.looks.send(message, 1);
    await expect(world.operate({ remove: world.revocationId, reason: 'r' })).rejects.toThrow('not proven');
    await world.drain();
    expect(key?.active).toBe(false);
    await expect(world.remove()).rejects.toThrow('is in its hold period until');
  });

  it('goes on where deleting the user itself broke, though its deny is gone by then', async () => {
    const world = await proven();
    await world.pastHold();
    let broken = false;
    world.account.fault = (call) => {
      if (broken || call !== 'iam-user:remove') return undefined;
      broken = true;
      const user = world.account.users.get('dana');
      if (user) user.live = true; // the deny went first
      return new Error('throttled');
    };
    await world.remove();
    expect(world.account.users.size).toBe(0);
    expect(await world.revocations.get(world.revocationId)).toMatchObject({ status: 'removed' });
  });

  it('leaves a user on whom another revocation holds a key that is no step of ours', async () => {
    const world = await proven();
    await world.pastHold();
    const late = {
      kind: 'iam-access-key',
      account: '123456789012',
      region: 'global',
      id: 'AKIALATE',
    } as const;
    world.account.keys.set('AKIALATE', { user: 'dana', active: false });
    await world.standing.hold({ credential: { ...late, user: 'dana' }, action: 'disable' }, 'rev-other', {});
    await world.remove();
    expect(world.account.users.get('dana')).toBeDefined();
    expect(removals(world.account.calls)).not.toContain('iam-user:remove dana');
  });

  it('does not delete a shared key that an owner came back to', async () => {
    const world = makeWorld();
    const erin = 'erin@acme.example';
    world.account.addApiKey('shared', { 'cutoff:owners': `${dana} ${erin}` });
    const first = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    const last = await world.submit(changeOf(erin, 'deactivated'));
    await world.drain();
    world.advance(20 * day);
    for await (const { credential } of world.standing.all()) {
      await revokerFor(world.revokers, credential.kind).prolong(credential);
    }
    world.advance(10 * day);
    await world.operate({ remove: last.revocationId, reason: 'gone' });
    await world.losses.lift([`email:${dana}`], ['*'], first.revocationId); // the restore has come this far
    await world.drain();
    expect(world.account.apiKeys.get('shared')).toBeDefined();
  });

  it('goes on where it broke, without deleting anything twice', async () => {
    const world = await proven();
    await world.pastHold();
    let broken = false;
    world.account.fault = (call, id) => {
      if (broken || call !== 'iam-access-key:remove' || id !== 'AKIADANA1') return undefined;
      broken = true;
      return new Error('throttled');
    };
    await world.remove();
    expect(world.account.calls.filter((call) => call === 'iam-access-key:remove AKIADANA2')).toHaveLength(1);
    expect(await world.revocations.get(world.revocationId)).toMatchObject({ status: 'removed' });
    expect(world.recorded('failed')).toEqual([]); // a throttle is nobody's business
  });

  it('leaves what another revocation holds down, and the user that it hangs off', async () => {
    const world = await proven();
    await world.operate({ credential: { kind: 'iam-access-key', id: 'AKIADANA1' }, reason: 'leaked' });
    await world.drain();
    await world.pastHold();
    await world.remove();
    expect(world.account.keys.get('AKIADANA1')).toBeDefined();
    expect(world.account.users.get('dana')).toBeDefined();
    expect(removals(world.account.calls)).toEqual([
      'iam-access-key:remove AKIADANA2',
      'api-gateway-key:remove key-dana',
    ]);
  });

  it('lets go of what another revocation holds down, which deletes it when it is its turn', async () => {
    const world = await proven();
    const key = { kind: 'api-gateway-key', id: 'key-dana' };
    const { revocationId: second } = (await world.operate({ credential: key, reason: 'leaked' })) as {
      revocationId: string;
    };
    await world.drain();
    await world.pastHold();
    await world.remove();
    expect(world.account.apiKeys.has('key-dana')).toBe(true);
    const credential = 'api-gateway-key:123456789012:eu-west-1:key-dana';
    const said = world.recorded('skipped').filter((entry) => entry.credential === credential);
    expect(said).toMatchObject([{ revocationId: world.revocationId, data: { reason: 'held-by-others' } }]);
    const held = { account: '123456789012', region: 'eu-west-1', ...key } as ApiGatewayKey;
    expect(await world.standing.holders(held)).toEqual([second]);
    await world.operate({ remove: second, reason: 'r' });
    await world.drain();
    expect(world.account.apiKeys.has('key-dana')).toBe(false);
    expect(await world.revocations.get(second)).toMatchObject({ status: 'removed' });
  });

  it('of two that let go at once, the last one deletes it', async () => {
    const world = await shared();
    const released = world.standing.release.bind(world.standing);
    let isFirst = true;
    world.standing.release = async (credential, id) => {
      if (isFirst) {
        isFirst = false;
        await world.operate({ remove: world.others[0], reason: 'r' });
        await world.deliver();
      }
      return released(credential, id);
    };
    await world.remove(world.revocationId);
    await world.drain();
    expect(world.account.apiKeys.has('key')).toBe(false);
    expect(world.recorded('deleted').filter(({ credential }) => credential)).toHaveLength(1);
  });

  it('does not take on what only others held, and let go of in this very moment', async () => {
    const world = makeWorld();
    const user = world.account.addUser('dana', { 'cutoff:owner': dana }, ['AKIADANA1']);
    const leaked = { kind: 'iam-access-key', id: 'AKIADANA1' };
    const { revocationId } = (await world.operate({ credential: leaked, reason: 'r' })) as {
      revocationId: string;
    };
    await world.drain();
    const leaver = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    await pastHold(world);
    const release = world.standing.release.bind(world.standing);
    world.standing.release = async (credential, id) => {
      if (credential.kind === 'iam-user') await release(credential, leaver.revocationId);
      return release(credential, id);
    };
    await world.operate({ remove: revocationId, reason: 'r' });
    await world.drain();
    expect(await world.standing.holders(user)).toEqual([leaver.revocationId]);
  });

  it('is not said to have deleted where nothing was', async () => {
    const world = await shared();
    await world.remove(world.revocationId);
    expect(world.recorded('deleted')).toEqual([]);
    expect(await world.revocations.get(world.revocationId)).toMatchObject({
      status: 'skipped',
      reason: 'nothing-removed',
    });
    expect(world.recorded('skipped')).toContainEqual(
      expect.objectContaining({ once: 'skipped', data: { tasks: 1, reason: 'nothing-removed' } }),
    );
    // The other one's restore brings it back: this one has let go.
    await world.operate({ restore: world.others[0], reason: 'r' });
    await world.drain();
    expect(world.account.apiKeys.get('key')?.live).toBe(true);
  });

  it('of tokens alone deletes nothing, and leaves them to a restore', async () => {
    const world = makeWorld();
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    await pastHold(world);
    await world.operate({ remove: revocationId, reason: 'r' });
    await world.drain();
    expect(await world.revocations.get(revocationId)).toMatchObject({ status: 'skipped' });
    await world.operate({ restore: revocationId, reason: 'hired again' });
    await world.drain();
    expect([...world.account.denylist.rows.values()].map(({ blocked }) => blocked)).toEqual([false]);
  });

  it('leaves what is protected by now, and still holds it down', async () => {
    const world = await proven();
    await world.pastHold();
    world.account.users.set('dana', { live: false, tags: { 'cutoff:protected': 'true' } });
    await world.remove();
    expect(removals(world.account.calls)).toEqual(['api-gateway-key:remove key-dana']);
    const said = world.recorded('skipped').filter(({ data }) => data.reason === 'protected-principal');
    expect(said).toHaveLength(3);
    expect(await world.revocations.get(world.revocationId)).toMatchObject({ status: 'removed' });
    const user = { kind: 'iam-user', account: '123456789012', region: 'global', id: 'dana' } as const;
    expect(await world.standing.holders(user)).toEqual([world.revocationId]);
  });

  it('that broke after it deleted is one that deleted', async () => {
    const world = await shared({ isAlone: true });
    const forget = world.standing.forget.bind(world.standing);
    world.standing.forget = async (credential) => {
      world.standing.forget = forget;
      await forget(credential);
      throw new Error('crashed');
    };
    await world.remove(world.revocationId);
    expect(await world.revocations.get(world.revocationId)).toMatchObject({ status: 'removed' });
    expect(world.recorded('deleted').filter(({ credential }) => !credential)).toHaveLength(1);
  });

  it('does not delete what somebody turned on again', async () => {
    const world = await proven();
    await world.pastHold();
    const key = world.account.keys.get('AKIADANA2');
    if (key) key.active = true;
    await world.remove();
    expect(world.account.keys.get('AKIADANA2')).toBeDefined();
    expect(world.recorded('failed')).toMatchObject([{ data: { code: 'conflict' } }]);
    expect(world.dead).toHaveLength(1);
  });

  it('does not delete another one under the same name', async () => {
    const world = await proven();
    await world.pastHold();
    const describe = world.revokers['iam-user'].describe;
    world.revokers['iam-user'].describe = async (user) => {
      const facts = await describe(user);
      return facts && { ...facts, createdAt: world.now().toISOString() };
    };
    await world.remove();
    expect(world.account.users.get('dana')).toBeDefined();
    expect(world.account.keys.size).toBe(2);
    const skipped = world.recorded('skipped').filter(({ data }) => data.reason === 'another-one-by-now');
    expect(skipped).toHaveLength(3);
    expect(await world.revocations.get(world.revocationId)).toMatchObject({ status: 'removed' });
  });

  it('is refused altogether where the settings do not allow it', async () => {
    const world = await proven();
    await world.pastHold();
    world.hold.removal = false;
    await expect(world.remove()).rejects.toThrow('the setting removal is off');
  });
});
