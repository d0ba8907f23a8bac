import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import type { Credential } from '../../functions/domain/credential.ts';
import { Conflict } from '../../functions/domain/errors.ts';
import type { Revocation, Task } from '../../functions/domain/revocation.ts';
import { DynamoAuditLog } from '../../functions/stores/audit-log.ts';
import { faultsIn, readTrail } from '../../functions/stores/audit-trail.ts';
import { type Brakes, DynamoBrakes } from '../../functions/stores/brakes.ts';
import { type Denylist, DynamoDenylist } from '../../functions/stores/denylist.ts';
import { DynamoRegistry } from '../../functions/stores/dynamo-registry.ts';
import { DynamoLosses, type Losses } from '../../functions/stores/losses.ts';
import { DynamoRecency, type Recency } from '../../functions/stores/recency.ts';
import type { Registry } from '../../functions/stores/registry.ts';
import { DynamoRevocations, type Revocations } from '../../functions/stores/revocations.ts';
import { DynamoStanding, type Standing } from '../../functions/stores/standing.ts';
import { localTables } from '../support/local-tables.ts';
import { MemoryDenylist } from '../support/memory-denylist.ts';
import {
  MemoryBrakes,
  MemoryLosses,
  MemoryRecency,
  MemoryRegistry,
  MemoryRevocations,
  MemoryStanding,
} from '../support/memory-stores.ts';
import { changeOf } from '../support/world.ts';

interface Stores {
  readonly registry: Registry;
  readonly revocations: Revocations;
  readonly standing: Standing;
  readonly denylist: Denylist;
  readonly brakes: Brakes;
  readonly recency: Recency;
  readonly losses: Losses;
}

const client = localTables();
let hour = 9;
const now = () => new Date(Date.UTC(2026, 2, 2, hour));

const memory = (): Stores => ({
  registry: new MemoryRegistry(),
  revocations: new MemoryRevocations(),
  standing: new MemoryStanding(),
  denylist: new MemoryDenylist(),
  brakes: new MemoryBrakes(now),
  recency: new MemoryRecency(),
  losses: new MemoryLosses(),
});

const dynamo = (): Stores => ({
  registry: new DynamoRegistry(client(), 'registry'),
  revocations: new DynamoRevocations(client(), 'revocations', now),
  standing: new DynamoStanding(client(), 'revocations', now),
  denylist: new DynamoDenylist(client(), 'denylist'),
  brakes: new DynamoBrakes(client(), 'revocations', now),
  recency: new DynamoRecency(client(), 'revocations'),
  losses: new DynamoLosses(client(), 'revocations'),
});

const user = (id: string): Credential => ({
  kind: 'iam-user',
  account: '123456789012',
  region: 'global',
  id,
});

const revocationOf = (id: string): Revocation => ({
  id,
  change: changeOf('dana@acme.example', 'deactivated'),
  mode: 'enforce',
  status: 'received',
  cutoff: '2026-03-02T09:00:00.000Z',
});

const taskOf = (revocationId: string): Task => ({
  revocationId,
  principal: user('dana'),
  status: 'pending',
  steps: [{ credential: user('dana'), action: 'deny-all', state: 'planned', looks: [] }],
  look: 0,
  version: 0,
});

describe.each([
  ['in memory', memory],
  ['in DynamoDB', dynamo],
])('stores %s', (_, make) => {
  it('registry: the first owner stays until an operator assigns another', async () => {
    const { registry } = make();
    const [dana, erin] = ['email:dana@acme.example', 'email:erin@acme.example'];
    const by = (owner: string, isProtected = false) => ({ owners: [owner], isProtected, entitlements: [] });
    expect(await registry.entryOf(user('r1'))).toBeUndefined();
    expect(await registry.register(user('r1'), by(dana))).toBe('new');
    expect(await registry.register(user('r1'), by(dana))).toBe('known');
    expect(await registry.register(user('r1'), by(erin))).toBe('disputed');
    expect(await registry.entryOf(user('r1'))).toEqual(by(dana));
    expect(await registry.read([user('r1')])).toMatchObject([{ owners: [dana], disputed: true }]);
    expect(await registry.ownedBy([dana, erin])).toEqual([user('r1')]);
    await registry.assign(user('r1'), by(erin));
    const assigned = { credential: user('r1'), ...by(erin), assigned: true };
    expect(await registry.read([user('r1')])).toEqual([assigned]);
    await registry.assign(user('r2'), by(erin));
    expect(await registry.ownedBy([dana])).toEqual([]);
    expect(await registry.ownedBy([erin])).toEqual([user('r1'), user('r2')]);
    expect(await registry.register(user('r1'), by(erin))).toBe('known');
  });

  it('registry: an operator’s word is told from a credential’s own, for as long as it stands', async () => {
    const { registry } = make();
    const noor = { owners: ['email:noor@acme.example'], isProtected: false, entitlements: [] };
    const nobody = { ...noor, owners: [] };
    const isAssigned = async (id: string) => (await registry.read([user(id)]))[0]?.assigned;
    await registry.register(user('a1'), noor);
    await registry.register(user('a1'), noor, { orphan: 'owner-gone' });
    expect(await isAssigned('a1')).toBeUndefined();
    await registry.assign(user('a1'), noor);
    await registry.register(user('a1'), noor, { orphan: undefined, lastUsedAt: '2026-03-01T00:00:00.000Z' });
    expect(await isAssigned('a1')).toBe(true);
    expect(await registry.register(user('a1'), { ...noor, entitlements: ['okta:noor'] })).toBe('disputed');
    expect(await isAssigned('a1')).toBe(true);
    // Of what an operator has given to nobody, the first owner is its own word again.
    await registry.assign(user('a2'), nobody);
    expect(await isAssigned('a2')).toBe(true);
    expect(await registry.register(user('a2'), noor)).toBe('new');
    expect(await isAssigned('a2')).toBeUndefined();
  });

  it('registry: what nobody owns gets its first owner without a dispute, and is an orphan no longer', async () => {
    const { registry } = make();
    const nobody = { owners: [], isProtected: false, entitlements: [] };
    const lastUsedAt = '2026-03-01T00:00:00.000Z';
    expect(await registry.register(user('o1'), nobody, { orphan: 'no-owner', lastUsedAt })).toBe('new');
    expect(await registry.orphans()).toEqual([
      { credential: user('o1'), ...nobody, orphan: 'no-owner', lastUsedAt },
    ]);
    expect(await registry.register(user('o1'), nobody)).toBe('known');
    expect(await registry.orphans()).toHaveLength(1);
    const owned = { ...nobody, owners: ['email:dana@acme.example'] };
    expect(await registry.register(user('o1'), owned, { orphan: undefined, lastUsedAt })).toBe('new');
    expect(await registry.orphans()).toEqual([]);
    expect(await registry.read([user('o1'), user('none')])).toEqual([
      { credential: user('o1'), ...owned, lastUsedAt },
    ]);
    expect(await registry.register(user('o1'), nobody)).toBe('disputed');
    await registry.register(user('o1'), owned, { orphan: 'owner-gone' });
    // Nobody tells of a last use this time: the one that is known stays.
    expect(await registry.orphans()).toMatchObject([{ orphan: 'owner-gone', lastUsedAt }]);
    await registry.assign(user('o1'), { ...owned, owners: ['email:erin@acme.example'] });
    expect(await registry.orphans()).toEqual([]);
  });

  it('registry: finds what several own together, what depends on an entitlement, and forgets all of it', async () => {
    const { registry } = make();
    const owners = ['email:c1@acme.example', 'email:c2@acme.example'];
    const entry = { owners, isProtected: false, entitlements: ['okta:g1', 'okta:g2'] };
    await registry.register(user('c1'), entry, { orphan: 'owner-gone' });
    for (const owner of owners) expect(await registry.ownedBy([owner])).toEqual([user('c1')]);
    expect(await registry.ownedBy(owners)).toEqual([user('c1')]);
    expect(await registry.dependingOn('okta:g2')).toEqual([user('c1')]);
    expect(await registry.register(user('c1'), { ...entry, owners: owners.toReversed() })).toBe('known');
    expect(await registry.register(user('c1'), { ...entry, entitlements: ['okta:g1'] })).toBe('disputed');
    await registry.assign(user('c1'), { ...entry, entitlements: ['okta:g1'] });
    expect(await registry.dependingOn('okta:g2')).toEqual([]);
    await registry.forget(user('c1'));
    await registry.forget(user('c1'));
    expect(await registry.entryOf(user('c1'))).toBeUndefined();
    expect(await registry.ownedBy(owners)).toEqual([]);
    expect(await registry.dependingOn('okta:g1')).toEqual([]);
    expect(await registry.orphans()).toEqual([]);
  });

  it('losses: stand as long as one revocation says so, each for itself', async () => {
    const { losses } = make();
    await losses.add(['email:l1', 'opaque:l1'], ['*'], 'rev-1');
    await losses.add(['email:l1'], ['okta:g1', '-'], 'rev-2');
    await losses.add(['email:l1'], ['okta:g1'], 'rev-3');
    expect(await losses.of('email:l1')).toEqual(new Set(['*', 'okta:g1', '-']));
    expect(await losses.of('opaque:l1')).toEqual(new Set(['*']));
    await losses.lift(['email:l1', 'opaque:l1'], ['*'], 'rev-1');
    await losses.lift(['email:l1'], ['okta:g1', '-'], 'rev-2');
    expect(await losses.of('email:l1')).toEqual(new Set(['okta:g1']));
    await losses.lift(['email:l1'], ['okta:g1'], 'rev-3');
    await losses.lift(['email:l1'], ['okta:g1'], 'rev-3');
    expect(await losses.of('email:l1')).toEqual(new Set());
    expect(await losses.of('email:nobody')).toEqual(new Set());
  });

  it('revocations: the first one stored is the only one, with its cutoff', async () => {
    const { revocations } = make();
    const first = await revocations.open(revocationOf('rev-a'));
    const again = await revocations.open({ ...revocationOf('rev-a'), cutoff: '2026-03-02T11:00:00.000Z' });
    expect(again).toEqual(first);
    await revocations.move(first, { status: 'held', reason: 'cap-reached' });
    await expect(revocations.move(first, { status: 'contained' })).rejects.toBeInstanceOf(Conflict);
    expect(await revocations.get('rev-a')).toMatchObject({ status: 'held', reason: 'cap-reached' });
    expect(await revocations.listOpen('held')).toMatchObject([{ id: 'rev-a' }]);
    expect(await revocations.get('rev-none')).toBeUndefined();
  });

  it('tasks: added once, saved by one worker at a time, listed while open', async () => {
    const { revocations } = make();
    expect(await revocations.addTask(taskOf('rev-b'))).toBe(true);
    expect(await revocations.addTask(taskOf('rev-b'))).toBe(false);
    const saved = await revocations.saveTask({ ...taskOf('rev-b'), status: 'unverified' });
    await expect(revocations.saveTask(taskOf('rev-b'))).rejects.toBeInstanceOf(Conflict);
    expect(await revocations.listOpen('unverified')).toEqual([saved]);
    await revocations.saveTask({ ...saved, status: 'verified' });
    expect(await revocations.listOpen('unverified')).toEqual([]);
    expect(await revocations.tasks('rev-b')).toHaveLength(1);
    expect(await revocations.task('rev-b', 'iam-user:123456789012:global:dana')).toMatchObject({
      version: 2,
    });
    await revocations.saveDiscovery({ revocationId: 'rev-b', kind: 'iam-user', done: false });
    await revocations.saveDiscovery({ revocationId: 'rev-b', kind: 'iam-user', done: true });
    expect(await revocations.discoveries('rev-b')).toMatchObject([{ kind: 'iam-user', done: true }]);
  });

  it('standing: the first original is kept until the last revocation lets go', async () => {
    const { standing } = make();
    const held = { credential: user('s1'), action: 'deny-all' } as const;
    const nothing = { remaining: [], original: undefined, newcomer: false };
    await standing.hold({ ...held, newcomer: true }, 'rev-1', { live: true });
    await standing.hold(held, 'rev-2', { live: false });
    expect(await Array.fromAsync(standing.all())).toMatchObject([held]);
    expect(await standing.release(user('s1'), 'rev-1')).toEqual({
      remaining: ['rev-2'],
      original: { live: true },
      newcomer: true,
    });
    expect(await standing.forget(user('s1'))).toBe(false);
    await standing.correct(user('s1'), { live: true, corrected: true });
    expect(await standing.release(user('s1'), 'rev-2')).toEqual({
      remaining: [],
      original: { live: true, corrected: true },
      newcomer: true,
    });
    expect(await standing.forget(user('s1'))).toBe(true);
    expect(await standing.release(user('s1'), 'rev-2')).toEqual(nothing);
    expect(await standing.release(user('s2'), 'rev-1')).toEqual(nothing);
    expect(await Array.fromAsync(standing.all())).toEqual([]);
  });

  it('denylist: a row only ever refuses more, and a restore lifts nothing but blocked', async () => {
    const { denylist } = make();
    await denylist.unblock('d0');
    expect(await denylist.read('d0')).toBeUndefined();
    await denylist.deny('d1', { blocked: true, expiresAt: 2000 });
    await denylist.deny('d1', { blocked: false, notBefore: 700, expiresAt: 1000 });
    await denylist.deny('d1', { blocked: false, notBefore: 600, expiresAt: 1500 });
    expect(await denylist.read('d1')).toMatchObject({ blocked: true, notBefore: 700, expiresAt: 2000 });
    await denylist.unblock('d1');
    expect(await denylist.read('d1')).toMatchObject({ blocked: false, notBefore: 700, expiresAt: 2000 });
  });

  it('denylist: what is prolonged stands longer, what was lifted stays lifted, what is gone comes back', async () => {
    const { denylist } = make();
    await denylist.deny('p1', { blocked: true, expiresAt: 1000 });
    await denylist.prolong('p1', { blocked: true, expiresAt: 2000 });
    expect(await denylist.read('p1')).toMatchObject({ blocked: true, expiresAt: 2000 });
    await denylist.unblock('p1');
    await denylist.prolong('p1', { blocked: true, expiresAt: 3000 });
    expect(await denylist.read('p1')).toMatchObject({ blocked: false, expiresAt: 2000 });
    await denylist.prolong('p2', { blocked: true, expiresAt: 1000 });
    expect(await denylist.read('p2')).toMatchObject({ blocked: true, expiresAt: 1000 });
  });

  it('denylist: writers at the same time lose nothing', async () => {
    const { denylist } = make();
    const times = [10, 20, 30, 40];
    await Promise.all(
      times.map((at) => denylist.deny('d2', { blocked: false, notBefore: at, expiresAt: at })),
    );
    expect(await denylist.read('d2')).toMatchObject({ notBefore: 40, expiresAt: 40 });
  });

  it('brakes: a subject counts once an hour, and the next hour starts anew', async () => {
    const { brakes } = make();
    hour = 9;
    expect(await brakes.admit('okta', 'a', 2)).toBe(true);
    expect(await brakes.admit('okta', 'b', 2)).toBe(true);
    expect(await brakes.admit('okta', 'c', 2)).toBe(false);
    expect(await brakes.admit('okta', 'a', 2)).toBe(true);
    expect(await brakes.admit('other', 'c', 2)).toBe(true);
    hour = 10;
    expect(await brakes.admit('okta', 'c', 2)).toBe(true);
    hour = 9;
  });

  it('recency: keeps the newest of each direction, in whatever order and zone it comes', async () => {
    const { recency } = make();
    expect(await recency.note('s', 'revoked', '2026-03-02T09:00:00Z')).toBeUndefined();
    expect(await recency.note('s', 'reactivated', '2026-03-02T10:00:00.000Z')).toBe(
      '2026-03-02T09:00:00.000Z',
    );
    await recency.note('s', 'reactivated', '2026-03-02T08:00:00.000Z');
    expect(await recency.note('s', 'revoked', '2026-03-02T10:30:00+02:00')).toBe('2026-03-02T10:00:00.000Z');
    expect(await recency.note('s', 'reactivated', '2026-03-02T07:00:00Z')).toBe('2026-03-02T09:00:00.000Z');
  });
});

describe('the audit trail in DynamoDB', () => {
  const entry = (once: string, revocationId = 'rev-1') => ({
    type: 'revoked' as const,
    revocationId,
    credential: 'iam-user:123456789012:global:dana',
    once,
    data: { action: 'deny-all', nothing: undefined, text: 'é', number: 1.5, list: [1, null] },
  });
  const log = () => new DynamoAuditLog(client(), 'audit', now);

  it('appends in order, once, and holds', async () => {
    for (const once of ['a', 'b', 'a', 'c']) await log().append(entry(once));
    const { credential: _, ...whole } = entry('a');
    await log().append(whole);
    const trail = await readTrail(client(), 'audit');
    expect(trail.get('rev-1|iam-user:123456789012:global:dana')?.map(({ once }) => once)).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(trail.get('rev-1|-')).toHaveLength(1);
    expect(faultsIn(trail)).toEqual([]);
  });

  it('keeps one chain when several workers append at the same time', async () => {
    await Promise.all(['a', 'b', 'c', 'd'].map((once) => log().append(entry(once, 'rev-2'))));
    const trail = await readTrail(client(), 'audit');
    expect(trail.get('rev-2|iam-user:123456789012:global:dana')).toHaveLength(4);
    expect(faultsIn(trail)).toEqual([]);
  });

  it('shows a single flipped byte', async () => {
    const chain = 'rev-1|iam-user:123456789012:global:dana';
    const update = new UpdateCommand({
      TableName: 'audit',
      Key: { chain, seq: 1 },
      UpdateExpression: 'SET #data.#text = :flipped',
      ExpressionAttributeNames: { '#data': 'data', '#text': 'text' },
      ExpressionAttributeValues: { ':flipped': 'è' },
    });
    await client().send(update);
    const faults = faultsIn(await readTrail(client(), 'audit'));
    expect(faults).toEqual([{ chain, seq: 1, problem: 'was changed after it was written' }]);
  });
});
