import { describe, expect, it } from 'vitest';
import { CutoffError, InvalidInput } from '../../../functions/domain/errors.ts';
import { revoke } from '../../../functions/revoke/revoke.ts';
import { changeOf, makeWorld } from '../../support/world.ts';

const dana = 'dana@acme.example';

const userTask = 'iam-user:123456789012:global:dana';

const throttled = new CutoffError('iam:UpdateAccessKey was throttled', {
  code: 'throttled',
  retryable: true,
});
const denied = new CutoffError('iam:UpdateAccessKey is not allowed', {
  code: 'access-denied',
  retryable: true,
});

const company = () => {
  const world = makeWorld();
  world.account.addUser('dana', { 'cutoff:owner': dana }, ['AKIADANA1', 'AKIADANA2']);
  return world;
};

const revokesOf = (world: ReturnType<typeof company>, id: string) =>
  world.account.calls.filter((call) => call === `iam-access-key:revoke ${id}`).length;

describe('one task', () => {
  it('finds keys that were made while it worked: the re-list', async () => {
    const world = company();
    world.account.fault = (call, id) => {
      // The attacker uses the seconds in which the deny is not yet everywhere.
      if (call === 'iam-access-key:revoke' && id === 'AKIADANA2') {
        world.account.keys.set('AKIANEW', { user: 'dana', active: true });
      }
      return undefined;
    };
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.until(
      async () => (await world.revocations.task(revocationId, userTask))?.status === 'revoked',
    );
    // Already now, not first when verify looks.
    expect(world.account.keys.get('AKIANEW')?.active).toBe(false);
    expect(world.recorded('revoked').map((entry) => entry.credential)).toContain(
      'iam-access-key:123456789012:global:AKIANEW',
    );
  });

  it('does not turn on again, in a restore, a key that was made while it worked', async () => {
    const world = company();
    world.account.fault = (call, id) => {
      if (call === 'iam-access-key:revoke' && id === 'AKIADANA2') {
        world.account.keys.set('AKIANEW', { user: 'dana', active: true });
      }
      return undefined;
    };
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    await world.operate({ restore: revocationId, reason: 'came back' });
    await world.drain();
    expect(world.account.keys.get('AKIADANA1')?.active).toBe(true);
    expect(world.account.keys.get('AKIANEW')?.active).toBe(false);
    expect(world.recorded('skipped').map((entry) => entry.data.reason)).toContain('made-while-revoked');
  });

  it('denies the user before it disables a key', async () => {
    const world = company();
    await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    const calls = world.account.calls;
    expect(calls.indexOf('iam-user:deny dana')).toBeGreaterThan(-1);
    expect(calls.indexOf('iam-user:deny dana')).toBeLessThan(
      calls.indexOf('iam-access-key:revoke AKIADANA1'),
    );
  });

  it('tries the second key although the first one fails, and does not do done work again', async () => {
    const world = company();
    let failures = 3;
    world.account.fault = (call, id) => {
      if (call !== 'iam-access-key:revoke' || id !== 'AKIADANA1' || failures === 0) return undefined;
      failures -= 1;
      return throttled;
    };
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    expect(world.account.keys.get('AKIADANA1')?.active).toBe(false);
    expect(revokesOf(world, 'AKIADANA2')).toBe(1);
    expect((await world.revocations.get(revocationId))?.status).toBe('verified');
    expect(world.recorded('failed')).toEqual([]);
    expect(world.recorded('unverified')).toEqual([]); // retried, not handed to verify half done
  });

  it('surfaces an access denied as failed, naming the action, and goes on once it is allowed', async () => {
    const world = company();
    let allowed = false;
    world.account.fault = (call) => (call === 'iam-access-key:revoke' && !allowed ? denied : undefined);
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain(12);
    const [failed] = world.recorded('failed');
    expect(failed?.data).toEqual({ code: 'access-denied', message: 'iam:UpdateAccessKey is not allowed' });
    expect(world.account.users.get('dana')?.live).toBe(false); // the deny stands meanwhile
    expect(await world.operate({ list: 'failed' })).toMatchObject({ failed: [{ revocationId }] });
    allowed = true;
    await world.drain();
    expect((await world.revocations.get(revocationId))?.status).toBe('verified');
  });

  it('takes a user that vanished for a success', async () => {
    const world = company();
    await world.submit(changeOf(dana, 'deactivated'));
    await world.until(async () => world.account.calls.includes('iam-user:deny dana'));
    world.account.users.delete('dana');
    world.account.keys.clear();
    await world.drain();
    const [gone] = world.recorded('verified').filter((entry) => entry.credential?.includes('AKIADANA1'));
    expect(JSON.stringify(gone?.data)).toContain('"state":"gone"');
  });

  it('does nothing for a message that names no task', async () => {
    const world = company();
    const message = { type: 'revoke', revocationId: 'rev-x', kind: 'iam-user', principal: 'x' } as const;
    await expect(revoke(message, world)).rejects.toBeInstanceOf(InvalidInput);
    expect(world.account.calls).toEqual([]);
  });

  it('comes too late after a restore, and does nothing', async () => {
    const world = company();
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    await world.operate({ restore: revocationId, reason: 'came back' });
    await world.drain();
    const message = { type: 'revoke', revocationId, kind: 'iam-user', principal: userTask } as const;
    await revoke(message, world);
    expect(world.account.keys.get('AKIADANA1')?.active).toBe(true);
    expect((await world.revocations.task(revocationId, userTask))?.status).toBe('restored');
  });

  it('never cuts what is held, whatever message asks for it', async () => {
    const world = company();
    world.account.users.set('dana', { live: true, tags: { owner: dana, 'cutoff:workload': 'true' } });
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    await revoke({ type: 'revoke', revocationId, kind: 'iam-user', principal: userTask }, world);
    await world.drain();
    expect(world.account.users.get('dana')?.live).toBe(true);
    expect(world.account.keys.get('AKIADANA1')?.active).toBe(true);
  });

  it('delivered twice at the same time ends as delivered once', async () => {
    const world = company();
    await world.submit(changeOf(dana, 'deactivated'));
    for (const message of [...world.queue]) world.queue.push({ ...message });
    await world.drain();
    const revoked = world.recorded('revoked').map((entry) => `${entry.credential} ${entry.once}`);
    expect(new Set(revoked).size).toBe(revoked.length);
    expect(world.dead).toEqual([]);
  });
});
