import { describe, expect, it } from 'vitest';
import { CutoffError } from '../../../functions/domain/errors.ts';
import { changeOf, makeWorld } from '../../support/world.ts';

const dana = 'dana@acme.example';
const message = 'shop1/prod may answer from its cache for 300 seconds';
const notFlushed = new CutoffError(message, { code: 'cache-not-flushed', retryable: true });

const rowsIn = ({ account }: ReturnType<typeof makeWorld>) =>
  [...account.denylist.rows.values()].map(({ blocked }) => blocked);

describe('caches of the authorizer’s answers', () => {
  it('are emptied once a credential is denied, after its row is written, and again once it is restored', async () => {
    const seen: boolean[][] = [];
    const world = makeWorld({ emptyCaches: async () => void seen.push(rowsIn(world)) });
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    expect(seen).toEqual([[true]]);
    await world.drain();
    const before = seen.length;
    await world.operate({ restore: revocationId, reason: 'came back' });
    await world.drain();
    expect(seen.slice(before)).toEqual([[false]]);
  });

  it('are not emptied while a task is cut: ingest did, and the first look does', async () => {
    let flushes = 0;
    const world = makeWorld({
      emptyCaches: async () => {
        flushes += 1;
      },
    });
    await world.submit(changeOf(dana, 'deactivated'));
    await world.until(async () => world.recorded('revoked').length > 0);
    expect(flushes).toBe(1);
  });
});

describe('a cache that cannot be emptied', () => {
  const failing = () => makeWorld({ emptyCaches: () => Promise.reject(notFlushed) });

  it('is named in the audit, and keeps nothing from being denied, cut and looked at', async () => {
    const world = failing();
    await world.submit(changeOf(dana, 'deactivated'));
    expect(rowsIn(world)).toEqual([true]);
    expect(world.recorded('denied')).toEqual([]);
    expect(world.recorded('failed').map(({ data }) => data)).toEqual([
      { code: 'cache-not-flushed', message },
    ]);
    await world.drain(60);
    expect(world.recorded('revoked')).toHaveLength(1);
    expect(world.dead).toEqual([]);
    expect(world.recorded('verified')).toEqual([]);
    expect(world.recorded('unverified').length).toBeGreaterThan(0);
  });

  it('is proven once it can be, without anybody doing anything', async () => {
    let failingStill = true;
    const world = makeWorld({
      emptyCaches: () => (failingStill ? Promise.reject(notFlushed) : Promise.resolve()),
    });
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain(60);
    failingStill = false;
    await world.drain();
    expect((await world.revocations.get(revocationId))?.status).toBe('verified');
  });

  it('keeps nobody down who is restored before anything was cut', async () => {
    const world = failing();
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.operate({ restore: revocationId, reason: 'sent by mistake' });
    await world.drain();
    expect(rowsIn(world)).toEqual([false]);
    expect((await world.revocations.get(revocationId))?.status).toBe('restored');
    expect(world.dead).toEqual([]);
  });
});
