import { sweepSchema } from '../../functions/domain/sweep-settings.ts';
import type { NotedRows } from './report.ts';
import { sideBySide } from './side-by-side.ts';
import { rounded } from './spread.ts';
import { StaleAccount, usersPerAccount } from './stale-account.ts';
import { type Counts, clientsOf, manners } from './stale-clients.ts';
import { hastySweep, naiveSweep } from './sweep-naive.ts';
import { storeMilliseconds, sweepRun, workers } from './sweep-run.ts';
import { VirtualClock } from './virtual-clock.ts';

const sizes = [1000, 5000, 10_000, 100_000];
const start = new Date('2026-03-02T09:00:00.000Z');

const settings = sweepSchema.parse({});
const unusedDays = settings.policies.find(({ name }) => name === 'unused')?.when.unusedDays ?? 0;

/** As many as it takes, since none may have more than its quota. */
const accountsOf = (users: number): StaleAccount[] =>
  Array.from({ length: Math.ceil(users / usersPerAccount) }, (_, at) => {
    const some = Math.min(usersPerAccount, users - at * usersPerAccount);
    return new StaleAccount({ account: String(100_000_000_000 + at), users: some, now: start });
  });

const callsIn = (counts: Counts): number => Object.values(counts).reduce((sum, calls) => sum + calls, 0);

/** Whoever finds anything else is no contender. */
const mustFindAll = (who: string, stale: readonly string[], accounts: readonly StaleAccount[]): void => {
  const expected = accounts.flatMap((account) => account.stale()).sort();
  if (stale.toSorted().join() === expected.join()) return;
  throw new Error(`${who} found ${stale.length} stale keys, and there are ${expected.length}`);
};

const secondsOf = ({ milliseconds }: VirtualClock): number => rounded(milliseconds / 1000, 1);

const looped = async (accounts: readonly StaleAccount[], loop: typeof naiveSweep, atOnce: number) => {
  const clock = new VirtualClock(start);
  const counts: Counts = {};
  const stale = await clock.run(() =>
    sideBySide(accounts, atOnce, (account) =>
      loop(clientsOf(account, clock, counts), { unusedDays, now: clock.now }),
    ),
  );
  mustFindAll('the loop', stale.flat(), accounts);
  return { apiCalls: callsIn(counts), seconds: secondsOf(clock) };
};

const swept = async (accounts: readonly StaleAccount[]) => {
  const clock = new VirtualClock(start);
  const counts: Counts = {};
  const stores: Counts = {};
  const runs = await clock.run(() =>
    sideBySide(accounts, workers, (account) => sweepRun(account, { clock, settings, counts, stores })),
  );
  mustFindAll(
    'the sweep',
    runs.flatMap(({ stale }) => stale),
    accounts,
  );
  const suspects = runs.reduce((sum, run) => sum + run.suspects, 0);
  const [apiCalls, storeCalls] = [callsIn(counts), callsIn(stores)];
  return { suspects, apiCalls, storeCalls, seconds: secondsOf(clock) };
};

const rowFor = async (users: number) => {
  const accounts = accountsOf(users);
  const { suspects, apiCalls, storeCalls, seconds } = await swept(accounts);
  const naive = await looped(accounts, naiveSweep, 1);
  const hasty = await looped(accounts, hastySweep, workers);
  return {
    ...{ users, accounts: accounts.length, keys: users * 2, apiKeys: users, suspects },
    ...{ apiCalls, naiveApiCalls: naive.apiCalls, storeCalls },
    ...{ seconds, naiveSeconds: naive.seconds, hastySeconds: hasty.seconds },
  };
};

const { iam, apiGateway } = manners;

/** The sweep against the obvious loop over users, for what both find: one key and one API key of a hundred are stale. */
export const benchSweep = async (): Promise<NotedRows> => {
  const rows: object[] = [];
  for (const users of sizes) rows.push(await rowFor(users));
  return {
    notes: [
      'In virtual time: clients and stores are in memory, and only their waits count; the sweep and its sources are the real ones.',
      `A call takes ${iam.latency} ms. Of an account, IAM takes ${iam.perSecond} a second (assumed), API Gateway ${apiGateway.perSecond} (documented); what is above waits its turn and is never refused.`,
      `A call of a store takes ${storeMilliseconds} ms; the loop has no stores. The sweep keeps to less than the quotas by itself (functions/shared/pace.ts).`,
      `Accounts have ${usersPerAccount} users at most, two access keys and an API key each. The sweep has ${workers} accounts in work at a time. The naive loop does one call after the other; the hasty one has ${workers} accounts in work too, and in each both services at once, as fast as their quotas allow.`,
    ],
    rows,
  };
};
