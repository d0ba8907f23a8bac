import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../../functions/domain/errors.ts';
import { changeOf, makeWorld } from '../../support/world.ts';

const dana = 'dana@acme.example';

const company = (settings: Parameters<typeof makeWorld>[0] = {}) => {
  const world = makeWorld(settings);
  world.account.addUser('dana', { 'cutoff:owner': dana }, ['AKIADANA1']);
  return world;
};
type World = ReturnType<typeof company>;
const alive = (world: World) => world.account.keys.get('AKIADANA1')?.active;

describe('what only a human can end', () => {
  it('is held, alarms, and cannot be approved', async () => {
    const world = company();
    const change = changeOf(dana, 'credential-compromised', { byHand: 'root-user' });
    const { revocationId, status, reason } = await world.submit(change);
    expect({ status, reason }).toEqual({ status: 'held', reason: 'root-user' });
    await expect(world.operate({ approve: revocationId, reason: 'x' })).rejects.toThrow(InvalidInput);
    await world.operate({ reject: revocationId, reason: 'rotated by hand' });
    expect((await world.revocations.get(revocationId))?.status).toBe('rejected');
    expect(world.account.calls).toEqual([]);
  });
});

describe('guardduty-threshold', () => {
  it.each([
    [6.9, 'skipped'],
    [7, 'contained'],
    [undefined, 'contained'],
  ])('a finding of severity %s is %s at a threshold of 7', async (severity, expected) => {
    const world = company({ minSeverity: 7 });
    const rated = severity === undefined ? {} : { severity };
    const { status } = await world.submit(changeOf(dana, 'deactivated', rated));
    expect(status).toBe(expected);
  });
});

it('root: is held for a human, however mild the finding is rated', async () => {
  const world = company({ minSeverity: 7 });
  const change = changeOf(dana, 'credential-compromised', { severity: 2, byHand: 'root-user' });
  expect((await world.submit(change)).status).toBe('held');
});

describe('a lost entitlement', () => {
  const lost = (id: string) =>
    changeOf(dana, 'entitlement-removed', { entitlement: { kind: 'group', id, name: 'aws' } });

  it('ends nothing where the settings do not name it', async () => {
    const world = company({ entitlements: [{ id: '00gOther', ends: 'access' }] });
    const { status, reason } = await world.submit(lost('00gAws'));
    expect({ status, reason }).toEqual({ status: 'skipped', reason: 'entitlement-not-mapped' });
  });

  it('that stands for all access ends all of it', async () => {
    const world = company({ entitlements: [{ id: '00gAws', ends: 'access' }] });
    await world.submit(lost('00gAws'));
    await world.drain();
    expect(alive(world)).toBe(false);
  });

  it('that stands for sessions refuses earlier tokens, and leaves keys', async () => {
    const world = company({ entitlements: [{ id: '00gAws', ends: 'sessions' }] });
    await world.submit(lost('00gAws'));
    await world.drain();
    expect(alive(world)).toBe(true);
    const [row] = world.account.denylist.rows.values();
    expect(row).toMatchObject({ blocked: false, notBefore: expect.any(Number) });
  });

  it('is compared by its id, never by its name', async () => {
    const world = company({ entitlements: [{ id: 'aws', ends: 'access' }] });
    expect((await world.submit(lost('00gAws'))).status).toBe('skipped');
  });

  it('two of one event are two revocations', async () => {
    const entitlements = ['a', 'b'].map((id) => ({ id, ends: 'access' as const }));
    const world = company({ entitlements });
    const [one, two] = [await world.submit(lost('a')), await world.submit(lost('b'))];
    expect(one.revocationId).not.toBe(two.revocationId);
  });
});

describe('a return', () => {
  const suspended = (at: string) => changeOf(dana, 'suspended', { eventId: `s-${at}`, occurredAt: at });
  const returned = (at: string, source = 'okta') =>
    changeOf(dana, 'reactivated', { eventId: `r-${at}`, occurredAt: at, source });
  const at = (minute: number) => `2026-03-02T08:${String(minute).padStart(2, '0')}:00.000Z`;

  it('restores nothing by default', async () => {
    const world = company();
    await world.submit(suspended(at(10)));
    await world.drain();
    const { reason } = await world.submit(returned(at(20)));
    await world.drain();
    expect([reason, alive(world)]).toEqual(['restored-by-operator-only', false]);
  });

  it('switched to automatic undoes every suspension from before it', async () => {
    const world = company({ restore: 'automatic' });
    const one = await world.submit(suspended(at(10)));
    const two = await world.submit(suspended(at(15)));
    await world.drain();
    const { reason } = await world.submit(returned(at(20)));
    await world.drain();
    expect([reason, alive(world)]).toEqual(['suspension-restored', true]);
    for (const { revocationId } of [one, two])
      expect((await world.revocations.get(revocationId))?.status).toBe('restored');
  });

  it('undoes neither what came later, nor a deactivation, nor what another source did', async () => {
    const world = company({ restore: 'automatic' });
    const outcomes: (string | undefined)[] = [];
    const later = await world.submit(suspended(at(30)));
    outcomes.push((await world.submit(returned(at(20)))).reason);
    await world.operate({ restore: later.revocationId, reason: 'test' });
    await world.drain();
    await world.submit(changeOf(dana, 'deactivated', { occurredAt: at(31) }));
    outcomes.push((await world.submit(returned(at(40)))).reason);
    await world.submit(suspended(at(41)));
    outcomes.push((await world.submit(returned(at(50), 'operator'))).reason);
    await world.drain();
    expect(outcomes).toEqual(['nothing-to-restore', 'nothing-to-restore', 'nothing-to-restore']);
    expect(alive(world)).toBe(false);
  });

  it('that arrives before its suspension wins over it, under any of the person’s names', async () => {
    const world = company({ restore: 'automatic' });
    const id = { format: 'opaque', id: '00uDana' } as const;
    await world.links.link([{ format: 'email', email: dana }, id]);
    await world.submit(changeOf(dana, 'reactivated', { subject: id, occurredAt: at(20) }));
    const { status, reason } = await world.submit(suspended(at(10)));
    await world.drain();
    expect({ status, reason }).toEqual({ status: 'skipped', reason: 'superseded' });
    expect(alive(world)).toBe(true);
  });

  it('that is observed only restores nothing', async () => {
    const world = company({ restore: 'automatic', mode: 'observe' });
    await world.submit(suspended(at(10)));
    expect((await world.submit(returned(at(20)))).reason).toBe('restored-by-operator-only');
  });
});

describe('an address in other capitals', () => {
  it.each([
    ['folded', dana, 'act'],
    ['folded', 'Dana@acme.example', 'act'],
    ['exact', dana, 'act'],
    ['exact', 'Dana@acme.example', 'held'],
  ] as const)('with emailCase %s, the event says %s: %s', async (emailCase, email, verdict) => {
    const world = company();
    Object.assign(world.rules.ownership, { emailCase });
    await world.submit(changeOf(email, 'deactivated'));
    await world.drain();
    expect(alive(world)).toBe(verdict === 'held');
    const reasons = world.recorded('held').map(({ data }) => data.reason);
    expect(reasons).toEqual(verdict === 'held' ? ['email-spelled-otherwise'] : []);
  });
});

describe('links', () => {
  const id = { format: 'opaque', id: '00uDana' } as const;
  const email = { format: 'email', email: dana } as const;

  it('find what belongs to the person under another name', async () => {
    const world = company();
    await world.links.link([email, id]);
    await world.submit(changeOf(dana, 'deactivated', { subject: id }));
    await world.drain();
    expect(alive(world)).toBe(false);
  });

  it('name an IAM user that carries no tag', async () => {
    const world = company();
    world.account.addUser('legacy', {}, ['AKIALEGACY']);
    await world.links.link([email, { format: 'uri', uri: 'arn:aws:iam::123456789012:user/legacy' }]);
    await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    expect(world.account.keys.get('AKIALEGACY')?.active).toBe(false);
  });

  it('that disagree with a tag hold the principal for a human', async () => {
    const world = company();
    world.account.addUser('legacy', { 'cutoff:owner': 'erin@acme.example' }, ['AKIALEGACY']);
    await world.links.link([email, { format: 'uri', uri: 'arn:aws:iam::123456789012:user/legacy' }]);
    await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    expect(world.account.keys.get('AKIALEGACY')?.active).toBe(true);
    expect(world.recorded('held').map(({ data }) => data.reason)).toEqual(['owner-tags-disagree']);
  });

  it('that lead to two people hold the change, and nobody is cut', async () => {
    const world = company();
    await world.links.link([email, { format: 'opaque', id: 'a' }]);
    await world.links.link([id, { format: 'opaque', id: 'b' }]);
    const { status, reason } = await world.submit(changeOf(dana, 'deactivated', { aliases: [id] }));
    await world.drain();
    expect({ status, reason }).toEqual({ status: 'held', reason: 'identity-ambiguous' });
    expect(alive(world)).toBe(true);
  });

  it('made between two deliveries of an event do not make it another revocation', async () => {
    const world = company();
    const change = changeOf(dana, 'deactivated', { subject: id });
    const first = await world.submit(change);
    await world.links.link([email, id]);
    expect((await world.submit(change)).revocationId).toBe(first.revocationId);
  });
});
