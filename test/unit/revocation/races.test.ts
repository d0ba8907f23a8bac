import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../../functions/domain/errors.ts';
import { changeOf, makeWorld } from '../../support/world.ts';

const dana = 'dana@acme.example';
const erin = 'erin@acme.example';
const at = (minute: number) => `2026-03-02T08:${String(minute).padStart(2, '0')}:00.000Z`;

const company = (settings: Parameters<typeof makeWorld>[0] = {}) => {
  const world = makeWorld(settings);
  world.account.addUser('dana', { 'cutoff:owner': dana }, ['AKIADANA1']);
  world.account.addUser('erin', { 'cutoff:owner': erin }, ['AKIAERIN1']);
  return world;
};
type World = ReturnType<typeof company>;
const active = (world: World, key = 'AKIADANA1') => world.account.keys.get(key)?.active;

describe('a key made while its user was revoked', () => {
  it('stays off, whichever of two revocations lets go last', async () => {
    const world = company();
    const one = await world.submit(changeOf(dana, 'suspended'));
    await world.until(async () => active(world) === false);
    world.account.keys.set('AKIANEW', { user: 'dana', active: true });
    await world.drain();
    const two = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    for (const { revocationId } of [one, two]) {
      await world.operate({ restore: revocationId, reason: 'came back' });
      await world.drain();
    }
    expect([active(world), active(world, 'AKIANEW')]).toEqual([true, false]);
  });
});

describe('an approval', () => {
  const id = { format: 'opaque', id: '00uDana' } as const;

  it('goes by the links of now, not by those of when the event came', async () => {
    const world = company({ mode: 'observe' });
    const names = [{ format: 'email', email: erin }, id] as const;
    await world.links.link(names);
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated', { subject: id }));
    await world.drain();
    await world.links.cut(id);
    await world.links.link([{ format: 'email', email: dana }, id]);
    await world.operate({ approve: revocationId, reason: 'the link was wrong' });
    await world.drain();
    expect([active(world), active(world, 'AKIAERIN1')]).toEqual([false, true]);
  });

  it('of somebody who has come back since is refused', async () => {
    const world = company({ capPerHour: 1 });
    await world.submit(changeOf(erin, 'suspended'));
    const { revocationId, status } = await world.submit(changeOf(dana, 'suspended', { occurredAt: at(10) }));
    await world.submit(changeOf(dana, 'reactivated', { occurredAt: at(20) }));
    expect(status).toBe('held');
    await expect(world.operate({ approve: revocationId, reason: 'late' })).rejects.toThrow(InvalidInput);
    await world.drain();
    expect(active(world)).toBe(true);
  });
});

describe('a return by itself', () => {
  it('undoes a suspension that was held by the cap and approved', async () => {
    const world = company({ capPerHour: 1, restore: 'automatic' });
    await world.submit(changeOf(erin, 'suspended'));
    const { revocationId } = await world.submit(changeOf(dana, 'suspended', { occurredAt: at(10) }));
    await world.operate({ approve: revocationId, reason: 'known wave' });
    await world.drain();
    expect(active(world)).toBe(false);
    await world.submit(changeOf(dana, 'reactivated', { occurredAt: at(20) }));
    await world.drain();
    expect(active(world)).toBe(true);
  });

  it('of one provider keeps nobody in whom another one put out, however the news arrives', async () => {
    const world = company();
    await world.submit(changeOf(dana, 'reactivated', { source: 'auth0', occurredAt: at(30) }));
    const { status } = await world.submit(changeOf(dana, 'deactivated', { occurredAt: at(20) }));
    expect(status).toBe('contained');
  });
});

describe('a restore in the middle of containing', () => {
  it('leaves nothing down once the event is delivered again', async () => {
    const world = company();
    await world.registry.register(
      { kind: 'iam-user', account: '123456789012', region: 'global', id: 'dana' },
      { owners: [`email:${dana}`], isProtected: false, entitlements: [] },
    );
    const change = changeOf(dana, 'deactivated');
    // The restore comes when the first task is stored and nothing is queued yet.
    const send = world.work.send;
    let restored = false;
    world.work.send = async (messages, delay) => {
      if (restored) return send(messages, delay);
      restored = true;
      const [head] = await world.revocations.listOpen('received');
      if (head && 'id' in head) await world.revocations.move(head, { status: 'restored' });
      throw new Error('the function was stopped');
    };
    await expect(world.submit(change)).rejects.toThrow();
    await world.submit(change);
    await world.drain();
    expect([active(world), world.account.users.get('dana')?.live]).toEqual([true, true]);
    expect([...world.account.denylist.rows.values()].some(({ blocked }) => blocked)).toBe(false);
  });
});

describe('another user under the same name', () => {
  const companyOfLate = () => {
    const world = company();
    const described = world.revokers['iam-user'].describe;
    const younger: typeof described = async (credential) => {
      const facts = await described(credential);
      return facts && { ...facts, createdAt: at(59) };
    };
    Object.assign(world.revokers['iam-user'], { describe: younger });
    return world;
  };

  it('is not cut by what CloudTrail tells late of the one that is gone: a human decides', async () => {
    const world = companyOfLate();
    const credential = { kind: 'iam-user', account: '123456789012', region: 'global', id: 'dana' } as const;
    const subject = { format: 'uri', uri: 'arn:aws:iam::123456789012:user/dana' } as const;
    const gone = changeOf(dana, 'deleted', { subject, credential, occurredAt: at(50) });
    await world.submit(gone);
    expect(world.recorded('held').map(({ data }) => data.reason)).toEqual(['owner-changed']);
    await world.drain();
    expect(active(world)).toBe(true);
  });

  it('does not save a key of theirs that leaked: its id never comes again', async () => {
    const world = companyOfLate();
    const [id = ''] = [...world.account.keys.keys()];
    const place = { account: '123456789012', region: 'global' } as const;
    const credential = { kind: 'iam-access-key', ...place, id, user: 'dana' } as const;
    await world.submit(changeOf(dana, 'credential-compromised', { credential, occurredAt: at(50) }));
    await world.drain();
    expect(active(world)).toBe(false);
  });
});
