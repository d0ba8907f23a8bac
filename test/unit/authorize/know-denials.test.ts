import { describe, expect, it } from 'vitest';
import { denialKnowledge } from '../../../functions/authorize/know-denials.ts';
import { Unavailable } from '../../../functions/authorize/refusal.ts';
import type { Denial } from '../../../functions/domain/denial.ts';
import type { AuthorizerSettings } from '../../../functions/domain/enforcement-settings.ts';

const blocked: Denial = { blocked: true, expiresAt: 9e9 };
const route = (path: string, method = 'GET') => ({ stageArn: 'stage/*', method, path });
const catalog = route('/catalog/7');
const orders = route('/orders/7');

/** A denylist whose answers, outages and clock a test sets. */
const world = (policy: Partial<Pick<AuthorizerSettings, 'memorySeconds' | 'bestEffort'>>) => {
  const state = { seconds: 0, down: false, takes: 0, reads: 0, rows: new Map<string, Denial>() };
  const know = denialKnowledge(
    { memorySeconds: 0, ...policy },
    {
      moment: () => ({ wall: 1e12 + state.seconds * 1000, steady: state.seconds * 1000 }),
      read: async (keys) => {
        state.reads += 1;
        state.seconds += state.takes;
        if (state.down) throw new Unavailable('denylist-unreachable');
        return new Map([...state.rows].filter(([key]) => keys.includes(key)));
      },
    },
  );
  return { state, know };
};
const unreachable = expect.objectContaining({ reason: 'denylist-unreachable' });

describe('strict', () => {
  it('asks each time, whatever it has read before, and knows nothing while nobody answers', async () => {
    const { state, know } = world({});
    expect(await know(['a'], catalog)).toEqual({ rows: new Map() });
    state.rows.set('a', blocked);
    expect(await know(['a'], catalog)).toEqual({ rows: state.rows });
    expect(state.reads).toBe(2);
    state.down = true;
    await expect(know(['a'], catalog)).rejects.toEqual(unreachable);
  });
});

describe('best effort', () => {
  const bestEffort = { routes: ['GET /catalog/*'], seconds: 60 };

  it('asks each time while the denylist answers', async () => {
    const { state, know } = world({ bestEffort });
    await know(['a'], catalog);
    state.rows.set('a', blocked);
    expect(await know(['a'], catalog)).toEqual({ rows: state.rows });
  });

  it('goes by what it has read, on its routes, up to the bound and not beyond', async () => {
    const { state, know } = world({ bestEffort });
    await know(['a'], orders);
    state.down = true;
    state.seconds = 60;
    expect(await know(['a'], catalog)).toEqual({ rows: new Map(), fromMemory: true });
    await expect(know(['a'], orders)).rejects.toEqual(unreachable);
    await expect(know(['a'], route('/catalog/7', 'POST'))).rejects.toEqual(unreachable);
    state.seconds = 60.001;
    await expect(know(['a'], catalog)).rejects.toEqual(unreachable);
  });

  it('counts the age after the attempt that failed, not before it', async () => {
    const { state, know } = world({ bestEffort });
    await know(['a'], catalog);
    Object.assign(state, { down: true, seconds: 58, takes: 2.5 });
    await expect(know(['a'], catalog)).rejects.toEqual(unreachable);
  });

  it('refuses whom it has not read, and each outage anew', async () => {
    const { state, know } = world({ bestEffort });
    await know(['a'], catalog);
    state.down = true;
    await expect(know(['a', 'b'], catalog)).rejects.toEqual(unreachable);
    await know(['a'], catalog);
    state.seconds = 61;
    await expect(know(['a'], catalog)).rejects.toEqual(unreachable);
  });

  it('still refuses whom it knows to be revoked', async () => {
    const { state, know } = world({ bestEffort });
    state.rows.set('a', blocked);
    await know(['a'], catalog);
    Object.assign(state, { down: true, rows: new Map() });
    expect(await know(['a'], catalog)).toEqual({ rows: new Map([['a', blocked]]), fromMemory: true });
  });
});

describe('memorySeconds', () => {
  it('spares the question for so long, and not a moment longer', async () => {
    const { state, know } = world({ memorySeconds: 5 });
    await know(['a'], orders);
    state.rows.set('a', blocked);
    state.seconds = 5;
    expect(await know(['a'], orders)).toEqual({ rows: new Map() });
    expect(state.reads).toBe(1);
    state.seconds = 5.001;
    expect(await know(['a'], orders)).toEqual({ rows: state.rows });
  });

  it('counts from before the question, which may have been answered at once and told late', async () => {
    const { state, know } = world({ memorySeconds: 5 });
    state.takes = 3;
    await know(['a'], orders);
    state.seconds = 5.001;
    await know(['a'], orders);
    expect(state.reads).toBe(2);
  });

  it('does not help where the denylist is down and the memory too old', async () => {
    const { state, know } = world({ memorySeconds: 5 });
    await know(['a'], orders);
    Object.assign(state, { down: true, seconds: 6 });
    await expect(know(['a'], orders)).rejects.toEqual(unreachable);
  });

  it('asks for all keys where it does not know one', async () => {
    const { state, know } = world({ memorySeconds: 5 });
    await know(['a'], orders);
    state.rows.set('b', blocked);
    expect(await know(['a', 'b'], orders)).toEqual({ rows: state.rows });
    expect(state.reads).toBe(2);
  });
});
