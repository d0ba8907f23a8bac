import { describe, expect, it } from 'vitest';
import type { Credential } from '../../../functions/domain/credential.ts';
import type { DriftSettings } from '../../../functions/domain/sweep-settings.ts';
import { type UpkeepDeps, upkeep } from '../../../functions/upkeep/upkeep.ts';
import { readFixture } from '../../fixtures/events/expectations.ts';
import { makeWorld } from '../../support/world.ts';

const account = '123456789012';
const dana = 'dana@acme.example';
const minute = 60;
const hour = 3600;
const pool = 'eu-west-1_AcmePool1';
const keyMade = await readFixture('iam', 'create-access-key.json');

/** It is 2026-03-02, 09:00; what is there was made before, and an upkeep has seen it. */
const company = async (drift: Partial<DriftSettings> = {}) => {
  const world = makeWorld({ drift });
  const clients = new Map<string, string>();
  const factsOf = (id: string) => ({ arn: '', name: id, tags: {}, inherentOwners: [`opaque:${id}`] });
  const clientOf = (client: string): Extract<Credential, { kind: 'cognito-app-client' }> => ({
    ...{ kind: 'cognito-app-client', account, region: 'eu-west-1' },
    ...{ id: `${pool}/${client}`, pool, client },
  });
  const described: string[] = [];
  Object.assign(world.account.revokers['cognito-app-client'], {
    isConfigured: true,
    async *discover() {
      for (const id of clients.keys()) yield { credential: clientOf(id), facts: factsOf(id) };
    },
    describe: async ({ client }: { client: string }) => {
      described.push(client);
      const createdAt = clients.get(client);
      return createdAt ? { ...factsOf(client), createdAt } : undefined;
    },
  });
  const run = (deps: Partial<UpkeepDeps> = {}) =>
    upkeep({ ...world, lastUses: async () => undefined, prune: async () => 0, ...deps });
  /** Made at this very moment. */
  const now = () => world.now().toISOString();
  const makeKey = (id: string, user = 'dana') =>
    world.account.keys.set(id, { user, active: true, createdAt: now() });
  const makeApiKey = (id: string) => {
    world.account.addApiKey(id, { 'cutoff:owner': dana });
    Object.assign(world.account.apiKeys.get(id) ?? {}, { createdAt: now() });
  };
  const makeClient = (id: string) => clients.set(id, now());
  world.account.addUser('dana', { 'cutoff:owner': dana });
  world.account.addUser('erin', { 'cutoff:owner': 'erin@acme.example' });
  makeKey('AKIAOLD');
  makeApiKey('old-key');
  makeClient('oldclient');
  world.advance(minute);
  await run();
  world.advance(minute);
  world.account.calls.length = 0;
  const told = () => world.notices.map(({ credential }) => credential.id).toSorted();
  return { ...world, run, makeKey, makeApiKey, makeClient, clients, described, clientOf, told };
};
type World = Awaited<ReturnType<typeof company>>;

const listedUsers = ({ account: { calls } }: World) =>
  calls.filter((call) => call.startsWith('iam-access-key:discover'));

describe('the first upkeep', () => {
  it('finds no drift: what is there was made before', async () => {
    const world = await company();
    expect(world.told()).toEqual([]);
    expect(world.described).toEqual([]); // nor does it ask for all of it
    world.advance(hour);
    await world.run();
    expect(world.told()).toEqual([]);
    expect(listedUsers(world)).toEqual([]);
  });
});

describe('a pool that is looked into from today on', () => {
  it('has clients that were made before: registered, and no drift', async () => {
    const world = await company();
    world.clients.set('beforeclient', '2026-01-01T00:00:00.000Z');
    world.advance(hour);
    await world.run();
    expect(world.told()).toEqual([]);
    expect(await world.registry.read([world.clientOf('beforeclient')])).toHaveLength(1);
  });
});

describe('what was made outside issue since', () => {
  it('is found, registered under its owner, and told of once', async () => {
    const world = await company();
    world.makeKey('AKIANEW');
    world.makeApiKey('new-key');
    world.makeClient('newclient');
    world.advance(hour);
    for (let runs = 0; runs < 3; runs += 1) {
      await world.run();
      world.advance(hour);
    }
    expect(world.told()).toEqual(['AKIANEW', `${pool}/newclient`, 'new-key']);
    expect(world.counted.filter((metric) => metric === 'DriftFound')).toHaveLength(3);
    const owned = await world.registry.ownedBy([`email:${dana}`]);
    expect(owned.map(({ id }) => id).toSorted()).toEqual(['AKIANEW', 'dana', 'new-key', 'old-key']);
    expect(world.notices).toContainEqual(
      expect.objectContaining({ owners: [`email:${dana}`], policy: 'drift' }),
    );
  });

  it('costs what is new, and not what there is', async () => {
    const world = await company();
    for (let n = 0; n < 50; n += 1) world.account.addUser(`user-${n}`, {});
    world.makeKey('AKIANEW', 'erin');
    world.advance(hour);
    await world.run();
    expect(listedUsers(world)).toEqual(['iam-access-key:discover erin']);
    expect(world.told()).toEqual(['AKIANEW']);
  });

  it('is not asked about for ever: what is older than the newest by far is behind us', async () => {
    const world = await company();
    world.makeKey('AKIANEW', 'erin');
    world.makeApiKey('new-key');
    world.makeClient('newclient');
    world.advance(hour);
    await world.run();
    world.advance(6 * hour);
    world.makeKey('AKIANEWER', 'dana');
    world.makeApiKey('newer-key');
    world.advance(hour);
    await world.run();
    world.account.calls.length = 0;
    world.described.length = 0;
    const read: string[] = [];
    const told = world.drifts.told.bind(world.drifts);
    world.drifts.told = (credential) => {
      read.push(credential.id);
      return told(credential);
    };
    world.advance(hour);
    await world.run();
    expect(listedUsers(world)).toEqual(['iam-access-key:discover dana']);
    expect(read.toSorted()).toEqual(['AKIANEWER', 'newer-key']);
    expect(world.described).toEqual([]);
  });

  it('is found although the report comes four hours late', async () => {
    const world = await company();
    world.makeKey('AKIANEW', 'erin');
    const late = world.account.reportedUsers();
    world.advance(hour);
    world.makeKey('AKIANEWER', 'dana');
    const report = world.account.reportedUsers();
    world.advance(hour);
    // As if the list had not shown it at first, although it is older than what was shown.
    await world.run({
      reportedUsers: async () => report.map((user) => (user.name === 'erin' ? { ...user, keys: [] } : user)),
    });
    expect(world.told()).toEqual(['AKIANEWER']);
    world.advance(2 * hour);
    await world.run({ reportedUsers: async () => late });
    expect(world.told()).toEqual(['AKIANEW', 'AKIANEWER']);
  });

  it('is given half an hour, in which issue may be at it still', async () => {
    const world = await company({ 'cognito-app-client': 'revoke' });
    world.makeKey('AKIANEW');
    world.makeApiKey('new-key');
    world.makeClient('newclient');
    world.advance(20 * minute);
    await world.run();
    expect(world.told()).toEqual([]);
    expect(await world.registry.read([world.clientOf('newclient')])).toEqual([]);
    // One of them was issued, and is registered by now.
    const entry = { owners: [`email:${dana}`], isProtected: false, entitlements: [] };
    const key = { kind: 'iam-access-key', account, region: 'global', id: 'AKIANEW', user: 'dana' } as const;
    await world.registry.issued(key, entry, { issuance: 'iss-1', expiresAt: '2026-06-01T00:00:00.000Z' });
    world.advance(20 * minute);
    await world.run();
    expect(world.told()).toEqual([`${pool}/newclient`, 'new-key']);
  });

  it('is left alone where it is allowed, and registered', async () => {
    const world = await company({ 'api-gateway-key': 'allow', 'iam-access-key': 'allow' });
    world.makeKey('AKIANEW');
    world.makeApiKey('new-key');
    world.advance(hour);
    await world.run();
    expect(world.told()).toEqual([]);
    expect(await world.registry.ownedBy([`email:${dana}`])).toHaveLength(4);
  });

  it('is sent to be revoked where the settings say so', async () => {
    const world = await company({ 'iam-access-key': 'revoke', 'api-gateway-key': 'revoke' });
    world.makeKey('AKIAACMENEW000000001');
    world.makeApiKey('newkey');
    world.advance(hour);
    await world.run();
    await world.drain();
    expect(world.account.keys.get('AKIAACMENEW000000001')?.active).toBe(false);
    expect(world.account.keys.get('AKIAOLD')?.active).toBe(true);
    expect(world.account.apiKeys.get('newkey')?.live).toBe(false);
    expect(world.account.apiKeys.get('old-key')?.live).toBe(true);
    for (const { revocationId = '' } of world.notices) {
      expect(await world.revocations.get(revocationId)).toMatchObject({ status: 'verified' });
    }
  });

  it('of which a key is gone again, is no drift', async () => {
    const world = await company();
    world.makeKey('AKIAGONE');
    const report = world.account.reportedUsers();
    world.account.keys.delete('AKIAGONE');
    world.advance(hour);
    await world.run({ reportedUsers: async () => report });
    expect(world.told()).toEqual([]);
    expect(listedUsers(world)).toEqual(['iam-access-key:discover dana']);
  });

  it('is found though a key is inactive: nobody would see it activated', async () => {
    const world = await company();
    world.makeKey('AKIAOFF', 'erin');
    Object.assign(world.account.keys.get('AKIAOFF') ?? {}, { active: false });
    world.advance(hour);
    await world.run();
    expect(world.told()).toEqual(['AKIAOFF']);
  });
});

describe('what was told of while the source observed', () => {
  /** Seen by one upkeep that observes, and long behind it when the next one enforces. */
  const observed = async (drift: Partial<DriftSettings>) => {
    const world = await company(drift);
    const { operator } = world.sources;
    const watching = { sources: { ...world.sources, drift: { ...operator, mode: 'observe' as const } } };
    world.makeKey('AKIAACMENEW000000001');
    world.makeApiKey('newkey');
    world.makeClient('newclient');
    world.advance(hour);
    await world.run(watching);
    await world.run(watching);
    await world.drain();
    expect(world.told()).toHaveLength(3);
    expect(world.notices.every(({ revocationId }) => revocationId === undefined)).toBe(true);
    expect(world.account.apiKeys.get('newkey')?.live).toBe(true);
    world.advance(24 * hour);
    const later = world.now().toISOString();
    for (const kind of ['iam-access-key', 'api-gateway-key'] as const)
      await world.drifts.noteNewest(world.home, kind, later);
    world.account.calls.length = 0;
    await world.run(watching);
    expect(listedUsers(world)).toEqual([]);
    return world;
  };

  it('is revoked, and told of as such, once the source enforces', async () => {
    const world = await observed({ 'iam-access-key': 'revoke', 'api-gateway-key': 'revoke' });
    world.notices.length = 0;
    for (let runs = 0; runs < 2; runs += 1) await world.run();
    await world.drain();
    expect(world.told()).toEqual(['AKIAACMENEW000000001', 'newkey']);
    for (const { id, revocationId = '' } of world.notices) {
      expect(id).toMatch(/:revoked$/);
      expect(await world.revocations.get(revocationId)).toMatchObject({ status: 'verified' });
    }
    expect(world.account.keys.get('AKIAACMENEW000000001')?.active).toBe(false);
    expect(world.account.apiKeys.get('newkey')?.live).toBe(false);
  });

  it('is left alone where it is gone, and not asked for again', async () => {
    const world = await observed({ 'iam-access-key': 'revoke', 'api-gateway-key': 'revoke' });
    world.notices.length = 0;
    world.account.keys.delete('AKIAACMENEW000000001');
    world.account.apiKeys.delete('newkey');
    await world.run();
    world.account.calls.length = 0;
    await world.run();
    await world.drain();
    expect([...world.notices, ...listedUsers(world)]).toEqual([]);
    expect(world.audit).toEqual([]);
  });

  it('is told of once where nothing more is to be done', async () => {
    const world = await observed({});
    await world.run();
    expect(world.told()).toHaveLength(3);
  });

  it('is tried again where trouble with it came between', async () => {
    const world = await observed({ 'api-gateway-key': 'revoke' });
    const end = async () => Promise.reject(new Error('the queue is down'));
    await expect(world.run({ end })).rejects.toThrow('not done: observed drift');
    await world.run();
    await world.drain();
    expect(world.account.apiKeys.get('newkey')?.live).toBe(false);
  });
});

describe('an event and an upkeep', () => {
  const keyId = 'AKIAACMEQIUFAXR4G23G';

  it.each(['event first', 'upkeep first'])('make one notice and one revocation: %s', async (order) => {
    const world = await company({ 'iam-access-key': 'revoke' });
    world.makeKey(keyId);
    world.advance(hour);
    if (order === 'event first') await world.tell(keyMade);
    await world.run();
    if (order === 'upkeep first') await world.tell(keyMade);
    await world.drain();
    expect(world.told()).toEqual([keyId]);
    const heads = world.audit.filter(
      ({ type, credential }) => type === 'planned' && credential === undefined,
    );
    expect(new Set(heads.map(({ revocationId }) => revocationId)).size).toBe(1);
    expect(world.account.keys.get(keyId)?.active).toBe(false);
  });
});

describe('trouble', () => {
  it.each([
    ['AKIANEW', 'drift'],
    ['new-key', 'api-gateway-key'],
    ['newclient', 'cognito-app-client'],
  ])('with one (%s) keeps no other waiting, alarms, and is tried again', async (id, what) => {
    const world = await company();
    for (const more of ['', '2']) {
      world.makeKey(`${more}AKIANEW`, more ? 'erin' : 'dana');
      world.makeApiKey(`${more}new-key`);
      world.makeClient(`${more}newclient`);
    }
    world.advance(hour);
    const broken = {
      notify: async (notice: Parameters<World['notify']>[0]) => {
        if ([id, `${pool}/${id}`].includes(notice.credential.id)) throw new Error('SNS is down');
        await world.notify(notice);
      },
    };
    await expect(world.run(broken)).rejects.toThrow(`not done: ${what}`);
    expect(world.told()).toHaveLength(5);
    expect(await world.registry.ownedBy([`email:${dana}`])).toContainEqual(
      expect.objectContaining({ id: 'new-key' }),
    );
    world.advance(hour);
    await world.run();
    expect(world.told()).toHaveLength(6);
  });

  it.each([
    ['an access key', 'AKIANEW'],
    ['an API key', 'new-key'],
  ])('with %s is not forgotten, however much newer the others are', async (_, id) => {
    const world = await company();
    world.makeKey('AKIANEW', 'erin');
    world.makeApiKey('new-key');
    world.advance(8 * hour);
    world.makeKey('AKIANEWER');
    world.makeApiKey('newer-key');
    world.advance(hour);
    const broken = async (notice: Parameters<World['notify']>[0]) => {
      if (notice.credential.id === id) throw new Error('SNS is down');
      await world.notify(notice);
    };
    await expect(world.run({ notify: broken })).rejects.toThrow('not done');
    world.advance(hour);
    await world.run();
    expect(world.told()).toEqual(['AKIANEW', 'AKIANEWER', 'new-key', 'newer-key']);
  });

  it('with one keeps all that is younger from being behind us for a day at most', async () => {
    const world = await company();
    world.makeKey('AKIANEW', 'erin');
    world.makeApiKey('new-key');
    world.advance(8 * hour);
    world.makeKey('AKIANEWER');
    world.makeApiKey('newer-key');
    const broken = async (notice: Parameters<World['notify']>[0]) => {
      if (notice.credential.id.endsWith('NEW') || notice.credential.id === 'new-key') throw new Error('no');
      await world.notify(notice);
    };
    const newest = (kind: 'iam-access-key' | 'api-gateway-key') => world.drifts.newest(world.home, kind);
    world.advance(hour);
    await expect(world.run({ notify: broken })).rejects.toThrow('not done: api-gateway-key, drift');
    expect([await newest('iam-access-key'), await newest('api-gateway-key')]).toEqual([undefined, undefined]);
    world.advance(24 * hour);
    await expect(world.run({ notify: broken })).rejects.toThrow('not done');
    await world.run({ notify: broken });
    expect(world.told()).toEqual(['AKIANEWER', 'newer-key']);
  });

  it('with the report leaves the rest of the upkeep done', async () => {
    const world = await company();
    world.makeApiKey('new-key');
    world.makeKey('AKIANEW');
    world.advance(hour);
    const run = world.run({ reportedUsers: async () => Promise.reject(new Error('stale')) });
    await expect(run).rejects.toThrow('not done: drift');
    expect(world.told()).toEqual(['new-key']);
    world.advance(hour);
    await world.run();
    expect(world.told()).toEqual(['AKIANEW', 'new-key']);
  });

  it('at the very first upkeep does not move the baseline', async () => {
    const world = makeWorld();
    world.account.addUser('dana', {}, []);
    const more = { lastUses: async () => undefined, prune: async () => 0 };
    const reportedUsers = async () => Promise.reject(new Error('still being made'));
    await expect(upkeep({ ...world, ...more, reportedUsers })).rejects.toThrow('drift');
    world.advance(minute);
    world.account.keys.set('AKIANEW', {
      ...{ user: 'dana', active: true, createdAt: world.now().toISOString() },
    });
    world.advance(hour);
    await upkeep({ ...world, ...more });
    expect(world.notices).toHaveLength(1);
  });
});
