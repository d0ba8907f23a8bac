import { describe, expect, it } from 'vitest';
import { CutoffError } from '../../../functions/domain/errors.ts';
import type { Task } from '../../../functions/domain/revocation.ts';
import { changeOf, makeWorld } from '../../support/world.ts';

const dana = 'dana@acme.example';
const notFlushed = new CutoffError('still cached', { code: 'cache-not-flushed', retryable: true });

/** A leaver with one task: the tokens that the denylist refuses. */
const leaver = async (emptyCaches: () => Promise<void>) => {
  const world = makeWorld({ emptyCaches });
  const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
  const task = async (): Promise<Task | undefined> => (await world.revocations.tasks(revocationId))[0];
  await world.until(async () => (await task())?.status === 'revoked');
  const look = async () => (await task())?.look ?? 0;
  /** Delivers until the task was looked at once more. */
  const looked = async () => {
    const before = await look();
    await world.until(async () => (await look()) > before);
  };
  return { ...world, task, look, looked };
};

describe('caches of the authorizer’s answers', () => {
  it('are emptied before each look, so that an answer from just before the row does not outlive the proof', async () => {
    const cache = new Set<string>();
    const world = await leaver(async () => cache.clear());
    for (const moment of ['before the first look', 'between the looks']) {
      cache.add(moment);
      await world.looked();
      expect(cache).toEqual(new Set());
      expect((await world.task())?.status).toBe('revoked');
    }
    await world.drain();
    expect((await world.task())?.status).toBe('verified');
  });

  it('are empty by the time that anything is tried', async () => {
    const calls: string[] = [];
    const world = await leaver(async () => void calls.push('emptied'));
    const { denylist } = world.account;
    const read = denylist.read.bind(denylist);
    denylist.read = async (key) => {
      calls.push('looked');
      return read(key);
    };
    calls.length = 0;
    await world.looked();
    expect(calls).toEqual(['emptied', 'looked']);
  });

  it('that cannot be emptied leave it unproven, aloud after some looks, and looked at again', async () => {
    let flushes = 0;
    const world = await leaver(async () => {
      flushes += 1;
      throw notFlushed;
    });
    await world.drain(40);
    expect(flushes).toBeGreaterThan(10);
    expect(world.recorded('verified')).toEqual([]);
    expect((await world.task())?.status).toBe('unverified');
    expect(world.recorded('unverified')[0]?.data.problems).toEqual(['cache-not-flushed: still cached']);
  });

  it('are what the last look depends on: it proves nothing before they are emptied, and then all', async () => {
    let failing = true;
    const world = await leaver(() => (failing ? Promise.reject(notFlushed) : Promise.resolve()));
    const steps = async () => (await world.task())?.steps ?? [];
    await world.until(async () => (await world.look()) >= 5);
    expect((await steps()).map(({ state }) => state)).toEqual(['revoked']);
    failing = false;
    await world.deliver();
    expect((await steps()).map(({ state }) => state)).toEqual(['verified']);
    expect(world.recorded('verified').length).toBeGreaterThan(0);
  });

  it('that cannot be emptied hide nothing that lives', async () => {
    const world = await leaver(() => Promise.reject(notFlushed));
    world.account.denylist.rows.clear();
    await world.looked();
    expect((await world.task())?.status).toBe('pending');
    expect(world.recorded('unverified')[0]?.data).toHaveProperty('alive');
  });

  it('are left alone for credentials that the denylist does not refuse', async () => {
    let flushes = 0;
    const world = makeWorld({
      emptyCaches: async () => {
        flushes += 1;
      },
    });
    const user = world.account.addUser('dana', { 'cutoff:owner': dana });
    await world.operate({ credential: { kind: user.kind, id: user.id }, reason: 'leaked' });
    await world.drain();
    expect(world.recorded('verified').length).toBeGreaterThan(0);
    expect(flushes).toBe(0);
  });
});
