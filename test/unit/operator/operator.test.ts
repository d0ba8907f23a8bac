import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../../functions/domain/errors.ts';
import type { PlannedTask } from '../../../functions/domain/plan.ts';
import { revoke } from '../../../functions/revoke/revoke.ts';
import { verify } from '../../../functions/verify/verify.ts';
import { account } from '../../support/memory-account.ts';
import { changeOf, makeWorld } from '../../support/world.ts';

const dana = 'dana@acme.example';
const subject = { format: 'email', email: dana };

const company = () => {
  const world = makeWorld();
  const user = world.account.addUser('dana', { 'cutoff:owner': dana }, ['AKIADANA1', 'AKIADANA2']);
  world.account.addApiKey('key-dana', { owner: dana });
  return { ...world, user };
};

const live = (world: ReturnType<typeof company>) => ({
  user: world.account.users.get('dana')?.live,
  keys: [...world.account.keys.values()].map((key) => key.active),
  apiKey: world.account.apiKeys.get('key-dana')?.live,
});

const everythingLives = { user: true, keys: [true, true], apiKey: true };
const everythingIsCut = { user: false, keys: [false, false], apiKey: false };

describe('a dry run', () => {
  it('writes nothing and calls nothing that writes', async () => {
    const world = company();
    await world.operate({ subject, reason: 'what if', dryRun: true });
    expect(world.audit).toEqual([]);
    expect(world.queue).toEqual([]);
    expect(world.account.calls.filter((call) => /deny|revoke|restore/.test(call))).toEqual([]);
    expect(world.account.denylist.rows.size).toBe(0);
  });

  it('prints what the real run then does', async () => {
    const world = company();
    const request = { subject, reason: 'leaver', clientToken: 'ticket-7' };
    const plan = (await world.operate({ ...request, dryRun: true })) as {
      revocationId: string;
      tasks: readonly Pick<PlannedTask, 'principal' | 'steps'>[];
    };
    const { revocationId } = (await world.operate(request)) as { revocationId: string };
    await world.drain();
    expect(revocationId).toBe(plan.revocationId);
    const shape = (tasks: typeof plan.tasks) =>
      tasks
        .map(({ principal, steps }) => ({
          principal,
          steps: steps.map(({ credential, action }) => ({ credential, action })),
        }))
        .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
    expect(shape(await world.revocations.tasks(revocationId))).toEqual(shape(plan.tasks));
  });

  it('says what becomes of sessions of assumed roles', async () => {
    const plan = await company().operate({ subject, reason: 'what if', dryRun: true });
    expect(JSON.stringify(plan)).toContain('sessions of roles that the user assumed are looked up');
  });
});

describe('restore', () => {
  it('brings back exactly what was there, and what was inactive before stays inactive', async () => {
    const world = company();
    world.account.keys.set('AKIADANA2', { user: 'dana', active: false });
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    await world.operate({ restore: revocationId, reason: 'came back' });
    await world.drain();
    expect(live(world)).toEqual({ user: true, keys: [true, false], apiKey: true });
    expect((await world.revocations.get(revocationId))?.status).toBe('restored');
    expect(world.recorded('restored').map((entry) => entry.credential)).toHaveLength(6);
  });

  it('brings a person under two revocations back only when both are lifted', async () => {
    const world = company();
    const suspension = await world.submit(changeOf(dana, 'suspended'));
    await world.drain();
    const leaving = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    await world.operate({ restore: suspension.revocationId, reason: 'suspension over' });
    await world.drain();
    expect(live(world)).toEqual(everythingIsCut);
    expect(world.account.calls.filter((call) => call.includes(':restore'))).toEqual([]); // not for a moment
    await world.operate({ restore: leaving.revocationId, reason: 'a mistake' });
    await world.drain();
    expect(live(world)).toEqual(everythingLives);
  });

  it('lifts the deny on the user last', async () => {
    const world = company();
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    await world.operate({ restore: revocationId, reason: 'came back' });
    await world.drain();
    const restores = world.account.calls.filter(
      (call) => call.startsWith('iam') && call.includes(':restore'),
    );
    expect(restores.at(-1)).toBe('iam-user:restore dana');
    expect(restores).toHaveLength(3);
  });

  it('loses to a revocation that arrives in its middle', async () => {
    const world = company();
    const first = await world.submit(changeOf(dana, 'suspended'));
    await world.drain();
    let arrived = false;
    world.account.fault = (call, id) => {
      if (call !== 'iam-access-key:restore' || id !== 'AKIADANA2' || arrived) return undefined;
      arrived = true;
      // Another worker holds the key for a new revocation, just before this one turns it on.
      const credential = { kind: 'iam-access-key', account, region: 'global', id, user: 'dana' } as const;
      void world.standing.hold({ credential, action: 'disable' }, 'rev-new', { active: false });
      return undefined;
    };
    await world.operate({ restore: first.revocationId, reason: 'came back' });
    await world.drain();
    expect(world.account.keys.get('AKIADANA2')?.active).toBe(false);
    expect(world.recorded('skipped').map((entry) => entry.data.reason)).toContain('revoked-again-meanwhile');
  });

  it('of one revocation in the middle of another’s first look does not lose the original', async () => {
    const world = company();
    const first = await world.submit(changeOf(dana, 'suspended'));
    await world.drain();
    let restored = false;
    const hold = world.standing.hold.bind(world.standing);
    world.standing.hold = async (held, id, original) => {
      if (held.credential.id === 'AKIADANA1' && !restored) {
        restored = true;
        // The first revocation lets go between the second one's look and its hold.
        await world.standing.release(held.credential, first.revocationId);
        world.account.keys.set('AKIADANA1', { user: 'dana', active: true });
        await world.standing.forget(held.credential);
      }
      await hold(held, id, original);
    };
    const second = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    for (const { revocationId } of [first, second]) {
      await world.operate({ restore: revocationId, reason: 'over' });
      await world.drain();
    }
    expect(live(world)).toEqual(everythingLives);
  });

  it('undoes what a late message cut beside it: one that was working, and one that discovery had just found', async () => {
    const world = company();
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    let restored = false;
    world.account.fault = (call) => {
      if (call === 'iam-access-key:revoke' && !restored) {
        restored = true;
        void world.operate({ restore: revocationId, reason: 'a mistake' });
      }
      return undefined;
    };
    await world.drain();
    expect(restored).toBe(true);
    expect(live(world)).toEqual(everythingLives);
    expect(await Array.fromAsync(world.standing.all())).toEqual([]);
    expect((await world.revocations.get(revocationId))?.status).toBe('restored');
  });

  it('is not over while a part of it still has to come back', async () => {
    const world = company();
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    await world.operate({ restore: revocationId, reason: 'came back' });
    await world.deliver();
    expect((await world.revocations.get(revocationId))?.status).toBe('restoring');
    await world.drain();
    expect((await world.revocations.get(revocationId))?.status).toBe('restored');
  });

  it('brings back what a worker held down after it: its message comes again and undoes it', async () => {
    const world = company();
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    await world.operate({ restore: revocationId, reason: 'came back' });
    await world.drain();
    const credential = {
      kind: 'iam-access-key',
      account,
      region: 'global',
      id: 'AKIADANA1',
      user: 'dana',
    } as const;
    await world.standing.hold({ credential, action: 'disable' }, revocationId, { active: true });
    world.account.keys.set('AKIADANA1', { user: 'dana', active: false });
    const principal = 'iam-user:123456789012:global:dana';
    await revoke({ type: 'revoke', revocationId, kind: 'iam-user', principal }, world);
    expect(live(world)).toEqual(everythingLives);
    expect(await Array.fromAsync(world.standing.all())).toEqual([]);
  });

  it('leaves nothing for a late discovery or a late look to do', async () => {
    const world = company();
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    const principal = 'iam-user:123456789012:global:dana';
    await world.until(
      async () => (await world.revocations.task(revocationId, principal))?.status === 'revoked',
    );
    await world.operate({ restore: revocationId, reason: 'came back' });
    world.account.addApiKey('key-late', { owner: dana });
    const before = [world.audit.length, await world.revocations.tasks(revocationId)];
    await revoke({ type: 'discover', revocationId, kind: 'api-gateway-key', again: true }, world);
    await verify({ revocationId, principal, look: 0 }, world);
    expect([world.audit.length, await world.revocations.tasks(revocationId)]).toEqual(before);
    await world.drain();
    expect(world.account.apiKeys.get('key-late')?.live).toBe(true);
    expect(live(world)).toEqual(everythingLives);
  });

  it('stops a discovery that is still running, and approvals that wait', async () => {
    const world = company();
    const ci = world.account.addUser('ci', { 'cutoff:owner': dana, 'cutoff:workload': 'yes' });
    await world.registry.register(ci, { owners: [`email:${dana}`], isProtected: false, entitlements: [] });
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.operate({ restore: revocationId, reason: 'a mistake' });
    await world.drain();
    expect(live(world)).toEqual(everythingLives);
    const credential = 'iam-user:123456789012:global:ci';
    await expect(world.operate({ approve: revocationId, credential, reason: 'x' })).rejects.toThrow(
      'is restored',
    );
  });

  it('never lowers notBefore', async () => {
    const world = company();
    const { revocationId } = await world.submit(changeOf(dana, 'session-revoked'));
    await world.drain();
    await world.operate({ restore: revocationId, reason: 'test' });
    await world.drain();
    expect([...world.account.denylist.rows.values()].every((row) => row.notBefore !== undefined)).toBe(true);
    expect((await world.revocations.get(revocationId))?.status).toBe('restored');
  });

  it('refuses what was never carried out', async () => {
    const world = company();
    world.rules.protection.emails.push(dana);
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await expect(world.operate({ restore: revocationId, reason: 'x' })).rejects.toThrow('is skipped');
    await expect(world.operate({ restore: 'rev-nothing', reason: 'x' })).rejects.toThrow(
      'names no revocation',
    );
  });
});

describe('held credentials', () => {
  it('are cut one by one when approved', async () => {
    const world = company();
    world.account.addUser('ci', { 'cutoff:owner': dana, 'cutoff:workload': 'true' }, ['AKIACI']);
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    expect((await world.revocations.get(revocationId))?.status).toBe('contained');
    const credential = 'iam-user:123456789012:global:ci';
    await world.operate({ approve: revocationId, credential, reason: 'pipeline is retired too' });
    await world.drain();
    expect(world.account.keys.get('AKIACI')?.active).toBe(false);
    expect((await world.revocations.get(revocationId))?.status).toBe('verified');
  });

  it('stay as they are when rejected, and the revocation can end', async () => {
    const world = company();
    world.account.addUser('ci', { 'cutoff:owner': dana, 'cutoff:workload': 'true' }, ['AKIACI']);
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    const credential = 'iam-user:123456789012:global:ci';
    await world.operate({ reject: revocationId, credential, reason: 'new contact found' });
    await world.drain();
    expect(world.account.keys.get('AKIACI')?.active).toBe(true);
    expect((await world.revocations.get(revocationId))?.status).toBe('verified');
  });

  it('are free again once an operator has assigned the owner', async () => {
    const world = company();
    await world.registry.register(world.user, {
      owners: ['email:earlier@acme.example'],
      isProtected: false,
      entitlements: [],
    });
    await world.operate({ assign: { kind: 'iam-user', id: 'dana' }, owner: subject, reason: 'handed over' });
    expect(world.audit.at(-1)?.data).toMatchObject({
      reason: 'handed over',
      earlier: { owners: ['email:earlier@acme.example'] },
    });
    const nobody = { assign: { kind: 'iam-user', id: 'nobody' }, owner: subject, reason: 'x' };
    await expect(world.operate(nobody)).rejects.toThrow('request.assign.id');
    await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    expect(live(world)).toEqual(everythingIsCut);
  });
});

describe('bad requests name the field and do nothing', () => {
  it.each([
    [{ subject, reason: 'x', dryrun: true }, 'request.dryrun'],
    [{ subject: { format: 'email', email: 'x' }, reason: 'x' }, 'request.subject.email'],
    [
      { subject: { format: 'email', email: `${'a'.repeat(10_240)}@acme.example` }, reason: 'x' },
      'request.subject.email',
    ],
    [{ subject: { format: 'phone_number' }, reason: 'x' }, 'request.subject.format'],
    [{ subject }, 'request.reason'],
    [{ subject, reason: 'x', change: 'reactivated' }, 'request.change'],
    [{}, 'request'],
    ['dana', 'request'],
    [null, 'request'],
    [{ approve: 'rev-1' }, 'request.reason'],
  ])('case %#', async (request, field) => {
    const world = company();
    const error = await world.operate(request).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InvalidInput);
    expect((error as InvalidInput).field).toBe(field);
    expect((error as InvalidInput).message.length).toBeLessThan(300);
    expect(world.audit).toEqual([]);
    expect(world.account.calls).toEqual([]);
  });
});
