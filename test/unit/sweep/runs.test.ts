import { describe, expect, it } from 'vitest';
import { CutoffError } from '../../../functions/domain/errors.ts';
import {
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

describe('what goes wrong', () => {
  it('with one suspect keeps no other from being planned, and alarms', async () => {
    const world = sweeping({ made: { AKIASTALEEXAMPLE0001: longAgo, KEYSTALE: longAgo } });
    world.account.addUser('dana', { owner: dana }, ['AKIASTALEEXAMPLE0001']);
    world.account.addApiKey('KEYSTALE', { owner: dana });
    world.source.fault = ({ kind }) =>
      kind === 'iam-user'
        ? new CutoffError('iam:GetUser was throttled', { code: 'throttled', retryable: true })
        : undefined;
    const report = await world.report();
    expect(report.items.map(({ credential }) => credential.id)).toEqual(['KEYSTALE']);
    expect(report.problems).toEqual({
      'reads of iam-user': { problem: 'throttled: iam:GetUser was throttled', times: 1 },
    });
    expect(world.counted).toContain('SweepProblem');
  });

  it('a user that is deleted in mid-sweep is planned nothing for', async () => {
    const world = company();
    const read = world.source.read.bind(world.source);
    world.source.read = async (principal) => {
      world.account.users.delete('dana');
      return read(principal);
    };
    expect(await world.report()).toMatchObject({ items: [], suspects: 1 });
  });

  it('a last use that lists do not know of yet saves the key', async () => {
    const world = sweeping({
      made: { AKIASTALEEXAMPLE0001: longAgo },
      used: { AKIASTALEEXAMPLE0001: lately },
      rumours: {},
    });
    world.account.addUser('dana', { owner: dana }, ['AKIASTALEEXAMPLE0001']);
    expect(await world.report()).toMatchObject({ items: [], suspects: 1 });
  });

  it('two runs at once in one place are one: the second is busy', async () => {
    const world = company();
    const read = world.source.read.bind(world.source);
    let second: unknown;
    world.source.read = async (principal) => {
      second ??= await world.run();
      return read(principal);
    };
    expect(await world.report()).toMatchObject({ counts: { notify: 1 } });
    expect(second).toMatchObject({ status: 'busy' });
    expect(world.notices).toHaveLength(1);
  });

  it('a notice that could not be sent is sent by the next run, and nothing is disabled before', async () => {
    const world = company();
    const down = { notify: () => Promise.reject(new Error('down')) };
    expect((await world.report(down)).problems).toMatchObject({ 'notify of iam-access-key': { times: 1 } });
    world.advance(days(20));
    await world.report(down);
    await world.drain();
    expect(world.account.keys.get('AKIASTALEEXAMPLE0001')?.active).toBe(true);
    await later(world, 0);
    expect(world.notices).toHaveLength(1);
    expect(await later(world, 6)).toEqual(['wait']);
  });

  it('clocks that are hours ahead make nothing stale, and nothing used', async () => {
    const world = sweeping(
      { made: { AKIANEWEXAMPLE000001: '2026-03-02T15:00:00.000Z' } },
      settingsOf({ ...unusedPolicy, when: { createdDays: 1 } }),
    );
    world.account.addUser('dana', { owner: dana }, ['AKIANEWEXAMPLE000001']);
    expect(await world.report()).toMatchObject({ items: [] });
  });
});

describe('the cap', () => {
  it('lets so many be disabled in a run, and the others in the next', async () => {
    const ids = ['KEY1', 'KEY2', 'KEY3'];
    const policy = { ...unusedPolicy, steps: { notify: [], disable: 0 } };
    const world = sweeping({ made: Object.fromEntries(ids.map((id) => [id, longAgo])) }, settingsOf(policy));
    for (const id of ids) world.account.addApiKey(id, { owner: dana });
    const dead = () => [...world.account.apiKeys.values()].filter(({ live }) => !live).length;
    expect((await world.report({ cap: 2 })).counts).toEqual({ disable: 2, wait: 1 });
    await world.drain();
    expect(dead()).toBe(2);
    await world.report({ cap: 2 });
    await world.drain();
    expect(dead()).toBe(3);
  });
});

describe('a run whose time is over', () => {
  const many = 200;
  const big = () => {
    const made = Object.fromEntries(Array.from({ length: many }, (_, at) => [`KEY${at}`, longAgo]));
    const world = sweeping({ made });
    for (const id of Object.keys(made)) world.account.addApiKey(id, { owner: dana });
    return world;
  };

  it('goes on where it was, in another invocation, and reads nobody twice', async () => {
    const world = big();
    const timeLeft = () => (world.source.reads.length >= 80 ? 1000 : 900_000);
    expect(await world.run({}, { timeLeft })).toMatchObject({ status: 'goes-on' });
    expect(world.goesOn).toEqual([world.home]);
    expect(world.notices).toEqual([]);
    const report = await world.report();
    expect(report).toMatchObject({ runId: 'run-2', counts: { notify: many } });
    expect(new Set(world.source.reads).size).toBe(many);
    expect(world.source.reads).toHaveLength(many);
    expect(world.notices).toHaveLength(many);
  });

  it('begins anew behind a checkpoint of another version, and tells nobody twice', async () => {
    const world = big();
    await world.deps.runs.saveCheckpoint(world.home, {
      version: 0,
      runId: 'old',
      at: world.now().toISOString(),
      cursor: 'zzz',
      pages: 9,
    });
    expect(await world.report()).toMatchObject({ runId: 'run-1', counts: { notify: many } });
    expect(world.counted).toContain('CheckpointDropped');
    expect(await world.deps.runs.checkpoint(world.home)).toBeUndefined();
  });

  it('does the rest of what it planned in the next run', async () => {
    const world = big();
    const timeLeft = () => (world.notices.length >= 50 ? 1000 : 900_000);
    await world.run({}, { timeLeft });
    expect(world.notices).toHaveLength(50);
    expect(world.goesOn).toEqual([world.home]);
    await world.report();
    expect(world.notices).toHaveLength(many);
  });

  it('shares the place with nobody: a run that was begun meanwhile is busy', async () => {
    const world = big();
    const read = world.source.read.bind(world.source);
    let second: unknown;
    world.source.read = async (principal) => {
      // The first checkpoint is there by now.
      if (world.source.reads.length === 120) second = await world.run();
      return read(principal);
    };
    expect(await world.report()).toMatchObject({ counts: { notify: many } });
    expect(second).toMatchObject({ status: 'busy' });
    expect(world.notices).toHaveLength(many);
  });

  it('that broke down after it had acted tells nobody twice, and reports each once', async () => {
    const world = big();
    const { runs } = world.deps;
    const complete = runs.complete.bind(runs);
    runs.complete = () => Promise.reject(new Error('crash'));
    await expect(world.run()).rejects.toThrow('crash');
    expect(world.notices).toHaveLength(many);
    runs.complete = complete;
    const { items } = await world.report();
    expect(items).toHaveLength(many);
    expect(world.notices).toHaveLength(many);
  });

  it('for more than an hour is planned anew: what was kept meanwhile is not disabled', async () => {
    const policy = { ...unusedPolicy, steps: { notify: [], disable: 0 } };
    const made = Object.fromEntries(Array.from({ length: many }, (_, at) => [`KEY${at}`, longAgo]));
    const world = sweeping({ made }, settingsOf(policy));
    for (const id of Object.keys(made)) world.account.addApiKey(id, { owner: dana });
    const timeLeft = () => (world.source.reads.length >= 120 ? 1000 : 900_000);
    expect(await world.run({}, { timeLeft })).toMatchObject({ status: 'goes-on' });
    await world.operate({
      keep: { kind: 'api-gateway-key', id: 'KEY0' },
      until: '2026-04-01',
      reason: 'audit',
    });
    world.advance(3601);
    const { items } = await world.report({ cap: many });
    expect(items.find(({ credential }) => credential.id === 'KEY0')).toMatchObject({ reason: 'exempt' });
    expect(world.counted).toContain('CheckpointDropped');
  });

  it('that was kept a minute before is not disabled either, whatever was planned', async () => {
    const policy = { ...unusedPolicy, steps: { notify: [], disable: 0 } };
    const world = sweeping({ made: { KEYKEPT: longAgo } }, settingsOf(policy));
    world.account.addApiKey('KEYKEPT', { owner: dana });
    const of = world.deps.cases.of.bind(world.deps.cases);
    let asked = 0;
    world.deps.cases.of = async (...about) => {
      asked += 1;
      const named = { kind: 'api-gateway-key', id: 'KEYKEPT' };
      if (asked === 2) await world.operate({ keep: named, until: '2026-04-01', reason: 'audit' });
      return of(...about);
    };
    await world.report();
    await world.drain();
    expect(world.account.apiKeys.get('KEYKEPT')?.live).toBe(true);
  });

  it('with its lists alone fails aloud, instead of beginning again and again', async () => {
    const world = big();
    await expect(world.run({}, { timeLeft: () => 1000 })).rejects.toThrow('the lists alone');
    expect(world.goesOn).toEqual([]);
  });
});

describe('what could not be seen', () => {
  it('is neither gone nor begun anew: a throttled read on day 13 changes no day', async () => {
    const world = company();
    world.account.keys.delete('AKIAFRESHEXAMPLE0001');
    expect(await later(world, 0)).toEqual(['notify']);
    expect(await later(world, 7)).toEqual(['notify']);
    world.source.fault = () =>
      new CutoffError('iam:GetUser was throttled', { code: 'throttled', retryable: true });
    expect(await later(world, 6)).toEqual(['wait: unseen']);
    world.source.fault = () => undefined;
    expect(await later(world, 1)).toEqual(['disable']);
    expect(world.notices.filter(({ planned }) => planned?.step === 'disable')).toHaveLength(2);
  });

  it('is said even where the run goes on in another invocation', async () => {
    const made = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`KEY${at}`, longAgo]));
    const world = sweeping({ made });
    for (const id of Object.keys(made)) world.account.addApiKey(id, { owner: dana });
    world.source.fault = ({ id }) => (id === 'KEY0' ? new Error('down') : undefined);
    const timeLeft = () => (world.source.reads.length >= 80 ? 1000 : 900_000);
    expect(await world.run({}, { timeLeft })).toMatchObject({ status: 'goes-on' });
    expect(world.counted).toContain('SweepProblem');
  });
});
