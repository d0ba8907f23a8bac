import { afterEach, describe, expect, it, vi } from 'vitest';
import { Canary } from '../../../functions/enforcement/canary-probe.ts';
import { failureOf, obeying, canary as settings, start, canaryWorld as world } from './canary-stage.ts';

afterEach(() => void vi.useRealTimers());

const letEveryoneIn = () => new Response('hello');

describe('a canary', () => {
  it('gets through with one token, and is refused with another that was denied by its jti', async () => {
    const { canary, stage } = world();
    expect(await canary.probe()).toEqual({
      state: 'dead',
      level: 'probe',
      at: '2026-03-01T12:00:00.000Z',
      observed:
        `GET ${settings.url}: a fresh canary token let through (200), a denied one refused ` +
        '(403 AccessDeniedException); proof of the stage, not of this row',
      original: {},
    });
    // The denied one was never sent before: nobody can remember an answer for it.
    expect(stage.tried).toEqual(stage.minted);
    expect(stage.minted).toHaveLength(2);
  });

  it('denies that one token and nobody else, for longer than it lives', async () => {
    const { canary, stage } = world();
    await canary.probe();
    const key = 'jti#https://id.example.com#canary-2';
    expect([...stage.denylist.rows]).toEqual([
      [key, { blocked: true, blockedBy: [key], expiresAt: start / 1000 + 600 + 3600 }],
    ]);
  });

  it('is live where the stage lets in what stands on the denylist', async () => {
    const { canary, stage } = world();
    stage.route = letEveryoneIn;
    expect(await canary.probe()).toMatchObject({ state: 'live', level: 'probe' });
  });

  it('proves nothing by a route that refuses everybody', async () => {
    const { canary, stage } = world();
    stage.route = () => obeying('', true);
    expect(await failureOf(canary)).toMatchObject({ code: 'probe-inconclusive', retryable: true });
    expect(stage.denylist.rows.size).toBe(0);
  });

  it.each([401, 403])('proves nothing by a backend that refuses everybody: %i', async (status) => {
    const { canary, stage } = world();
    stage.route = () => new Response('no', { status });
    expect(await failureOf(canary)).toMatchObject({ code: 'probe-inconclusive' });
    expect(stage.denylist.rows.size).toBe(0);
  });

  it('proves nothing where the route breaks once the token is denied', async () => {
    const { canary, stage } = world();
    stage.route = (jti, isDenied) => (isDenied ? new Response(jti, { status: 500 }) : letEveryoneIn());
    expect((await failureOf(canary)).code).toBe('probe-inconclusive');
  });

  it('is not tried where its row could not be written', async () => {
    const { canary, stage, deps } = world();
    deps.denylist.deny = () => Promise.reject(Object.assign(new Error(), { name: 'AccessDeniedException' }));
    expect(await failureOf(canary)).toMatchObject({ code: 'access-denied' });
    expect(stage.tried).toHaveLength(1);
  });

  it('is dated before the attempt, not after it', async () => {
    const { canary, stage } = world();
    stage.route = (jti, isDenied) => {
      stage.clock += 2_000;
      return obeying(jti, isDenied);
    };
    expect((await canary.probe()).at).toBe('2026-03-01T12:00:02.000Z');
  });
});

describe('one run of a canary', () => {
  it('serves a whole wave: those who come meanwhile, and for ten seconds after', async () => {
    const { canary, stage } = world();
    const wave = await Promise.all(Array.from({ length: 1000 }, () => canary.probe()));
    stage.clock += 9_999;
    wave.push(await canary.probe());
    expect(new Set(wave.map(({ at }) => at))).toEqual(new Set(['2026-03-01T12:00:00.000Z']));
    expect(stage.minted).toHaveLength(2);
  });

  it('is not used for longer: the next one tries anew', async () => {
    const { canary, stage } = world();
    await canary.probe();
    stage.clock += 10_000;
    stage.route = letEveryoneIn;
    expect(await canary.probe()).toMatchObject({ state: 'live', at: '2026-03-01T12:00:10.000Z' });
    expect(stage.minted).toHaveLength(4);
  });

  it('serves for ten seconds from its end, however long it took', async () => {
    const { canary, stage } = world();
    stage.route = (jti, isDenied) => {
      stage.clock += 6_000;
      return obeying(jti, isDenied);
    };
    const first = await canary.probe();
    stage.clock += 9_000;
    expect(await canary.probe()).toBe(first);
  });

  it('that fails is shared too, so that a broken issuer is not asked a thousand times', async () => {
    const { canary, stage } = world();
    stage.grant = () => new Response('no', { status: 503 });
    const failures = await Promise.allSettled([canary.probe(), canary.probe(), canary.probe()]);
    expect(failures.every(({ status }) => status === 'rejected')).toBe(true);
    stage.clock += 9_999;
    await failureOf(canary);
    expect(stage.minted).toHaveLength(1);
    stage.clock += 1;
    stage.grant = (token) => Response.json({ access_token: token });
    expect((await canary.probe()).state).toBe('dead');
  });
});

it('a run that hangs is not waited for without end, nor shared for ever', async () => {
  vi.useFakeTimers();
  const { stage, deps } = world();
  const { secret } = deps;
  deps.secret = () => new Promise(() => undefined);
  const canary = new Canary(settings, deps);
  const failure = failureOf(canary);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await failure).toMatchObject({ code: 'unavailable', retryable: true });
  deps.secret = secret;
  stage.clock += 10_000;
  expect((await canary.probe()).state).toBe('dead');
});

it('an issuer that hands out one token twice proves nothing', async () => {
  const { canary, stage } = world({ claims: { jti: 'always-the-same' } });
  expect(await failureOf(canary)).toMatchObject({ code: 'probe-inconclusive' });
  expect(stage.tried).toEqual([]);
  expect(stage.denylist.rows.size).toBe(0);
});

it('an authorizer that remembers its good token lets nobody believe that it refuses nothing', async () => {
  const { canary, stage } = world();
  const remembered = new Set<string>();
  stage.route = (jti, isDenied) => {
    if (!isDenied) remembered.add(jti);
    return obeying(jti, isDenied && !remembered.has(jti));
  };
  for (let run = 0; run < 20; run += 1) {
    expect((await canary.probe()).state).toBe('dead');
    stage.clock += 10_000;
  }
});
