import { describe, expect, it } from 'vitest';
import { changeOf } from '../../support/world.ts';
import {
  apiKeyOf,
  company,
  dana,
  days,
  lately,
  later,
  longAgo,
  settingsOf,
  sweeping,
  unusedPolicy,
} from './sweeping.ts';

describe('what was cut for another reason', () => {
  it('is deleted by policy too, after its hold, where nobody else holds it', async () => {
    const world = sweeping({ made: { KEYOLD: longAgo } });
    const key = apiKeyOf(world, 'KEYOLD', dana);
    await world.operate({ credential: { kind: 'api-gateway-key', id: key.id }, reason: 'leaked' });
    await world.drain();
    expect(await later(world, 29)).toEqual(['notify']);
    expect(await later(world, 2)).toEqual(['delete']);
    expect(world.account.apiKeys.has('KEYOLD')).toBe(false);
  });

  it('is not read where no policy deletes anything', async () => {
    const { delete: _, ...steps } = unusedPolicy.steps;
    const world = sweeping({ made: { KEYOLD: lately } }, settingsOf({ ...unusedPolicy, steps }));
    const key = apiKeyOf(world, 'KEYOLD', dana);
    await world.operate({ credential: { kind: 'api-gateway-key', id: key.id }, reason: 'leaked' });
    await world.drain();
    expect(await later(world, 60)).toEqual([]);
    expect(world.source.reads).toEqual([]);
  });

  it('is not deleted with what a leaver had: that revocation holds more than the policy is about', async () => {
    const world = company(settingsOf({ ...unusedPolicy, kinds: ['iam-access-key'] }));
    world.account.addApiKey('KEYDANA', { owner: dana });
    await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    for (const count of [1, 30, 30]) await later(world, count);
    expect(world.recorded('deleted')).toEqual([]);
    expect([world.account.users.has('dana'), world.account.apiKeys.has('KEYDANA')]).toEqual([true, true]);
    expect(world.account.keys.size).toBe(2);
  });

  it('is not deleted with the user that it hangs off, where that was cut by name', async () => {
    const world = company(settingsOf({ ...unusedPolicy, kinds: ['iam-access-key'] }));
    await world.operate({ credential: { kind: 'iam-user', id: 'dana' }, reason: 'leaked' });
    await world.drain();
    for (const count of [1, 30, 30]) await later(world, count);
    expect(world.recorded('deleted')).toEqual([]);
    expect(world.account.users.has('dana')).toBe(true);
  });
});

describe('a deletion', () => {
  const stale = { kind: 'iam-access-key', id: 'AKIASTALEEXAMPLE0001' };
  const disabled = async () => {
    const world = company();
    world.account.keys.delete('AKIAFRESHEXAMPLE0001');
    for (const count of [0, 7, 7]) await later(world, count);
    expect(world.account.keys.get(stale.id)?.active).toBe(false);
    return world;
  };

  it('comes on the day that its owner was told, and not before somebody was told', async () => {
    const world = await disabled();
    const down = { notify: () => Promise.reject(new Error('down')) };
    world.advance(days(40));
    await world.report(down);
    await world.drain();
    expect(world.account.keys.has(stale.id)).toBe(true);
    expect(await later(world, 1)).toEqual(['notify']);
    const [told] = world.notices.slice(-1);
    expect(told).toMatchObject({ planned: { step: 'delete' }, revocationId: expect.stringMatching(/^rev-/) });
    expect(told?.planned?.at).toBe(new Date(world.now().getTime() + 86_400_000).toISOString());
    expect(await later(world, 1)).toEqual(['delete']);
    expect(world.account.keys.has(stale.id)).toBe(false);
  });

  it('is told of anew where a restore came between', async () => {
    const world = await disabled();
    expect(await later(world, 1)).toEqual(['notify']);
    const [{ revocationId = '' } = {}] = world.notices.slice(-1);
    await world.operate({ restore: revocationId, reason: 'quarterly job' });
    await world.drain();
    for (const count of [1, 91, 7, 7]) await later(world, count);
    expect(world.account.keys.get(stale.id)?.active).toBe(false);
    expect(await later(world, 31)).toEqual(['notify']);
    expect(world.account.keys.has(stale.id)).toBe(true);
  });

  it('waits while its revocation cannot be looked at, and is not forgotten', async () => {
    const world = await disabled();
    await later(world, 1);
    const get = world.revocations.get.bind(world.revocations);
    world.revocations.get = () => Promise.reject(new Error('down'));
    world.advance(days(31));
    expect((await world.report()).problems).toMatchObject({ cases: { times: 1 } });
    world.revocations.get = get;
    expect(await later(world, 1)).toEqual(['delete']);
  });

  it('waits for as long as an operator keeps it', async () => {
    const world = await disabled();
    expect(await later(world, 1)).toEqual(['notify']);
    await world.operate({ keep: stale, until: '2026-05-20', reason: 'audit' });
    expect(await later(world, 31)).toEqual(['wait: exempt']);
    expect(world.account.keys.has(stale.id)).toBe(true);
    expect(await later(world, 60)).toEqual(['delete']);
  });

  it('waits while another revocation holds it too', async () => {
    const world = await disabled();
    await later(world, 1);
    const { revocationId } = (await world.operate({ credential: stale, reason: 'leaked' })) as {
      revocationId: string;
    };
    await world.drain();
    expect(await later(world, 31)).toEqual(['wait: held-by-others']);
    await world.operate({ restore: revocationId, reason: 'it was not' });
    await world.drain();
    expect(await later(world, 1)).toEqual(['delete']);
  });

  it('is not of what somebody turned on again: that is cut again, and proven once more', async () => {
    const world = await disabled();
    await later(world, 1);
    const key = world.account.keys.get(stale.id);
    if (key) key.active = true;
    expect(await later(world, 1)).toEqual(['disable: active-again']);
    expect(key?.active).toBe(false);
    expect(world.recorded('unverified').length).toBeGreaterThan(0);
    expect(await later(world, 1)).toEqual(['wait']);
  });
});

describe('a policy that changes', () => {
  const noticesOnly = { ...unusedPolicy, steps: { notify: [0] } };
  const withDisable = { ...unusedPolicy, steps: { notify: [0], disable: 14 } };
  const shorter = { ...unusedPolicy, steps: { notify: [0], disable: 2 } };
  const under = async (world: ReturnType<typeof company>, policy: object, count: number) => {
    world.advance(days(count));
    const { items } = await world.report({ settings: settingsOf(policy) });
    await world.drain();
    return items.map(({ step, reason }) => (reason ? `${step}: ${reason}` : step));
  };

  it('disables nobody who was told of nothing: they are told now', async () => {
    const world = company();
    world.account.keys.delete('AKIAFRESHEXAMPLE0001');
    expect(await under(world, noticesOnly, 0)).toEqual(['notify']);
    expect(await under(world, withDisable, 30)).toEqual(['notify']);
    expect(new Set(world.notices.map(({ id }) => id)).size).toBe(2);
    expect(await under(world, withDisable, 13)).toEqual(['wait']);
    expect(await under(world, withDisable, 1)).toEqual(['disable']);
  });

  it('disables nobody before the day that they were told', async () => {
    const world = company();
    world.account.keys.delete('AKIAFRESHEXAMPLE0001');
    await under(world, withDisable, 0);
    expect(await under(world, shorter, 3)).toEqual(['wait']);
    expect(await under(world, shorter, 11)).toEqual(['disable']);
  });
});
