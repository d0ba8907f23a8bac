import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { subjectDenialKey } from '../../../functions/domain/denial.ts';
import { admit } from '../../../functions/revocation/admit.ts';
import { issuer } from '../../support/memory-account.ts';
import { changeOf, makeWorld } from '../../support/world.ts';

const dana = 'dana@acme.example';
const erin = 'erin@acme.example';
const denialOf = (email: string) => subjectDenialKey(issuer.issuer, email);

const company = () => {
  const world = makeWorld();
  const user = world.account.addUser('dana', { 'cutoff:owner': dana }, ['AKIADANA1', 'AKIADANA2']);
  world.account.addUser('erin', { 'cutoff:owner': erin }, ['AKIAERIN1']);
  const apiKey = world.account.addApiKey('key-dana', { Owner: 'Dana@Acme.example' });
  world.account.addApiKey('key-erin', { owner: erin });
  return { ...world, user, apiKey };
};

describe('a leaver', () => {
  it('loses everything, and only the leaver does', async () => {
    const world = company();
    await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    expect(world.account.users.get('dana')?.live).toBe(false);
    expect(world.account.keys.get('AKIADANA1')?.active).toBe(false);
    expect(world.account.keys.get('AKIADANA2')?.active).toBe(false);
    expect(world.account.apiKeys.get('key-dana')?.live).toBe(false);
    expect((await world.account.denylist.read(denialOf(dana)))?.blocked).toBe(true);
    expect(world.account.users.get('erin')?.live).toBe(true);
    expect(world.account.keys.get('AKIAERIN1')?.active).toBe(true);
    expect(world.account.apiKeys.get('key-erin')?.live).toBe(true);
    expect(await world.account.denylist.read(denialOf(erin))).toBeUndefined();
  });

  it('ends verified, each credential and the whole', async () => {
    const world = company();
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    expect((await world.revocations.get(revocationId))?.status).toBe('verified');
    const verified = world.recorded('verified').map((entry) => entry.credential);
    expect(verified).toHaveLength(6); // token, user, two access keys, API key, the revocation itself
    expect(new Set(verified)).toHaveLength(6);
  });

  it('is denied by ingest, before any queue message is read, where the registry knows the owner', async () => {
    const world = company();
    await world.registry.register(world.user, {
      owners: [`email:${dana}`],
      isProtected: false,
      entitlements: [],
    });
    await world.registry.register(world.apiKey, {
      owners: [`email:${dana}`],
      isProtected: false,
      entitlements: [],
    });
    await world.submit(changeOf(dana, 'deactivated'));
    expect(world.account.users.get('dana')?.live).toBe(false);
    expect(world.account.apiKeys.get('key-dana')?.live).toBe(false);
    expect((await world.account.denylist.read(denialOf(dana)))?.blocked).toBe(true);
    expect(world.recorded('denied')).toHaveLength(3);
  });

  it('is not recorded as denied where the user is gone before the deny', async () => {
    const world = company();
    await world.registry.register(world.user, {
      owners: [`email:${dana}`],
      isProtected: false,
      entitlements: [],
    });
    const users = { ...world.revokers['iam-user'], deny: async () => 'nothing-to-deny' as const };
    await admit(changeOf(dana, 'deactivated'), {
      ...world,
      revokers: { ...world.revokers, 'iam-user': users },
    });
    expect(world.recorded('denied').map((entry) => entry.credential)).toEqual([
      `bearer-token:123456789012:eu-west-1:subject#${issuer.issuer}#${dana}`,
    ]);
  });

  it('is found by live discovery where the registry knows nothing, and is registered by it', async () => {
    const world = company();
    await world.submit(changeOf(dana, 'deactivated'));
    expect(world.account.users.get('dana')?.live).toBe(true);
    await world.drain();
    expect(world.account.users.get('dana')?.live).toBe(false);
    expect((await world.registry.entryOf(world.user))?.owners).toEqual([`email:${dana}`]);
  });

  it('loses what somebody makes in the seconds after the event, too', async () => {
    const world = company();
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.until(async () => world.account.calls.includes('api-gateway-key:discover *'));
    world.account.addApiKey('key-made-after', { owner: dana });
    world.account.addUser('dana-again', { owner: dana }, ['AKIAAGAIN']);
    await world.drain();
    expect(world.account.apiKeys.get('key-made-after')?.live).toBe(false);
    expect(world.account.keys.get('AKIAAGAIN')?.active).toBe(false);
    expect((await world.revocations.get(revocationId))?.status).toBe('verified');
  });

  it('changes nothing when the same event comes again', async () => {
    const world = company();
    const first = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    const records = world.audit.length;
    const calls = world.account.calls.length;
    world.advance(600);
    const second = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    expect(second).toEqual({ ...first, status: 'verified' });
    expect(world.audit).toHaveLength(records);
    expect(world.account.calls).toHaveLength(calls);
  });

  it('keeps the cutoff of the first try when that one broke', async () => {
    const world = company();
    await world.registry.register(world.user, {
      owners: [`email:${dana}`],
      isProtected: false,
      entitlements: [],
    });
    const original = world.work.send;
    world.work.send = async () => {
      throw new Error('queue is down');
    };
    await expect(world.submit(changeOf(dana, 'session-revoked'))).rejects.toThrow('queue is down');
    world.work.send = original;
    world.advance(3600);
    const { cutoff } = await world.submit(changeOf(dana, 'session-revoked'));
    expect(cutoff).toBe('2026-03-02T09:00:00.000Z');
    const row = await world.account.denylist.read(denialOf(dana));
    expect(row?.notBefore).toBe(Date.parse('2026-03-02T09:00:00.000Z') / 1000);
  });

  it('is contained at the token even while IAM fails, and the rest follows', async () => {
    const world = company();
    await world.registry.register(world.user, {
      owners: [`email:${dana}`],
      isProtected: false,
      entitlements: [],
    });
    world.account.fault = (call) => (call.startsWith('iam-user') ? new Error('IAM is down') : undefined);
    await world.submit(changeOf(dana, 'deactivated'));
    expect((await world.account.denylist.read(denialOf(dana)))?.blocked).toBe(true);
    expect(world.account.users.get('dana')?.live).toBe(true);
    world.account.fault = () => undefined;
    await world.drain();
    expect(world.account.users.get('dana')?.live).toBe(false);
  });
});

describe('a provider that hangs', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it.each(['describe', 'deny'])(
    'in %s keeps neither the token alive nor the task from its queue',
    async (call) => {
      const world = company();
      await world.registry.register(world.user, {
        owners: [`email:${dana}`],
        isProtected: false,
        entitlements: [],
      });
      const hanging = { ...world.revokers['iam-user'], [call]: () => new Promise(() => undefined) };
      const revokers = { ...world.revokers, 'iam-user': hanging } as typeof world.revokers;
      const submitted = admit(changeOf(dana, 'deactivated'), { ...world, revokers });
      await vi.advanceTimersByTimeAsync(10_000);
      expect((await submitted).status).toBe('contained');
      expect((await world.account.denylist.read(denialOf(dana)))?.blocked).toBe(true);
      await world.drain();
      expect(world.account.users.get('dana')?.live).toBe(false);
    },
  );
});

describe('a try that broke half-way', () => {
  it('is not called contained, and goes on with the next delivery', async () => {
    const world = company();
    await world.registry.register(world.user, {
      owners: [`email:${dana}`],
      isProtected: false,
      entitlements: [],
    });
    const addTask = world.revocations.addTask.bind(world.revocations);
    world.revocations.addTask = async (task) => {
      if (task.principal.kind === 'iam-user') throw new Error('the table is down');
      return addTask(task);
    };
    await expect(world.submit(changeOf(dana, 'deactivated'))).rejects.toThrow('the table is down');
    expect((await world.account.denylist.read(denialOf(dana)))?.blocked).toBe(true); // the others went on
    world.revocations.addTask = addTask;
    expect((await world.submit(changeOf(dana, 'deactivated'))).status).toBe('contained');
    await world.drain();
    expect(world.account.users.get('dana')?.live).toBe(false);
  });

  it('finds a retagged user again whom the registry knows, although ingest could not look', async () => {
    const world = company();
    await world.registry.register(world.user, {
      owners: [`email:${dana}`],
      isProtected: false,
      entitlements: [],
    });
    world.account.users.set('dana', { live: true, tags: { owner: erin } });
    world.account.fault = (call) => (call === 'iam-user:describe' ? new Error('IAM is down') : undefined);
    await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    expect(world.recorded('held').map((entry) => entry.data.reason)).toEqual(['owner-changed']);
  });
});

describe('a session clear', () => {
  it('refuses tokens issued so far and touches no key', async () => {
    const world = company();
    const { revocationId } = await world.submit(changeOf(dana, 'session-revoked'));
    await world.drain();
    const row = await world.account.denylist.read(denialOf(dana));
    expect(row).toMatchObject({ blocked: false, notBefore: Date.parse('2026-03-02T09:00:00Z') / 1000 });
    expect(world.account.calls.filter((call) => call.startsWith('iam'))).toEqual([]);
    expect(world.account.keys.get('AKIADANA1')?.active).toBe(true);
    expect((await world.revocations.get(revocationId))?.status).toBe('verified');
  });
});
