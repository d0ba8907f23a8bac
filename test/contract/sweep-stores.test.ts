import { randomBytes } from 'node:crypto';
import { type DynamoDBDocumentClient, GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Credential } from '../../functions/domain/credential.ts';
import { Conflict, InvalidInput } from '../../functions/domain/errors.ts';
import type { SweepCase } from '../../functions/domain/sweep-case.ts';
import type { SweepItem } from '../../functions/domain/sweep-plan.ts';
import { DynamoSweepCases } from '../../functions/stores/dynamo-sweep-cases.ts';
import { DynamoSweepRuns } from '../../functions/stores/dynamo-sweep-runs.ts';
import { DynamoKeeps, type Keeps } from '../../functions/stores/keeps.ts';
import { DynamoRateLimits, type RateLimits } from '../../functions/stores/rate-limits.ts';
import type { SweepCases, SweepRuns } from '../../functions/stores/sweeps.ts';
import { localTables } from '../support/local-tables.ts';
import { MemoryKeeps } from '../support/memory-keeps.ts';
import { MemoryRateLimits, MemorySweepCases, MemorySweepRuns } from '../support/memory-sweeps.ts';

interface Stores {
  readonly runs: SweepRuns;
  readonly cases: SweepCases;
  readonly limits: RateLimits;
  readonly keeps: Keeps;
}

const client = localTables();
const start = Date.parse('2026-03-02T09:00:00.000Z');
const day = 86_400_000;
let clock = start;
const now = () => new Date(clock);
beforeEach(() => {
  clock = start;
});

const memory = (): Stores => ({
  runs: new MemorySweepRuns(now),
  cases: new MemorySweepCases(),
  limits: new MemoryRateLimits(now),
  keeps: new MemoryKeeps(),
});

const dynamo = (): Stores => ({
  runs: new DynamoSweepRuns(client(), 'revocations', now),
  cases: new DynamoSweepCases(client(), 'revocations', now),
  limits: new DynamoRateLimits(client(), 'revocations', now),
  keeps: new DynamoKeeps(client(), 'revocations'),
});

const key = (id: string): Credential => ({
  kind: 'api-gateway-key',
  account: '123456789012',
  region: 'eu-west-1',
  id,
});

const place = (account: string) => ({ account, region: 'eu-west-1' });

const itemOf = (id: string, fact = 'unused'): SweepItem => ({
  policy: 'unused',
  credential: key(id),
  owners: ['email:dana@acme.example'],
  fact,
  step: 'wait',
});

const caseOf = (id: string, overrides: Partial<SweepCase> = {}): SweepCase => ({
  policy: 'unused',
  credential: key(id),
  owners: [],
  fact: 'unused',
  foundAt: '2026-03-02T09:00:00.000Z',
  told: 0,
  version: 0,
  ...overrides,
});

/** What nothing can make small: some of these are more than the megabyte that one answer of DynamoDB has. */
const longFact = (bytes = 400_000) => randomBytes((bytes * 3) / 4).toString('base64');

const headOf = (runId: string, pages: number) => ({
  runId,
  startedAt: new Date(clock).toISOString(),
  mode: 'observe' as const,
  pages,
});

describe.each([
  ['in memory', memory],
  ['in DynamoDB', dynamo],
])('stores of sweeps %s', (_, make) => {
  it('runs: one at a time has a place, until it ends or its time is over', async () => {
    const { runs } = make();
    const here = place('100000000001');
    expect(await runs.begin(here, 'a', 60)).toBe(true);
    expect(await runs.begin(here, 'b', 60)).toBe(false);
    expect(await runs.begin(here, 'a', 60)).toBe(true);
    expect(await runs.begin(place('100000000002'), 'b', 60)).toBe(true);
    await runs.end(here, 'b');
    expect(await runs.begin(here, 'b', 60)).toBe(false);
    await runs.end(here, 'a');
    expect(await runs.begin(here, 'b', 60)).toBe(true);
    clock += 59_999;
    expect(await runs.begin(here, 'a', 60)).toBe(false);
    clock += 1;
    expect(await runs.begin(here, 'a', 60)).toBe(true);
    await runs.end(here, 'b');
    expect(await runs.begin(here, 'b', 60)).toBe(false);
  });

  it('runs: a lease that is taken again stands from then', async () => {
    const { runs } = make();
    const here = place('100000000003');
    await runs.begin(here, 'a', 60);
    clock += 50_000;
    await runs.begin(here, 'a', 60);
    clock += 50_000;
    expect(await runs.begin(here, 'b', 60)).toBe(false);
  });

  it('runs: of two that begin at once one has the place', async () => {
    const { runs } = make();
    const begun = await Promise.all(['a', 'b', 'c'].map((id) => runs.begin(place('100000000004'), id, 60)));
    expect(begun.filter(Boolean)).toHaveLength(1);
  });

  it('runs: one that lost its place writes over nothing of the one that has it', async () => {
    const { runs } = make();
    const here = place('100000000005');
    const at = { version: 1, at: '2026-03-02T09:00:00.000Z', cursor: 'x', pages: 0 };
    await runs.begin(here, 'a', 60);
    clock += 60_000;
    await runs.begin(here, 'b', 60);
    await runs.saveCheckpoint(here, { ...at, runId: 'b' });
    await expect(runs.saveCheckpoint(here, { ...at, runId: 'a' })).rejects.toBeInstanceOf(Conflict);
    await expect(runs.complete(here, headOf('a', 0))).rejects.toBeInstanceOf(Conflict);
    expect(await runs.checkpoint(here)).toEqual({ ...at, runId: 'b' });
    expect(await runs.last(here)).toBeUndefined();
  });

  it('runs: a checkpoint is there until its run is complete, which is the last one then', async () => {
    const { runs } = make();
    const here = place('100000000006');
    const at = {
      version: 1,
      at: '2026-03-02T09:00:00.000Z',
      runId: 'a',
      cursor: 'iam-user:100000000006:global:dana',
      pages: 3,
    };
    expect(await runs.checkpoint(here)).toBeUndefined();
    expect(await runs.last(here)).toBeUndefined();
    await runs.begin(here, 'a', 60);
    await runs.saveCheckpoint(here, { ...at, pages: 2 });
    await runs.saveCheckpoint(here, at);
    expect(await runs.checkpoint(here)).toEqual(at);
    expect(await runs.checkpoint(place('100000000099'))).toBeUndefined();
    await runs.complete(here, headOf('a', 3));
    expect(await runs.checkpoint(here)).toBeUndefined();
    expect(await runs.last(here)).toEqual(headOf('a', 3));
    // It still has the place.
    expect(await runs.begin(here, 'b', 60)).toBe(false);
    await runs.end(here, 'a');
    await runs.complete(here, headOf('b', 0));
    expect(await runs.last(here)).toMatchObject({ runId: 'b' });
  });

  it('runs: gives the items of all pages in order, of that run and of as many pages as it has', async () => {
    const { runs } = make();
    const here = place('100000000007');
    for (let number = 11; number >= 0; number -= 1) {
      await runs.savePage(here, { runId: 'a', number, items: [itemOf(`k${number}`)] });
    }
    await runs.savePage(here, { runId: 'b', number: 0, items: [itemOf('other')] });
    // Done again: what an earlier try stored is replaced.
    await runs.savePage(here, { runId: 'a', number: 1, items: [itemOf('k1a'), itemOf('k1b')] });
    const ids = async (runId: string, pages: number) =>
      (await runs.items(here, { runId, pages })).map(({ credential }) => credential.id);
    const from2 = Array.from({ length: 9 }, (_, index) => `k${index + 2}`);
    expect(await ids('a', 11)).toEqual(['k0', 'k1a', 'k1b', ...from2]);
    expect(await ids('a', 0)).toEqual([]);
    expect(await ids('b', 1)).toEqual(['other']);
    expect(await ids('c', 1)).toEqual([]);
    expect(await runs.items(here, { runId: 'b', pages: 1 })).toEqual([itemOf('other')]);
  });

  it('runs: gives more items than fit into one answer', async () => {
    const { runs } = make();
    const here = place('100000000008');
    const items = Array.from({ length: 5 }, (_, number) => itemOf(`k${number}`, longFact()));
    for (const [number, item] of items.entries())
      await runs.savePage(here, { runId: 'a', number, items: [item] });
    expect(await runs.items(here, { runId: 'a', pages: 5 })).toEqual(items);
  });

  it('runs: the largest page fits', async () => {
    const { runs } = make();
    const items = Array.from({ length: 250 }, (_, at) => ({
      ...itemOf(`arn:aws:secretsmanager:eu-west-1:100000000009:secret:${String(at).padStart(400, 's')}`),
      owners: Array.from({ length: 20 }, (_, owner) => `email:owner-${owner}-of-${at}@partners.acme.example`),
    }));
    await runs.savePage(place('100000000009'), { runId: 'a', number: 0, items });
    expect(await runs.items(place('100000000009'), { runId: 'a', pages: 1 })).toEqual(items);
  });

  it('runs: one whose items may be forgotten is the last one no more', async () => {
    const { runs } = make();
    const here = place('100000000010');
    await runs.complete(here, headOf('a', 0));
    clock += 89 * day;
    expect(await runs.last(here)).toMatchObject({ runId: 'a' });
    clock += day;
    expect(await runs.last(here)).toBeUndefined();
  });

  it('cases: one worker at a time moves a case on, and each policy has its own', async () => {
    const { cases } = make();
    expect(await cases.of('unused', key('c1'))).toBeUndefined();
    const stored = await cases.save(caseOf('c1'));
    expect(stored).toEqual(caseOf('c1', { version: 1 }));
    await expect(cases.save(caseOf('c1'))).rejects.toBeInstanceOf(Conflict);
    const told = await cases.save({ ...stored, told: 1, firstToldAt: '2026-03-02T10:00:00.000Z' });
    await expect(cases.save({ ...stored, told: 9 })).rejects.toBeInstanceOf(Conflict);
    expect(await cases.of('unused', key('c1'))).toEqual(told);
    expect(told).toMatchObject({ told: 1, version: 2 });
    await cases.save(caseOf('c1', { policy: 'orphaned' }));
    expect(await cases.of('unused', key('c1'))).toEqual(told);
    // What was never stored has no version to go on from.
    await expect(cases.save(caseOf('c1-other', { version: 1 }))).rejects.toBeInstanceOf(Conflict);
  });

  it('cases: of two that save one version one wins', async () => {
    const { cases } = make();
    for (const version of [0, 1]) {
      const saves = ['a', 'b', 'c'].map((fact) => cases.save(caseOf('c2', { fact, version })));
      const outcomes = await Promise.allSettled(saves);
      const won = outcomes.filter(({ status }) => status === 'fulfilled');
      expect(won).toHaveLength(1);
      expect(await cases.of('unused', key('c2'))).toEqual(
        (won[0] as PromiseFulfilledResult<SweepCase>).value,
      );
    }
  });

  it('cases: are held while a revocation is under way and they are not over, more than fit into one answer', async () => {
    const { cases } = make();
    const held = async () => (await Array.fromAsync(cases.held())).map(({ credential }) => credential.id);
    await cases.save(caseOf('h0'));
    const saved: SweepCase[] = [];
    for (const id of ['h1', 'h2', 'h3', 'h4']) {
      saved.push(await cases.save(caseOf(id, { revocationId: `rev-${id}`, fact: longFact() })));
    }
    expect((await held()).toSorted()).toEqual(['h1', 'h2', 'h3', 'h4']);
    const [first, second, ...others] = saved;
    if (!first || !second) throw new Error('there are four');
    await cases.save({ ...first, isOver: true });
    const { revocationId: _, ...back } = second;
    await cases.save({ ...back, keptUntil: '2026-06-01T00:00:00.000Z' });
    expect((await held()).toSorted()).toEqual(['h3', 'h4']);
    for (const one of others) await cases.save({ ...one, isOver: true });
    expect(await held()).toEqual([]);
  });

  it('keeps: the last word counts', async () => {
    const { keeps } = make();
    expect(await keeps.of(key('k1'))).toBeUndefined();
    await keeps.keep(key('k1'), {
      reason: 'audit in May',
      until: '2026-06-01',
      at: '2026-05-02T00:00:00.000Z',
    });
    await keeps.keep(key('k1'), {
      reason: 'audit is over',
      until: '2026-05-01',
      at: '2026-04-20T00:00:00.000Z',
    });
    expect(await keeps.of(key('k1'))).toEqual({
      reason: 'audit is over',
      until: '2026-05-01',
      at: '2026-04-20T00:00:00.000Z',
    });
    expect(await keeps.of(key('k2'))).toBeUndefined();
  });

  it('limits: what is not there is waited for, and no more is there than the burst', async () => {
    const { limits } = make();
    const limit = { name: `waits`, perSecond: 4, burst: 8 };
    expect(await limits.take(limit, 5)).toBe(0);
    expect(await limits.take(limit, 5)).toBe(500);
    clock += 499;
    expect(await limits.take(limit, 5)).toBe(1);
    clock += 1;
    expect(await limits.take(limit, 5)).toBe(0);
    expect(await limits.take(limit, 1)).toBe(250);
    clock += 3_600_000;
    expect(await limits.take(limit, 8)).toBe(0);
    expect(await limits.take(limit, 1)).toBe(250);
    expect(await limits.take({ ...limit, name: 'another' }, 8)).toBe(0);
    await expect(limits.take(limit, 9)).rejects.toThrow();
  });

  it('limits: give each of many who wait its turn, at their rate', async () => {
    const { limits } = make();
    const limit = { name: 'turns', perSecond: 10, burst: 10 };
    let taken = 0;
    for (let milliseconds = 0; milliseconds <= 3000; milliseconds += 100) {
      clock = start + milliseconds;
      for (let worker = 0; worker < 3; worker += 1) if ((await limits.take(limit, 1)) === 0) taken += 1;
      expect(taken).toBeLessThanOrEqual(10 + milliseconds / 100);
    }
    expect(taken).toBeGreaterThanOrEqual(39);
  });

  it('limits: twenty takers at once get what is there, and not one more', async () => {
    const { limits } = make();
    const limit = { name: 'twenty', perSecond: 5, burst: 12 };
    const taken = async () => {
      const waits = await Promise.all(Array.from({ length: 20 }, () => limits.take(limit, 1)));
      return waits.filter((wait) => wait === 0).length;
    };
    expect(await taken()).toBe(12);
    clock += 1000;
    const next = await taken();
    expect(next).toBeGreaterThan(0);
    expect(next).toBeLessThanOrEqual(5);
    expect(next + (await taken())).toBeLessThanOrEqual(5);
  });
});

describe('limits of workers whose clocks are off, in DynamoDB', () => {
  const hour = 3_600_000;
  const worker = (off: number) => new DynamoRateLimits(client(), 'revocations', () => new Date(clock + off));

  it.each([
    ['ahead', 5 * hour],
    ['behind', -5 * hour],
  ])('one that is hours %s fills nobody’s bucket and stops nobody', async (name, off) => {
    const limit = { name, perSecond: 10, burst: 10 };
    const [right, wrong] = [worker(0), worker(off)];
    let taken = 0;
    const take = async (one: RateLimits) => {
      if ((await one.take(limit, 1)) === 0) taken += 1;
    };
    for (let count = 0; count < 15; count += 1) await take(count % 2 === 0 ? right : wrong);
    expect(taken).toBe(10);
    for (let milliseconds = 50; milliseconds <= 2000; milliseconds += 50) {
      clock = start + milliseconds;
      for (const one of [wrong, right, wrong, right]) await take(one);
      expect(taken).toBeLessThanOrEqual(10 + milliseconds / 100);
    }
    expect(taken).toBeGreaterThanOrEqual(28);
    // The wrong one is gone: the right one waits for nothing but its turn.
    clock += 1000;
    expect(await right.take(limit, 10)).toBe(0);
  });

  it('a clock that jumps adds one burst, and one that jumps back goes on', async () => {
    const limit = { name: 'jumps', perSecond: 10, burst: 10 };
    let off = 0;
    const limits = new DynamoRateLimits(client(), 'revocations', () => new Date(clock + off));
    expect(await limits.take(limit, 10)).toBe(0);
    off = 5 * hour;
    expect(await limits.take(limit, 10)).toBe(0);
    expect(await limits.take(limit, 1)).toBe(100);
    off = 0;
    expect(await limits.take(limit, 1)).toBe(100);
    clock += 100;
    expect(await limits.take(limit, 1)).toBe(0);
  });

  it('what overflowed while one watched and another took is not there twice', async () => {
    const limit = { name: 'overflow', perSecond: 10, burst: 10 };
    const [first, second] = [worker(0), worker(0)];
    expect(await first.take(limit, 1)).toBe(0);
    clock += 100_000;
    expect(await second.take(limit, 9)).toBe(0);
    expect(await first.take(limit, 10)).toBeGreaterThan(0);
    clock += 500;
    let taken = 0;
    for (const one of [first, second, first, second]) {
      for (let count = 0; count < 10; count += 1) if ((await one.take(limit, 1)) === 0) taken += 1;
    }
    // A full bucket less nine, and half a second.
    expect(taken).toBeLessThanOrEqual(6);
  });

  it('more than is ever there is asked for by mistake', async () => {
    const limit = { name: 'mistake', perSecond: 1, burst: 2 };
    await expect(worker(0).take(limit, 3)).rejects.toBeInstanceOf(InvalidInput);
  });
});

describe('rows of sweeps in DynamoDB', () => {
  it('a run without pages is not asked for any: DynamoDB refuses a range that ends before it begins', async () => {
    const runs = new DynamoSweepRuns({} as DynamoDBDocumentClient, 'revocations', now);
    expect(await runs.items(place('200000000002'), { runId: 'a', pages: 0 })).toEqual([]);
  });

  it('pages carry the time at which they are forgotten, and nothing else does', async () => {
    const stores = dynamo();
    const here = place('200000000001');
    await stores.runs.begin(here, 'a', 60);
    await stores.runs.savePage(here, { runId: 'a', number: 0, items: [] });
    await stores.runs.complete(here, headOf('a', 1));
    await stores.cases.save(caseOf('forget'));
    await stores.keeps.keep(key('forget'), {
      reason: 'audit',
      until: '2026-06-01',
      at: '2026-05-02T00:00:00.000Z',
    });
    await stores.limits.take({ name: 'forget', perSecond: 1, burst: 1 }, 1);
    const Key = { pk: 'sweep#200000000001:eu-west-1', sk: 'page#a#000000' };
    const { Item } = await client().send(new GetCommand({ TableName: 'revocations', Key }));
    expect(Item?.forgetAt).toBe(start / 1000 + 90 * 86_400);
    const { Items = [] } = await client().send(
      new ScanCommand({
        TableName: 'revocations',
        FilterExpression: 'attribute_exists(forgetAt) AND NOT begins_with(sk, :page)',
        ExpressionAttributeValues: { ':page': 'page#' },
      }),
    );
    expect(Items).toEqual([]);
  });
});
