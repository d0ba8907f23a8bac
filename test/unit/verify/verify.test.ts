import { describe, expect, it } from 'vitest';
import { CutoffError } from '../../../functions/domain/errors.ts';
import type { Observation } from '../../../functions/domain/evidence.ts';
import { verify } from '../../../functions/verify/verify.ts';
import { changeOf, makeWorld } from '../../support/world.ts';

const dana = 'dana@acme.example';
const userTask = 'iam-user:123456789012:global:dana';

const company = () => {
  const world = makeWorld();
  world.account.addUser('dana', { 'cutoff:owner': dana }, ['AKIADANA1']);
  return world;
};

/** Delivers until the leaver's user is cut, so that what follows is verification. */
const cutWorld = async () => {
  const world = company();
  const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
  await world.until(async () => (await world.revocations.task(revocationId, userTask))?.status === 'revoked');
  return { ...world, revocationId };
};

const taskOf = (world: Awaited<ReturnType<typeof cutWorld>>) =>
  world.revocations.task(world.revocationId, userTask);

const evidenceOf = (world: ReturnType<typeof company>, id: string): Observation[] => {
  const record = world.recorded('verified').find((entry) => entry.credential?.endsWith(id));
  return (record?.data.evidence ?? []) as Observation[];
};

describe('proof', () => {
  it('needs consecutive reads that span the consistency window', async () => {
    const world = await cutWorld();
    await world.drain();
    const times = evidenceOf(world, 'AKIADANA1').map((look) => Date.parse(look.at));
    expect(times.length).toBeGreaterThanOrEqual(2);
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThanOrEqual(10_000);
  });

  it('starts anew when a read shows the key alive again, and the key is cut again', async () => {
    const world = await cutWorld();
    await world.until(async () => ((await taskOf(world))?.steps[1]?.looks.length ?? 0) > 0);
    world.advance(1);
    world.account.keys.set('AKIADANA1', { user: 'dana', active: true });
    const turnedOn = world.now().getTime();
    await world.drain();
    expect(world.account.keys.get('AKIADANA1')?.active).toBe(false);
    expect(world.recorded('unverified')[0]?.data.alive).toEqual([
      'iam-access-key:123456789012:global:AKIADANA1',
    ]);
    const first = Math.min(...evidenceOf(world, 'AKIADANA1').map((look) => Date.parse(look.at)));
    expect(first).toBeGreaterThanOrEqual(turnedOn);
    expect((await world.revocations.get(world.revocationId))?.status).toBe('verified');
  });

  it('needs a list without newcomers: a key made after the revocation is cut and proven too', async () => {
    const world = await cutWorld();
    world.account.keys.set('AKIANEW', { user: 'dana', active: true });
    await world.drain();
    expect(world.account.keys.get('AKIANEW')?.active).toBe(false);
    expect(evidenceOf(world, 'AKIANEW').length).toBeGreaterThanOrEqual(2);
  });

  it('is never given while the list cannot be read', async () => {
    const world = await cutWorld();
    const error = new CutoffError('throttled', { code: 'throttled', retryable: true });
    world.account.fault = (call) => (call === 'iam-access-key:discover' ? error : undefined);
    await world.drain(40);
    expect(evidenceOf(world, 'dana')).toEqual([]);
    expect((await world.revocations.task(world.revocationId, userTask))?.status).toBe('unverified');
  });
});

const throttled = new CutoffError('throttled', { code: 'throttled', retryable: true });

it('proof needs a look that saw everything: the list fails first, then the key cannot be seen', async () => {
  const world = await cutWorld();
  world.account.fault = (call) => (call === 'iam-access-key:discover' ? throttled : undefined);
  await world.until(async () => ((await taskOf(world))?.look ?? 0) >= 5);
  world.account.fault = (call) => (call === 'iam-access-key:inspect' ? throttled : undefined);
  await world.until(async () => ((await taskOf(world))?.look ?? 0) >= 6);
  expect(evidenceOf(world, 'AKIADANA1')).toEqual([]);
});

it('a revocation is not called verified while a discovery has not ended', async () => {
  const world = company();
  world.account.fault = (call) => (call === 'api-gateway-key:discover' ? throttled : undefined);
  const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
  await world.drain();
  expect((await world.revocations.get(revocationId))?.status).toBe('contained');
  world.account.fault = () => undefined;
  world.redrive();
  await world.drain();
  expect((await world.revocations.get(revocationId))?.status).toBe('verified');
});

describe('without proof', () => {
  it('is called unverified after some looks, goes on looking, and is verified when it can be', async () => {
    const world = await cutWorld();
    const error = new CutoffError('iam:ListAccessKeys is not allowed', {
      code: 'access-denied',
      retryable: true,
    });
    world.account.fault = (call) => (call === 'iam-access-key:inspect' ? error : undefined);
    await world.drain(30);
    expect(world.recorded('unverified').length).toBeGreaterThan(2);
    expect(world.recorded('unverified')[0]?.data).toMatchObject({
      problems: [expect.stringMatching(/^access-denied: /)],
    });
    expect(await world.operate({ list: 'unverified' })).toMatchObject({
      unverified: [{ credential: userTask }],
    });
    expect(world.queue).toHaveLength(1); // still looking
    world.account.fault = () => undefined;
    await world.drain();
    expect((await world.revocations.get(world.revocationId))?.status).toBe('verified');
  });
});

describe('duplicates', () => {
  it('a look that was taken already is not taken again', async () => {
    const world = await cutWorld();
    await world.drain();
    const { audit, account } = world;
    const before = [audit.length, account.calls.length];
    await verify({ revocationId: world.revocationId, principal: userTask, look: 0 }, world);
    expect([audit.length, account.calls.length]).toEqual(before);
  });

  it('a look from before the last one starts no second chain', async () => {
    const world = await cutWorld();
    await world.until(async () => ((await taskOf(world))?.look ?? 0) >= 2);
    const queued = world.queue.length;
    await verify({ revocationId: world.revocationId, principal: userTask, look: 0 }, world);
    expect(world.queue).toHaveLength(queued);
  });

  it('a look that was cut short between its two writes sends the work again', async () => {
    const world = await cutWorld();
    const { send } = world.work;
    world.account.keys.set('AKIADANA1', { user: 'dana', active: true });
    const crash = { ...world, work: { send: async () => Promise.reject(new Error('crash')) } };
    const message = { revocationId: world.revocationId, principal: userTask, look: 0 };
    await expect(verify(message, crash)).rejects.toThrow('crash');
    expect((await taskOf(world))?.status).toBe('pending');
    const queued = world.queue.length;
    await verify(message, { ...world, work: { send } });
    expect(world.queue).toHaveLength(queued + 1);
    await world.drain();
    expect(world.account.keys.get('AKIADANA1')?.active).toBe(false);
    expect((await world.revocations.get(world.revocationId))?.status).toBe('verified');
  });

  it('two messages of the same look do not make two chains of looks', async () => {
    const world = await cutWorld();
    for (const message of [...world.queue]) world.queue.push({ ...message });
    await world.drain();
    expect(world.queue).toHaveLength(0);
    const verified = world.recorded('verified').filter((entry) => entry.credential?.endsWith('AKIADANA1'));
    expect(verified).toHaveLength(1);
  });
});
