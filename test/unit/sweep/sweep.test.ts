import { describe, expect, it } from 'vitest';
import { changeOf } from '../../support/world.ts';
import {
  apiKeyOf,
  company,
  dana,
  days,
  entryOf,
  lately,
  later,
  longAgo,
  orphanPolicy,
  settingsOf,
  sweeping,
  unusedPolicy,
} from './sweeping.ts';

describe('a stale key', () => {
  it('is told of, disabled, held and deleted, and the key beside it, which is used, is not touched', async () => {
    const world = company();
    expect(await later(world, 0)).toEqual(['notify']);
    expect(await later(world, 1)).toEqual(['wait']);
    expect(await later(world, 6)).toEqual(['notify']);
    expect(world.account.keys.get('AKIASTALEEXAMPLE0001')?.active).toBe(true);
    expect(await later(world, 7)).toEqual(['disable']);
    expect(world.account.keys.get('AKIASTALEEXAMPLE0001')?.active).toBe(false);
    expect(world.recorded('verified').map(({ credential }) => credential)).toContain(
      'iam-access-key:123456789012:global:AKIASTALEEXAMPLE0001',
    );
    expect(await later(world, 1)).toEqual(['notify']);
    expect(await later(world, 28)).toEqual(['wait']);
    expect(await later(world, 2)).toEqual(['delete']);
    expect([...world.account.keys.keys()]).toEqual(['AKIAFRESHEXAMPLE0001']);
    expect(world.account.keys.get('AKIAFRESHEXAMPLE0001')?.active).toBe(true);
    expect(world.account.users.get('dana')).toMatchObject({ live: true });
    expect(await later(world, 1)).toEqual([]);
    const steps = world.notices.map(({ planned }) => planned?.step);
    expect(steps).toEqual(['disable', 'disable', 'delete']);
    expect(world.notices.slice(0, 2).map(({ owners, fact }) => [owners, fact])).toEqual([
      [[`email:${dana}`], 'never used since 2025-10-01T00:00:00Z'],
      [[`email:${dana}`], 'never used since 2025-10-01T00:00:00Z'],
    ]);
    expect(new Set(world.notices.map(({ id }) => id)).size).toBe(3);
  });

  it('is one revocation, however often the sweep runs', async () => {
    const world = company();
    await later(world, 0);
    await later(world, 14); // the second notice, which was missed, comes first
    await later(world, 0);
    await later(world, 0);
    expect(new Set(world.recorded('planned').map(({ revocationId }) => revocationId)).size).toBe(1);
    expect(world.notices.filter(({ planned }) => planned?.step === 'disable')).toHaveLength(2);
  });

  it('that is used meanwhile is let go, also between the run and the cut', async () => {
    const world = company();
    await later(world, 0);
    world.advance(days(14));
    await world.report();
    await world.report(); // the event is on its way
    const key = world.account.keys.get('AKIASTALEEXAMPLE0001');
    if (key) key.usedAt = world.now().toISOString();
    await world.drain();
    expect(key?.active).toBe(true);
    expect(world.recorded('skipped')).toHaveLength(1);
    expect(await later(world, 1)).toEqual(['wait: nothing-came-of-it']);
    // Lists are late, and say that it is unused: the owner was told, so it goes on from there.
    if (key) delete key.usedAt;
    expect(await later(world, 1)).toEqual(['disable']);
    expect(key?.active).toBe(false);
  });

  it('that its owner wants back is not found again for a while, and then it is', async () => {
    const world = company();
    world.account.keys.delete('AKIAFRESHEXAMPLE0001');
    await later(world, 0);
    await later(world, 7);
    await later(world, 7);
    const [{ revocationId = '' } = {}] = world.recorded('verified');
    await world.operate({ restore: revocationId, reason: 'quarterly job' });
    await world.drain();
    expect(world.account.keys.get('AKIASTALEEXAMPLE0001')?.active).toBe(true);
    expect(await later(world, 1)).toEqual(['spare: restored']);
    expect(await later(world, 60)).toEqual(['spare: restored']);
    expect(await later(world, 31)).toEqual(['notify']);
    expect(await later(world, 7)).toEqual(['notify']);
    expect(await later(world, 7)).toEqual(['disable']);
    expect(world.account.keys.get('AKIASTALEEXAMPLE0001')?.active).toBe(false);
  });

  it('is kept by an operator’s word for as long as the settings let it count', async () => {
    const world = company();
    world.account.keys.delete('AKIAFRESHEXAMPLE0001');
    const named = { kind: 'iam-access-key', id: 'AKIASTALEEXAMPLE0001' };
    await world.operate({ keep: named, until: '2027-03-01', reason: 'for good' });
    expect(await later(world, 89)).toEqual(['spare: exempt']);
    expect(await later(world, 2)).toEqual(['notify']);
    expect(await later(world, 14)).toEqual(['notify']);
    expect(await later(world, 0)).toEqual(['disable']);
    expect(world.account.keys.get('AKIASTALEEXAMPLE0001')?.active).toBe(false);
  });

  it('is kept by an operator’s word, until that is over', async () => {
    const world = company();
    const named = { kind: 'iam-access-key', id: 'AKIASTALEEXAMPLE0001' };
    await world.operate({ keep: named, until: '2026-03-20', reason: 'moving to a role' });
    expect(await later(world, 0)).toEqual(['spare: exempt']);
    expect(await later(world, 20)).toEqual(['notify']);
  });

  it('of a protected user, of nobody in particular, or exempt, is left alone and said to be', async () => {
    const world = company();
    world.account.users.set('dana', { live: true, tags: { 'cutoff:protected': 'true' } });
    expect(await later(world, 0)).toEqual(['spare: protected']);
  });
});

describe('whoever was told', () => {
  it('and was spared since, or found no more, is told anew, with all of the days', async () => {
    const world = company();
    world.account.keys.delete('AKIAFRESHEXAMPLE0001');
    expect(await later(world, 0)).toEqual(['notify']);
    const named = { kind: 'iam-access-key', id: 'AKIASTALEEXAMPLE0001' };
    await world.operate({ keep: named, until: '2026-03-12', reason: 'in use next week' });
    expect(await later(world, 1)).toEqual(['spare: exempt']);
    expect(await later(world, 13)).toEqual(['notify']);
    expect(world.notices.at(-1)?.planned?.at).toBe(
      new Date(world.now().getTime() + 14 * 86_400_000).toISOString(),
    );
    const key = world.account.keys.get('AKIASTALEEXAMPLE0001');
    world.account.keys.delete('AKIASTALEEXAMPLE0001');
    expect(await later(world, 1)).toEqual([]);
    if (key) world.account.keys.set('AKIASTALEEXAMPLE0001', key);
    expect(await later(world, 13)).toEqual(['notify']);
    expect(await later(world, 6)).toEqual(['wait']);
    expect(new Set(world.notices.map(({ id }) => id)).size).toBe(3);
  });
});

describe('an orphan', () => {
  it('is quarantined, and comes back whole', async () => {
    const world = sweeping({ made: { stray: lately }, used: { stray: lately } }, settingsOf(orphanPolicy));
    const key = world.account.addApiKey('stray', {});
    await world.registry.register(
      key,
      { owners: [], isProtected: false, entitlements: [] },
      { orphan: 'no-owner' },
    );
    expect(await later(world, 0)).toEqual(['notify']);
    expect(await later(world, 7)).toEqual(['disable']);
    expect(world.account.apiKeys.get('stray')?.live).toBe(false);
    const [{ revocationId = '' } = {}] = world.recorded('verified');
    await world.operate({ restore: revocationId, reason: 'it is ours' });
    await world.drain();
    expect(world.account.apiKeys.get('stray')?.live).toBe(true);
  });

  it('is none where tags disagree: who owns it, a human decides', async () => {
    const policy = { ...orphanPolicy, when: { createdDays: 1 } };
    const world = sweeping({ made: { torn: longAgo } }, settingsOf(orphanPolicy, { ...policy, name: 'old' }));
    const key = world.account.addApiKey('torn', { 'cutoff:owner': dana, owner: 'erin@acme.example' });
    // As of the last upkeep, before the second tag came.
    const nobody = { owners: [], isProtected: false, entitlements: [] };
    await world.registry.register(key, nobody, { orphan: 'no-owner' });
    const { items } = await world.report();
    expect(items).toMatchObject([{ policy: 'old', owners: [] }]);
  });

  it('is not cut once more where a leaver’s revocation holds it down already', async () => {
    const policy = { ...orphanPolicy, kinds: ['iam-user'] };
    const world = sweeping({ made: {} }, settingsOf(policy));
    const user = world.account.addUser('dana', { owner: dana });
    await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    await world.registry.register(user, entryOf(dana), { orphan: 'owner-gone' });
    expect(await later(world, 0)).toEqual(['spare: already-inactive']);
  });

  it('is quarantined however busy it is: its last use says nothing about whose it is', async () => {
    const policy = { ...orphanPolicy, kinds: ['iam-access-key'] };
    const id = 'AKIABUSYEXAMPLE00001';
    const used = { [id]: lately };
    const world = sweeping({ made: { [id]: longAgo }, used }, settingsOf(policy));
    const user = world.account.addUser('stray', {}, [id]);
    const nobody = { owners: [], isProtected: false, entitlements: [] };
    await world.registry.register(user, nobody, { orphan: 'no-owner' });
    expect(await later(world, 0)).toEqual(['notify']);
    const key = world.account.keys.get(id);
    if (key) key.usedAt = '2026-03-20T00:00:00.000Z';
    expect(await later(world, 7)).toEqual(['disable']);
    expect(key?.active).toBe(false);
  });
});

describe('what was issued', () => {
  const expiring = {
    name: 'expiring',
    kinds: ['api-gateway-key'],
    when: { expiringDays: 14 },
    steps: { notify: [0, 13] },
  };

  it('is told of before it ends, by the registry’s word, and when', async () => {
    const world = sweeping({ made: { KEYENDS: lately, KEYSTAYS: lately } }, settingsOf(expiring));
    const entry = entryOf(dana);
    for (const [id, expiresAt] of [
      ['KEYENDS', '2026-03-14T00:00:00.000Z'],
      ['KEYSTAYS', '2026-06-01T00:00:00.000Z'],
    ] as const) {
      await world.registry.issued(apiKeyOf(world, id, dana), entry, { issuance: id, expiresAt });
    }
    expect(await later(world, 0)).toEqual(['notify']);
    const planned = { step: 'disable', at: '2026-03-14T00:00:00.000Z' };
    expect(world.notices).toMatchObject([
      { credential: { id: 'KEYENDS' }, planned, owners: [`email:${dana}`] },
    ]);
    expect(world.source.reads).toEqual(['KEYENDS']);
  });
});

describe('what is past its end', () => {
  it('and alive, since somebody turned it on, or would not have it ended, is found', async () => {
    const policy = {
      name: 'expired',
      kinds: ['api-gateway-key'],
      when: { expired: true },
      steps: { notify: [], disable: 0 },
    };
    const world = sweeping({ made: { KEYOVER: lately }, used: { KEYOVER: lately } }, settingsOf(policy));
    const credential = apiKeyOf(world, 'KEYOVER', dana);
    const expiresAt = '2026-03-02T10:00:00.000Z';
    await world.registry.issued(credential, entryOf(dana), { issuance: 'iss-1', expiresAt });
    await world.registry.endExpiry({ credential, expiresAt });
    expect(await later(world, 1)).toEqual(['disable']);
    expect(world.account.apiKeys.get('KEYOVER')?.live).toBe(false);
  });
});

describe('what belongs to a protected address', () => {
  it('is spared, whatever its own tags say', async () => {
    const world = company();
    const { rules } = world.deps;
    const protection = { ...rules.protection, emails: [dana] };
    const { items } = await world.report({ rules: { ...rules, protection } });
    expect(items).toMatchObject([{ step: 'spare', reason: 'protected' }]);
  });
});

describe('a policy without notices', () => {
  it('counts its days from when something was found again', async () => {
    const quiet = { ...unusedPolicy, steps: { notify: [], disable: 14 } };
    const world = company(settingsOf(quiet));
    const key = world.account.keys.get('AKIASTALEEXAMPLE0001');
    world.account.keys.delete('AKIAFRESHEXAMPLE0001');
    expect(await later(world, 0)).toEqual(['wait']);
    world.account.keys.delete('AKIASTALEEXAMPLE0001');
    expect(await later(world, 1)).toEqual([]);
    if (key) world.account.keys.set('AKIASTALEEXAMPLE0001', key);
    expect(await later(world, 30)).toEqual(['wait']);
    expect(await later(world, 13)).toEqual(['wait']);
    expect(await later(world, 1)).toEqual(['disable']);
  });
});

describe('the last run', () => {
  it('is told again, and says so where there was none', async () => {
    const world = company();
    await expect(world.run({ last: true })).rejects.toThrow('request.last');
    const { items, runId } = await world.report();
    expect(await world.run({ last: true })).toMatchObject({ runId, items, counts: { notify: 1 } });
  });
});

describe('observing', () => {
  it('reports the very plan that enforcing carries out, with key ids, and writes nothing but its report', async () => {
    const world = company();
    const observed = await world.report({ mode: 'observe' });
    const calls = [...world.account.calls];
    expect(observed.items.map(({ credential }) => credential.id)).toEqual(['AKIASTALEEXAMPLE0001']);
    expect([world.notices, world.queue, world.audit]).toEqual([[], [], []]);
    expect(await world.deps.cases.of('unused', observed.items[0]?.credential as never)).toBeUndefined();
    expect(calls.filter((call) => /deny|revoke|restore|remove/.test(call))).toEqual([]);
    const enforced = await world.report();
    expect(enforced.items).toEqual(observed.items);
    expect(world.notices).toHaveLength(1);
  });

  it('by hand writes nothing at all, and says the same', async () => {
    const world = company();
    const fail = () => Promise.reject(new Error('a write'));
    const { runs: real } = world.deps;
    const runs: typeof real = {
      begin: fail,
      end: fail,
      saveCheckpoint: fail,
      savePage: fail,
      complete: fail,
      checkpoint: fail,
      last: (place) => real.last(place),
      items: (place, head) => real.items(place, head),
    };
    const dry = await world.run({ dryRun: true }, { runs });
    const carriedOut = await world.report();
    expect(dry).toMatchObject({ mode: 'dry-run', items: carriedOut.items, counts: { notify: 1 } });
  });

  it('says what is different from the run before', async () => {
    const world = company();
    expect((await world.report()).diff).toMatchObject({
      added: ['unused iam-access-key:123456789012:global:AKIASTALEEXAMPLE0001'],
    });
    world.advance(days(1));
    expect((await world.report()).diff).toMatchObject({
      added: [],
      changed: [{ from: 'notify', to: 'wait' }],
    });
    world.account.keys.delete('AKIASTALEEXAMPLE0001');
    expect((await world.report()).diff).toMatchObject({
      gone: ['unused iam-access-key:123456789012:global:AKIASTALEEXAMPLE0001'],
    });
  });
});
