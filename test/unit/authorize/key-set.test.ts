import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeySet } from '../../../functions/authorize/key-set.ts';
import { type KeyServer, startKeyServer } from './key-server.ts';

const minutes = (count: number) => count * 60_000;

let server: KeyServer;
let at: number;
let keys: KeySet;

const moment = () => ({ wall: at, steady: at });

const seek = (kid = 'k-1'): Promise<string> =>
  keys.find(kid).then(
    (found) => (found.length > 0 ? 'found' : 'unknown'),
    (error: { reason?: string }) => error.reason ?? 'another error',
  );
const fetched = (count: number) => vi.waitFor(() => expect(server.state.fetches).toBe(count));

beforeEach(async () => {
  server = await startKeyServer();
  at = 0;
  keys = new KeySet(server.url, moment);
});
afterEach(() => server.close());

describe('a key set at the start', () => {
  it('is downloaded before the first request, which then waits for nothing', async () => {
    await keys.prefetch();
    expect(await seek()).toBe('found');
    expect(server.state.fetches).toBe(1);
  });

  it('is downloaded once for two hundred requests that find it cold', async () => {
    const all = await Promise.all(Array.from({ length: 200 }, () => seek()));
    expect(new Set(all)).toEqual(new Set(['found']));
    expect(server.state.fetches).toBe(1);
  });

  it('does not fail the start where its issuer is down, and is tried again by the first request', async () => {
    server.state.status = 503;
    await expect(keys.prefetch()).resolves.toBeUndefined();
    server.state.status = 200;
    expect(await seek()).toBe('found');
    expect(server.state.fetches).toBe(2);
  });
});

describe('a key set that gets old', () => {
  beforeEach(() => keys.prefetch());

  it('is left alone for ten minutes', async () => {
    at = minutes(10) - 1;
    expect(await seek()).toBe('found');
    at = minutes(10);
    expect(await seek()).toBe('found');
    await fetched(2);
  });

  it('is renewed once, and no request waits for it', async () => {
    at = minutes(10);
    server.state.holds = true;
    server.state.kids = ['k-2'];
    for (let request = 0; request < 50; request += 1) expect(await seek()).toBe('found');
    await fetched(2);
    server.state.holds = false;
    server.held[0]?.('answer');
    await vi.waitFor(async () => expect(await keys.find('k-2')).toHaveLength(1));
    // Unknown now, and asked for once more, since it may just have been added.
    expect(await seek('k-1')).toBe('unknown');
    expect(server.state.fetches).toBe(3);
  });

  it('still serves while its issuer is down, which is asked every five seconds', async () => {
    server.state.status = 503;
    for (const [time, asked] of [
      [minutes(10), 2],
      [minutes(10) + 4999, 2],
      [minutes(10) + 5000, 3],
      [minutes(15) - 1, 4],
    ] as const) {
      at = time;
      expect(await seek()).toBe('found');
      await fetched(asked);
    }
  });

  it('is never used beyond a quarter of an hour', async () => {
    server.state.status = 503;
    at = minutes(15);
    expect(await seek()).toBe('issuer-unreachable');
  });

  it('has lost a withdrawn key by then, even if no request came that would have renewed it', async () => {
    server.state.kids = ['k-2'];
    at = minutes(10) - 1;
    expect(await seek()).toBe('found');
    at = minutes(15);
    expect(await seek()).toBe('unknown');
  });

  it.each([
    ['the time of day alone', () => ({ wall: at, steady: 0 })],
    ['the steady clock alone', () => ({ wall: 0, steady: at })],
    ['the steady clock, and the time of day was set back', () => ({ wall: -at, steady: at })],
  ])('gets old by %s', async (_name, clock) => {
    at = 0;
    const frozen = new KeySet(server.url, clock);
    await frozen.prefetch();
    server.state.kids = ['k-2'];
    at = minutes(15);
    expect(await frozen.find('k-1')).toEqual([]);
  });

  it('is as old as its question, not as its answer', async () => {
    at = minutes(15);
    server.state.holds = true;
    const waiting = seek();
    await fetched(2);
    at += 1500;
    server.held[0]?.('answer');
    expect(await waiting).toBe('found');
    server.state.status = 503;
    server.state.holds = false;
    at = minutes(30);
    expect(await seek()).toBe('issuer-unreachable');
  });
});

describe('a download that a freeze cut off', () => {
  beforeEach(() => keys.prefetch());

  it('is waited for by nobody, and its late answer does not replace a newer one', async () => {
    server.state.holds = true;
    at = minutes(10);
    expect(await seek()).toBe('found');
    await fetched(2);
    at = minutes(20);
    server.state.holds = false;
    server.state.kids = ['k-2'];
    expect(await seek('k-2')).toBe('found');
    expect(server.state.fetches).toBe(3);
    server.held[0]?.('answer');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await seek('k-2')).toBe('found');
    expect(server.state.fetches).toBe(3);
  });

  it('keeps nobody from asking when it fails at last', async () => {
    server.state.holds = true;
    at = minutes(10);
    expect(await seek()).toBe('found');
    await fetched(2);
    at = minutes(20);
    server.held[0]?.('hang up');
    server.state.holds = false;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await seek()).toBe('found');
  });

  it('ends in no unhandled rejection', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    server.state.status = 503;
    at = minutes(10);
    for (let request = 0; request < 5; request += 1) expect(await seek()).toBe('found');
    await fetched(2);
    await new Promise((resolve) => setTimeout(resolve, 50));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });
});

describe('key names that nobody knows', () => {
  beforeEach(() => keys.prefetch());
  const flood = (name: string) =>
    Promise.all(Array.from({ length: 1000 }, (_, index) => seek(`${name}-${index}`)));

  it('lead to one download for a thousand of them at once, and none for the next thousand', async () => {
    expect(new Set(await flood('at-once'))).toEqual(new Set(['unknown']));
    expect(server.state.fetches).toBe(2);
    for (let index = 0; index < 1000; index += 1) expect(await seek(`later-${index}`)).toBe('unknown');
    expect(server.state.fetches).toBe(2);
    at = 10_000;
    await flood('much-later');
    expect(server.state.fetches).toBe(3);
    expect(await seek()).toBe('found');
  });

  it('do not keep a rotation from us for longer than ten seconds', async () => {
    await flood('before');
    server.state.kids = ['k-1', 'k-2'];
    at = 9_999;
    expect(await seek('k-2')).toBe('unknown');
    at = 10_000;
    expect(await seek('k-2')).toBe('found');
  });

  it('are looked for at once where none was missed lately: a rotation is seen by its first token', async () => {
    server.state.kids = ['k-2'];
    expect(await seek('k-2')).toBe('found');
  });

  it('cost a cold set its one download and no second', async () => {
    keys = new KeySet(server.url, moment);
    expect(await seek('unknown')).toBe('unknown');
    expect(await seek('unknown-too')).toBe('unknown');
    expect(server.state.fetches).toBe(2);
  });

  it('cannot be told from new ones while the issuer is down; known ones go on', async () => {
    server.state.status = 503;
    expect(new Set(await flood('down'))).toEqual(new Set(['issuer-unreachable']));
    expect(await seek()).toBe('found');
    expect(server.state.fetches).toBe(2);
  });
});

describe('an issuer that is down', () => {
  it('is asked every five seconds, and its users are told apart from strangers', async () => {
    server.state.status = 503;
    for (const [time, asked] of [
      [0, 1],
      [4999, 1],
      [5000, 2],
    ] as const) {
      at = time;
      for (let request = 0; request < 3; request += 1) expect(await seek()).toBe('issuer-unreachable');
      expect(server.state.fetches).toBe(asked);
    }
    server.state.status = 200;
    at = 10_000;
    expect(await seek()).toBe('found');
  });
});
