import { describe, expect, it } from 'vitest';
import type { IamAccessKey } from '../../../functions/domain/credential.ts';
import { account } from '../../support/memory-account.ts';
import { changeOf, makeWorld } from '../../support/world.ts';

const dana = 'dana@acme.example';
const erin = 'erin@acme.example';
const group = { kind: 'group', id: 'okta:g1' } as const;

const accessKey = (user: string, id: string): IamAccessKey => ({
  kind: 'iam-access-key',
  account,
  region: 'global',
  id,
  user,
});

const entryOf = (owner: string, entitlements: string[] = []) => ({
  owners: [`email:${owner}`],
  isProtected: false,
  entitlements,
});

/** A key that was issued to dana on a user with these tags, beside another key of it. */
const issuedOn = async (tags: Record<string, string>, entitlements: string[] = []) => {
  const world = makeWorld();
  const user = world.account.addUser('ci', tags, ['AKIAISSUED', 'AKIAOTHER']);
  const key = accessKey('ci', 'AKIAISSUED');
  const provenance = { issuance: 'iss-1', expiresAt: '2026-04-01T00:00:00.000Z' };
  await world.registry.issued(key, entryOf(dana, entitlements), provenance);
  return { ...world, user, key };
};

const isActive = (world: Awaited<ReturnType<typeof issuedOn>>, id: string) =>
  world.account.keys.get(id)?.active;

describe('an issued access key of a leaver', () => {
  it('goes with its user, which is denied before any queue is read', async () => {
    const world = await issuedOn({ 'cutoff:owner': dana });
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    expect(world.account.users.get('ci')?.live).toBe(false);
    await world.drain();
    expect(isActive(world, 'AKIAISSUED')).toBe(false);
    expect((await world.revocations.get(revocationId))?.status).toBe('verified');
    const tasks = await world.revocations.tasks(revocationId);
    expect(tasks.map(({ principal }) => principal.kind).toSorted()).toEqual(['bearer-token', 'iam-user']);
  });

  it.each([
    ['theirs', { 'cutoff:owner': dana }, 'verified'],
    ['nobody’s, which is for a human', {}, 'held'],
  ])('is found at the user that has it now, which is %s', async (_, tags, status) => {
    const world = await issuedOn(tags);
    world.account.renameUser('ci', 'ci.new');
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    const before = await world.revocations.task(revocationId, 'iam-user:123456789012:global:ci.new');
    expect(before).toBeDefined(); // denied at once, where it is theirs
    await world.drain();
    const task = await world.revocations.task(revocationId, 'iam-user:123456789012:global:ci.new');
    expect(task?.status).toBe(status);
    expect(isActive(world, 'AKIAISSUED')).toBe(status === 'held');
  });

  it('is found by live discovery where nobody could say who has it', async () => {
    const world = await issuedOn({});
    world.account.renameUser('ci', 'ci.new');
    world.account.fault = (call) => (call === 'iam-access-key:now' ? new Error('throttled') : undefined);
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain(4);
    expect(await world.revocations.tasks(revocationId)).not.toContainEqual(
      expect.objectContaining({ status: 'held' }),
    );
    world.account.fault = () => undefined;
    await world.drain();
    const task = await world.revocations.task(revocationId, 'iam-user:123456789012:global:ci.new');
    expect(task).toMatchObject({ status: 'held', reason: 'owner-changed' });
  });

  it('is a part of one task where the registry knows the user too', async () => {
    const world = await issuedOn({ 'cutoff:owner': dana });
    await world.registry.register(world.user, entryOf(dana));
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    const tasks = await world.revocations.tasks(revocationId);
    expect(tasks.filter(({ principal }) => principal.kind === 'iam-user')).toHaveLength(1);
    expect(isActive(world, 'AKIAISSUED')).toBe(false);
  });

  it.each([
    ['nobody’s, as far as its tags say', {}],
    ['somebody else’s by now', { 'cutoff:owner': erin }],
  ])('is for a human where its user is %s: it does not live on in silence', async (_, tags) => {
    const world = await issuedOn(tags);
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    const task = await world.revocations.task(revocationId, 'iam-user:123456789012:global:ci');
    expect(task).toMatchObject({ status: 'held', reason: 'owner-changed' });
    expect(world.account.users.get('ci')?.live).toBe(true);
    await world.operate({
      approve: revocationId,
      credential: 'iam-user:123456789012:global:ci',
      reason: 'it was theirs alone',
    });
    await world.drain();
    expect(isActive(world, 'AKIAISSUED')).toBe(false);
  });

  it('is for a human where its user is in the registry as nobody’s', async () => {
    const world = await issuedOn({});
    await world.registry.register(world.user, { ...entryOf(dana), owners: [] }, { orphan: 'no-owner' });
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    const task = await world.revocations.task(revocationId, 'iam-user:123456789012:global:ci');
    expect(task).toMatchObject({ status: 'held', reason: 'owner-changed' });
  });

  it('is found by live discovery where its user could not be read before', async () => {
    const world = await issuedOn({});
    world.account.fault = (call) => (call === 'iam-user:describe' ? new Error('slow') : undefined);
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    expect(await world.revocations.task(revocationId, 'iam-user:123456789012:global:ci')).toBeUndefined();
    world.account.fault = () => undefined;
    await world.drain();
    const task = await world.revocations.task(revocationId, 'iam-user:123456789012:global:ci');
    expect(task).toMatchObject({ status: 'held', reason: 'owner-changed' });
  });

  it.each([
    ['registered as it is', [group.id]],
    ['registered for something else', ['okta:g2']],
  ])('is not missed when what it was issued for is lost, its user being %s', async (_, entitlements) => {
    const tags = { 'cutoff:owner': dana, 'cutoff:entitlements': 'okta:g2' };
    const world = await issuedOn(tags, [group.id]);
    await world.registry.register(world.user, entryOf(dana, entitlements));
    // Another key of theirs, which is for the same as the user: the first one counts all the same.
    const provenance = { issuance: 'iss-2', expiresAt: '2026-04-01T00:00:00.000Z' };
    await world.registry.issued(accessKey('ci', 'AKIAOTHER'), entryOf(dana, ['okta:g2']), provenance);
    const lost = { entitlement: group };
    const { revocationId } = await world.submit(changeOf(dana, 'entitlement-removed', lost));
    await world.drain();
    const task = await world.revocations.task(revocationId, 'iam-user:123456789012:global:ci');
    expect(task).toMatchObject({ status: 'held', reason: 'entitlements-changed' });
  });

  it('that was issued for an entitlement is not missed when that is lost', async () => {
    const world = await issuedOn({ 'cutoff:owner': dana }, [group.id]);
    const lost = { entitlement: group };
    const { revocationId } = await world.submit(changeOf(dana, 'entitlement-removed', lost));
    await world.drain();
    const task = await world.revocations.task(revocationId, 'iam-user:123456789012:global:ci');
    expect(task).toMatchObject({ status: 'held', reason: 'entitlements-changed' });
  });

  it('is not concerned when somebody else leaves, nor is anybody when its user is gone', async () => {
    const world = await issuedOn({});
    const other = await world.submit(changeOf(erin, 'deactivated'));
    await world.drain();
    expect((await world.revocations.get(other.revocationId))?.status).toBe('verified');
    expect(isActive(world, 'AKIAISSUED')).toBe(true);
    world.account.users.delete('ci');
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    expect((await world.revocations.get(revocationId))?.status).toBe('verified');
  });
});

it('the inventory of a person shows an issued access key, whose issuance it is of and when it ends', async () => {
  const world = await issuedOn({ 'cutoff:owner': dana });
  await world.registry.register(world.user, entryOf(dana));
  expect(await world.operate({ inventory: { format: 'email', email: dana } })).toEqual({
    names: [`email:${dana}`],
    credentials: [
      {
        credential: 'iam-access-key:123456789012:global:AKIAISSUED',
        ...entryOf(dana),
        issuance: 'iss-1',
        expiresAt: '2026-04-01T00:00:00.000Z',
      },
      {
        credential: 'iam-user:123456789012:global:ci',
        ...entryOf(dana),
        holds: [
          'iam-access-key:123456789012:global:AKIAISSUED',
          'iam-access-key:123456789012:global:AKIAOTHER',
        ],
      },
    ],
  });
});
