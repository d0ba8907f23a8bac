import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CredentialRevoker, Inspection } from '../../../functions/credentials/credential-revoker.ts';
import { CutoffError } from '../../../functions/domain/errors.ts';
import type { CredentialState, Observation } from '../../../functions/domain/evidence.ts';
import { inconclusive } from '../../../functions/enforcement/probe-answer.ts';
import { changeOf, makeWorld } from '../../support/world.ts';

const dana = 'dana@acme.example';
const keyTask = 'api-gateway-key:123456789012:eu-west-1:k1';

afterEach(() => void vi.useRealTimers());

type Attempt = () => CredentialState | Error | Promise<never>;

/** A partner's key that is tried: `answer` says how, and `tries` when. */
const worldWith = (answer: Attempt) => {
  const world = makeWorld();
  world.account.addApiKey('k1', { 'cutoff:owner': dana });
  const tries: string[] = [];
  const state = { answer, at: undefined as string | undefined };
  const probe = async (): Promise<Inspection> => {
    tries.push(world.now().toISOString());
    const outcome = await state.answer();
    if (outcome instanceof Error) throw outcome;
    const observed = `GET https://api.example.com/partner ${outcome}`;
    return { state: outcome, level: 'probe', ...(state.at && { at: state.at }), observed, original: {} };
  };
  const revoker = world.account.revokers['api-gateway-key'] as CredentialRevoker;
  Object.assign(revoker, { requiredEvidence: ['control-plane', 'probe'], probe });
  const evidence = (): Observation[] => {
    const record = world.recorded('verified').find(({ credential }) => credential === keyTask);
    return (record?.data.evidence ?? []) as Observation[];
  };
  const submit = () => world.submit(changeOf(dana, 'deactivated'));
  const statusOf = async (id: string) => (await world.revocations.task(id, keyTask))?.status;
  return { ...world, tries, state, evidence, submit, statusOf };
};

const spanOf = (observations: readonly Observation[]) => {
  const times = observations.map(({ at }) => Date.parse(at));
  return Math.max(...times) - Math.min(...times);
};

describe('a credential that is tried', () => {
  it('is verified once reads and refused attempts span the window, both told in the audit', async () => {
    const world = worldWith(() => 'dead');
    const { revocationId } = await world.submit();
    await world.drain();
    expect(await world.statusOf(revocationId)).toBe('verified');
    for (const level of ['control-plane', 'probe']) {
      expect(spanOf(world.evidence().filter((seen) => seen.level === level))).toBeGreaterThanOrEqual(10_000);
    }
    expect(world.evidence().at(-1)).toEqual({
      at: world.tries.at(-1),
      level: 'probe',
      state: 'dead',
      observed: 'GET https://api.example.com/partner dead',
    });
  });

  it('is cut again where it gets through, and that is recorded with what was seen', async () => {
    let tries = 0;
    const world = worldWith(() => (++tries === 2 ? 'live' : 'dead'));
    const { revocationId } = await world.submit();
    await world.drain();
    const [doubt] = world.recorded('unverified');
    expect(doubt?.data).toMatchObject({
      alive: [keyTask],
      observed: [{ credential: keyTask, level: 'probe', state: 'live', at: world.tries[1] }],
    });
    expect(world.account.calls.filter((call) => call === 'api-gateway-key:revoke k1')).toHaveLength(2);
    expect(await world.statusOf(revocationId)).toBe('verified');
    const since = Date.parse(world.tries[1] ?? '');
    expect(Math.min(...world.evidence().map(({ at }) => Date.parse(at)))).toBeGreaterThan(since);
  });

  it('is neither proven nor cut again while attempts say nothing', async () => {
    const world = worldWith(() => inconclusive('was answered 502'));
    const { revocationId } = await world.submit();
    await world.drain(60);
    expect(world.recorded('unverified')[0]?.data).toMatchObject({
      problems: [expect.stringMatching(/^probe-inconclusive: .*502/)],
    });
    expect(world.account.calls.filter((call) => call === 'api-gateway-key:revoke k1')).toHaveLength(1);
    expect(await world.statusOf(revocationId)).toBe('unverified');
    world.state.answer = () => 'dead';
    await world.drain();
    expect(await world.statusOf(revocationId)).toBe('verified');
  });

  it('is neither proven nor cut again where an attempt comes to no end', async () => {
    vi.useFakeTimers();
    const world = worldWith(() => new Promise(() => undefined));
    const { revocationId } = await world.submit();
    await world.until(async () => (await world.statusOf(revocationId)) === 'revoked');
    const looks = world.drain(60);
    await vi.advanceTimersByTimeAsync(60 * 20_000);
    await looks;
    expect(world.recorded('unverified')[0]?.data).toMatchObject({
      problems: ['unavailable: the look took too long'],
    });
    expect(await world.statusOf(revocationId)).toBe('unverified');
  });

  it('is dated as its attempt, which may be one that was made for another', async () => {
    const world = worldWith(() => 'dead');
    const at = '2026-03-03T09:00:00.000Z';
    world.state.at = at;
    const { revocationId } = await world.submit();
    await world.drain(60);
    expect(await world.statusOf(revocationId)).toBe('unverified');
    const [step] = (await world.revocations.task(revocationId, keyTask))?.steps ?? [];
    const attempts = step?.looks.filter(({ level }) => level === 'probe') ?? [];
    expect(attempts.length).toBeGreaterThan(2);
    expect(new Set(attempts.map((seen) => seen.at))).toEqual(new Set([at]));
  });

  it('is not tried while it is still live by what is stored', async () => {
    const world = worldWith(() => 'dead');
    await world.submit();
    await world.until(async () => world.tries.length > 0);
    const tries = world.tries.length;
    const key = world.account.apiKeys.get('k1');
    if (key) key.live = true;
    await world.until(async () => world.recorded('unverified').length > 0);
    expect(world.tries).toHaveLength(tries);
    expect(world.recorded('unverified')[0]?.data.observed).toMatchObject([{ level: 'control-plane' }]);
  });

  it('needs no attempt where it is gone: there is nothing to try', async () => {
    const world = worldWith(() => new CutoffError('no such key', { code: 'not-found', retryable: false }));
    const { revocationId } = await world.submit();
    await world.until(async () => (await world.statusOf(revocationId)) === 'revoked');
    world.account.apiKeys.delete('k1');
    await world.drain();
    expect(world.tries).toEqual([]);
    expect(await world.statusOf(revocationId)).toBe('verified');
    expect(new Set(world.evidence().map(({ state }) => state))).toEqual(new Set(['gone']));
  });

  it('is not tried any more once it is verified, while another credential of its task is looked at', async () => {
    const world = worldWith(() => 'dead');
    const { revocationId } = await world.submit();
    await world.drain();
    const task = await world.revocations.task(revocationId, keyTask);
    const tries = world.tries.length;
    if (!task) return expect.fail('there is no task');
    await world.revocations.saveTask({ ...task, status: 'unverified' });
    await world.looks.send({ revocationId, principal: keyTask, look: task.look }, 1);
    await world.drain();
    expect(world.tries).toHaveLength(tries);
    expect(await world.statusOf(revocationId)).toBe('verified');
  });
});

it('a kind without an attempt is looked at as before', async () => {
  const world = makeWorld();
  world.account.addApiKey('k1', { 'cutoff:owner': dana });
  const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
  await world.drain();
  expect((await world.revocations.get(revocationId))?.status).toBe('verified');
});

it('what no cutting can mend is cut again later each time, not over and over', async () => {
  const world = makeWorld();
  const tokens = world.revokers['bearer-token'];
  Object.assign(tokens, {
    probe: async () => ({ state: 'live', level: 'probe', observed: 'let in', original: {} }),
  });
  await world.submit(changeOf(dana, 'deactivated'));
  const hour = world.now().getTime() + 3_600_000;
  let deliveries = 0;
  while (world.now().getTime() < hour && (await world.deliver())) deliveries += 1;
  expect(world.recorded('unverified').length).toBeGreaterThan(5);
  expect(deliveries).toBeLessThan(50);
});

it('an attempt that served others before it was first seen dead does not count', async () => {
  const world = makeWorld();
  const tokens = world.revokers['bearer-token'];
  const started = world.now().toISOString();
  Object.assign(tokens, {
    requiredEvidence: ['control-plane', 'probe'],
    probe: async () => ({ state: 'dead', level: 'probe', at: started, observed: 'refused', original: {} }),
  });
  world.advance(5);
  const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
  await world.drain(60);
  expect(
    (await world.revocations.tasks(revocationId))[0]?.steps[0]?.looks.map(({ level }) => level),
  ).not.toContain('probe');
  expect(world.recorded('verified')).toEqual([]);
});

it('an attempt that got through counts whenever it was', async () => {
  const world = makeWorld();
  const started = world.now().toISOString();
  Object.assign(world.revokers['bearer-token'], {
    probe: async () => ({ state: 'live', level: 'probe', at: started, observed: 'let in', original: {} }),
  });
  world.advance(5);
  await world.submit(changeOf(dana, 'deactivated'));
  await world.until(async () => world.recorded('unverified').length > 0);
  expect(world.recorded('unverified')[0]?.data).toMatchObject({ observed: [{ observed: 'let in' }] });
});
