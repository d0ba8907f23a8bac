import { describe, expect, it } from 'vitest';
import { operate } from '../../../functions/operator/operator.ts';
import { changeOf, makeWorld } from '../../support/world.ts';

const dana = 'dana@acme.example';

const worldWithDana = (settings: Parameters<typeof makeWorld>[0] = {}, tags: Record<string, string> = {}) => {
  const world = makeWorld(settings);
  const user = world.account.addUser('dana', { 'cutoff:owner': dana, ...tags }, ['AKIADANA1']);
  return { ...world, user };
};

const reasonsOf = (world: ReturnType<typeof worldWithDana>, type: 'held' | 'skipped') =>
  world.recorded(type).map((entry) => entry.data.reason);

const untouched = (world: ReturnType<typeof worldWithDana>) =>
  world.account.users.get('dana')?.live === true && world.account.keys.get('AKIADANA1')?.active === true;

describe('protection', () => {
  it('refuses a protected person as a whole', async () => {
    const world = worldWithDana();
    world.rules.protection.emails.push(dana);
    const { status } = await world.submit(changeOf('Dana@ACME.example', 'deactivated'));
    await world.drain();
    expect(status).toBe('skipped');
    expect(reasonsOf(world, 'skipped')).toEqual(['protected-subject']);
    expect(untouched(world)).toBe(true);
    expect(world.account.calls).toEqual([]);
  });

  it.each([
    ['tag', { tags: { 'Cutoff:Protected': 'true' }, arns: [] as string[] }],
    ['ARN', { tags: {}, arns: ['arn:aws:iam::123456789012:user/dana'] }],
  ])('skips a principal protected by its %s, and cuts the others', async (_, { tags, arns }) => {
    const world = worldWithDana({}, tags);
    world.rules.protection.arns.push(...arns);
    world.account.addApiKey('key-dana', { owner: dana });
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    expect(untouched(world)).toBe(true);
    expect(world.account.apiKeys.get('key-dana')?.live).toBe(false);
    expect(reasonsOf(world, 'skipped')).toContain('protected-principal');
    expect((await world.revocations.get(revocationId))?.status).toBe('verified');
  });

  it('that a leaver put on at the last minute is held, not believed', async () => {
    const world = worldWithDana({}, { 'cutoff:protected': 'true' });
    await world.registry.register(world.user, {
      owners: [`email:${dana}`],
      isProtected: false,
      entitlements: [],
    });
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    expect(untouched(world)).toBe(true);
    expect(reasonsOf(world, 'held')).toEqual(['protection-changed']);
    expect((await world.revocations.get(revocationId))?.status).toBe('contained'); // not verified
  });

  it('that stood there from the start is believed', async () => {
    const world = worldWithDana({}, { 'cutoff:protected': 'true' });
    await world.registry.register(world.user, {
      owners: [`email:${dana}`],
      isProtected: true,
      entitlements: [],
    });
    await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    expect(reasonsOf(world, 'held')).toEqual([]);
    expect(reasonsOf(world, 'skipped')).toContain('protected-principal');
  });

  it('holds on every path: an operator is refused as well', async () => {
    const world = worldWithDana({}, { 'cutoff:protected': 'yes' });
    await world.operate({ subject: { format: 'email', email: dana }, reason: 'test' });
    await world.drain();
    expect(untouched(world)).toBe(true);
  });
});

describe('ambiguity is held, never acted on', () => {
  it('tags that disagree', async () => {
    const world = worldWithDana({}, { owner: 'erin@acme.example' });
    await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    expect(untouched(world)).toBe(true);
    expect(reasonsOf(world, 'held')).toEqual(['owner-tags-disagree']);
  });

  it('retagging to escape: the registry knows another owner than the tag', async () => {
    const world = worldWithDana();
    await world.registry.register(world.user, {
      owners: [`email:${dana}`],
      isProtected: false,
      entitlements: [],
    });
    world.account.users.set('dana', { live: true, tags: { 'cutoff:owner': 'somebody@else.example' } });
    await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    expect(untouched(world)).toBe(true);
    expect(reasonsOf(world, 'held')).toEqual(['owner-changed']);
  });

  it('retagging to harm: somebody tags another person’s user with the leaver’s name', async () => {
    const world = worldWithDana();
    await world.registry.register(world.user, {
      owners: ['email:erin@acme.example'],
      isProtected: false,
      entitlements: [],
    });
    await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    expect(untouched(world)).toBe(true);
    expect(reasonsOf(world, 'held')).toEqual(['owner-changed']);
  });

  it('untagging to escape', async () => {
    const world = worldWithDana();
    await world.registry.register(world.user, {
      owners: [`email:${dana}`],
      isProtected: false,
      entitlements: [],
    });
    world.account.users.set('dana', { live: true, tags: {} });
    await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    expect(reasonsOf(world, 'held')).toEqual(['owner-changed']);
  });

  it('a workload whose contact person leaves', async () => {
    const world = worldWithDana({}, { 'cutoff:workload': 'true' });
    await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    expect(untouched(world)).toBe(true);
    expect(reasonsOf(world, 'held')).toEqual(['workload']);
  });

  it('a similar name is no owner: neither the local part nor the user name', async () => {
    const world = worldWithDana();
    world.account.addUser(dana, {}, ['AKIANAMED']);
    world.account.addUser('dana2', { 'cutoff:owner': 'dana@other.example' }, ['AKIAOTHER']);
    await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    expect(world.account.keys.get('AKIANAMED')?.active).toBe(true);
    expect(world.account.keys.get('AKIAOTHER')?.active).toBe(true);
  });
});

describe('observe mode', () => {
  it('writes down what it would do, with key ids, and touches nothing', async () => {
    const world = worldWithDana({ mode: 'observe' });
    const { status } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    expect(status).toBe('observed');
    expect(untouched(world)).toBe(true);
    expect(world.account.calls.filter((call) => /deny|revoke|restore/.test(call))).toEqual([]);
    expect(JSON.stringify(world.recorded('planned'))).toContain('AKIADANA1');
  });

  it('goes on when an operator approves, with the cutoff of the event', async () => {
    const world = worldWithDana({ mode: 'observe' });
    const { revocationId, cutoff } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    world.advance(300);
    await world.operate({ approve: revocationId, reason: 'looks right' });
    await world.drain();
    const revocation = await world.revocations.get(revocationId);
    expect(revocation).toMatchObject({ status: 'verified', cutoff });
    expect(untouched(world)).toBe(false);
  });
});

it('an observed revocation that is rejected leaves nothing waiting', async () => {
  const world = worldWithDana({ mode: 'observe' });
  const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
  await world.drain();
  await world.operate({ reject: revocationId, reason: 'a test account' });
  expect(await world.operate({ list: 'observed' })).toEqual({ observed: [] });
  expect(untouched(world)).toBe(true);
});

it('a part of an observed revocation cannot be cut alone, since no restore would undo it', async () => {
  const world = worldWithDana({ mode: 'observe' });
  const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
  await world.drain();
  const credential = 'iam-user:123456789012:global:dana';
  await expect(world.operate({ approve: revocationId, credential, reason: 'x' })).rejects.toThrow(
    'is observed',
  );
  expect(untouched(world)).toBe(true);
});

it('an approval that broke half-way is in the list, and is taken up again', async () => {
  const world = worldWithDana({ mode: 'observe' });
  const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
  await world.drain();
  const crash = { ...world, requestId: 'r', work: { send: () => Promise.reject(new Error('crash')) } };
  await expect(operate({ approve: revocationId, reason: 'x' }, crash)).rejects.toThrow('crash');
  expect(await world.operate({ list: 'received' })).toMatchObject({ received: [{ revocationId }] });
  await world.operate({ approve: revocationId, reason: 'again' });
  await world.drain();
  expect(untouched(world)).toBe(false);
});

it('a principal that changed hands between observing and approving is held in the list', async () => {
  const world = worldWithDana({ mode: 'observe' });
  await world.registry.register(world.user, {
    owners: [`email:${dana}`],
    isProtected: false,
    entitlements: [],
  });
  const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
  await world.drain();
  world.account.users.set('dana', { live: true, tags: { owner: 'erin@acme.example' } });
  await world.operate({ approve: revocationId, reason: 'x' });
  await world.drain();
  expect(await world.operate({ list: 'held' })).toMatchObject({ held: [{ reason: 'owner-changed' }] });
});

describe('the cap', () => {
  it('holds what is beyond it, and an operator lets it go on or not', async () => {
    const world = worldWithDana({ capPerHour: 1 });
    world.account.addUser('erin', { owner: 'erin@acme.example' }, ['AKIAERIN1']);
    await world.submit(changeOf('first@acme.example', 'deactivated'));
    const { revocationId, status } = await world.submit(changeOf(dana, 'deactivated'));
    const other = await world.submit(changeOf('erin@acme.example', 'deactivated'));
    await world.drain();
    expect(status).toBe('held');
    expect(untouched(world)).toBe(true);
    expect(await world.operate({ list: 'held' })).toMatchObject({
      held: [{ revocationId }, { revocationId: other.revocationId }],
    });
    await world.operate({ approve: revocationId, reason: 'known wave of leavers' });
    await world.operate({ reject: other.revocationId, reason: 'sent by mistake' });
    await world.drain();
    expect(world.account.keys.get('AKIADANA1')?.active).toBe(false);
    expect(world.account.keys.get('AKIAERIN1')?.active).toBe(true);
    await expect(world.operate({ approve: other.revocationId, reason: 'again' })).rejects.toThrow(
      'is rejected',
    );
  });

  it('is not used up by cleared sessions', async () => {
    const world = worldWithDana({ capPerHour: 1 });
    await world.submit(changeOf('erin@acme.example', 'session-revoked'));
    expect((await world.submit(changeOf(dana, 'deactivated'))).status).toBe('contained');
  });

  it('counts a subject once an hour, and starts anew with the next', async () => {
    const world = worldWithDana({ capPerHour: 1 });
    await world.submit(changeOf(dana, 'suspended'));
    expect((await world.submit(changeOf(dana, 'deactivated'))).status).toBe('contained');
    world.advance(3600);
    expect((await world.submit(changeOf('next@acme.example', 'deactivated'))).status).toBe('contained');
  });
});

describe('order', () => {
  it('a return restores nothing by itself', async () => {
    const world = worldWithDana();
    await world.submit(changeOf(dana, 'suspended'));
    await world.drain();
    const occurredAt = '2026-03-02T09:30:00.000Z';
    world.advance(3600);
    const { status, reason } = await world.submit(changeOf(dana, 'reactivated', { occurredAt }));
    await world.drain();
    expect({ status, reason }).toEqual({ status: 'skipped', reason: 'restored-by-operator-only' });
    expect(untouched(world)).toBe(false);
  });

  it('a suspension that arrives after a newer return is not carried out', async () => {
    const world = worldWithDana();
    await world.submit(changeOf(dana, 'reactivated', { occurredAt: '2026-03-02T08:30:00.000Z' }));
    const late = await world.submit(changeOf(dana, 'suspended', { occurredAt: '2026-03-02T08:00:00.000Z' }));
    await world.drain();
    expect(late.reason).toBe('superseded');
    expect(untouched(world)).toBe(true);
  });

  it('a stale return does not stop a newer deactivation', async () => {
    const world = worldWithDana();
    await world.submit(changeOf(dana, 'reactivated', { occurredAt: '2026-03-02T08:00:00.000Z' }));
    await world.submit(changeOf(dana, 'deactivated', { occurredAt: '2026-03-02T08:30:00.000Z' }));
    await world.drain();
    expect(untouched(world)).toBe(false);
  });

  it('an event from the future is clamped, said so, and outlives no later event', async () => {
    const world = worldWithDana();
    await world.submit(changeOf(dana, 'reactivated', { occurredAt: '2031-01-01T00:00:00.000Z' }));
    world.advance(60);
    await world.submit(changeOf(dana, 'deactivated', { occurredAt: '2026-03-02T09:00:30.000Z' }));
    await world.drain();
    expect(untouched(world)).toBe(false);
    const ahead = changeOf('ahead@acme.example', 'deactivated', { occurredAt: '2031-01-01T00:00:00.000Z' });
    expect((await world.submit(ahead)).cutoff < '2027').toBe(true);
    expect(world.recorded('planned').some((entry) => entry.data.clamped === true)).toBe(true);
  });
});
