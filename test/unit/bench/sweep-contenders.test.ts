import { paginateGetApiKeys, paginateGetUsage } from '@aws-sdk/client-api-gateway';
import { GetCredentialReportCommand, paginateListUsers } from '@aws-sdk/client-iam';
import { expect, it } from 'vitest';
import { sweepSchema } from '../../../functions/domain/sweep-settings.ts';
import { usersIn } from '../../../functions/inventory/credential-report-rows.ts';
import { StaleAccount } from '../../bench/stale-account.ts';
import { type Counts, clientsOf } from '../../bench/stale-clients.ts';
import { hastySweep, naiveSweep } from '../../bench/sweep-naive.ts';
import { sweepRun } from '../../bench/sweep-run.ts';
import { VirtualClock } from '../../bench/virtual-clock.ts';

const start = new Date('2026-03-02T09:00:00.000Z');
const settings = sweepSchema.parse({});

const begin = (users: number) => {
  const clock = new VirtualClock(start);
  const account = new StaleAccount({ account: '100000000000', users, now: start });
  const counts: Counts = {};
  return { clock, account, counts, clients: () => clientsOf(account, clock, counts) };
};

const callsIn = (counts: Counts): number => Object.values(counts).reduce((sum, calls) => sum + calls, 0);

it('an account has one stale key and one stale API key for a hundred users', () => {
  const { account } = begin(1000);
  expect(account.stale()).toHaveLength(20);
  expect(begin(10).account.stale()).toHaveLength(1);
});

it('lists it in pages as AWS does, nobody twice and nobody left out', async () => {
  const { clock, account, clients } = begin(2300);
  const { iam, apiGateway: client } = clients();
  const window = { startDate: '2026-03-01', endDate: '2026-03-02', usagePlanId: account.plan };
  const [users, keys, usage] = await clock.run(async () => [
    await Array.fromAsync(paginateListUsers({ client: iam, pageSize: 1000 }, {})),
    await Array.fromAsync(paginateGetApiKeys({ client, pageSize: 500 }, {})),
    await Array.fromAsync(paginateGetUsage({ client, pageSize: 500 }, window)),
  ]);
  expect(users.map(({ Users }) => Users?.length)).toEqual([1000, 1000, 300]);
  expect(new Set(users.flatMap(({ Users }) => Users?.map(({ UserName }) => UserName))).size).toBe(2300);
  expect(keys.map(({ items }) => items?.length)).toEqual([500, 500, 500, 500, 300]);
  const used = Object.entries(usage.reduce((all, { items }) => Object.assign(all, items), {}));
  expect(used).toHaveLength(2300);
  expect(used.every(([, days]) => (days as number[][]).length === 2)).toBe(true);
});

it('reports of its users what reads tell of them', async () => {
  const { clock, account, clients } = begin(101);
  const { Content } = await clock.run(() => clients().iam.send(new GetCredentialReportCommand({})));
  const users = usersIn(Buffer.from(Content ?? []).toString());
  expect(users.map(({ name }) => account.userIn(name))).toEqual([...Array(101).keys()]);
  for (const [user, { keys }] of users.entries()) {
    const uses = ([1, 2] as const).map((key) => account.lastUseOfAccessKey(account.accessKeyOf(user, key)));
    expect(keys.map(({ lastUsedAt }) => lastUsedAt)).toEqual(uses.map((use) => use.toISOString()));
  }
});

it.each([
  ['one call after the other', naiveSweep],
  ['as fast as quotas allow', hastySweep],
])('the loop finds what is stale, %s', async (_, loop) => {
  const { clock, account, counts, clients } = begin(200);
  const found = await clock.run(() => loop(clients(), { unusedDays: 90, now: clock.now }));
  expect(found.sort()).toEqual(account.stale().sort());
  expect(counts).toEqual({
    ...{ ListUsers: 1, ListUserTags: 200, ListAccessKeys: 200, GetAccessKeyLastUsed: 400 },
    ...{ GetUsagePlans: 1, GetApiKeys: 1, GetUsage: 200 },
  });
});

it('the loop never asks for more than the quota has', async () => {
  const { clock, clients } = begin(200);
  await clock.run(() => hastySweep(clients(), { unusedDays: 90, now: clock.now }));
  expect(clock.milliseconds).toBeGreaterThan((801 / 20) * 1000 - 100);
});

it('the sweep finds the same, and reads none but suspects', async () => {
  const { clock, account, counts } = begin(1000);
  const stores: Counts = {};
  const run = await clock.run(() => sweepRun(account, { clock, settings, counts, stores }));
  expect(run.stale.sort()).toEqual(account.stale().sort());
  expect(run.suspects).toBe(20);
  expect(counts).toMatchObject({ GetUser: 10, ListAccessKeys: 10, GetAccessKeyLastUsed: 20, GetApiKey: 10 });
  expect(callsIn(stores)).toBeGreaterThan(0);
});

it('what the sweep costs grows with suspects; a user more on the lists adds a page in a thousand', async () => {
  const costs = [];
  for (const users of [1001, 1099]) {
    const { clock, account, counts } = begin(users);
    const { suspects } = await clock.run(() => sweepRun(account, { clock, settings, counts, stores: {} }));
    costs.push([suspects, callsIn(counts)]);
  }
  const [[few = 0, cheap = 0] = [], [more = 0, dear = 0] = []] = costs;
  expect(more - few).toBe(1); // the API key of the user 1050
  expect(dear - cheap).toBe(3);
});
