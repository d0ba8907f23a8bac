import { credentialsSchema } from '../../functions/domain/credential-settings.ts';
import { enforcementSchema } from '../../functions/domain/enforcement-settings.ts';
import type { SweepSettings } from '../../functions/domain/sweep-settings.ts';
import type { AwsClients } from '../../functions/shared/aws-clients.ts';
import { sharedPace } from '../../functions/shared/pace.ts';
import type { RateLimit } from '../../functions/stores/rate-limits.ts';
import type { SweepDeps } from '../../functions/sweep/deps.ts';
import type { SweepReport } from '../../functions/sweep/report.ts';
import { buildSweepSources } from '../../functions/sweep/sources/index.ts';
import { sweep } from '../../functions/sweep/sweep.ts';
import { MemoryRateLimits, MemorySweepCases, MemorySweepRuns } from '../support/memory-sweeps.ts';
import { makeWorld } from '../support/world.ts';
import { slowStore } from './slow-store.ts';
import type { StaleAccount } from './stale-account.ts';
import { type Counts, clientsOf, region, type StaleClients } from './stale-clients.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** As the queue of sweeps has them (`infra/revocation-stack.ts`). */
export const workers = 5;

/** Of the function (`infra/timeouts.ts`). */
const invocationMilliseconds = 15 * 60_000;

/** Assumption: of a DynamoDB request, all in all. */
export const storeMilliseconds = 5;

export interface Surroundings {
  readonly clock: VirtualClock;
  readonly settings: SweepSettings;
  /** Calls of AWS. */
  readonly counts: Counts;
  /** Calls of stores. */
  readonly stores: Counts;
}

const nowhere = (): never => {
  throw new Error('this account has IAM and API Gateway only');
};

const everywhere = ({ iam, apiGateway }: StaleClients): AwsClients => ({
  iam: () => iam,
  apiGateway: () => apiGateway,
  httpApis: nowhere,
  cloudTrail: nowhere,
  cognito: nowhere,
  secretsManager: nowhere,
  ssoAdmin: nowhere,
  identityStore: nowhere,
});

const slowly = ({ clock, stores }: Surroundings) => {
  const wait = () => {
    stores.calls = (stores.calls ?? 0) + 1;
    return clock.sleep(storeMilliseconds);
  };
  return <T extends object>(store: T): T => slowStore(store, wait);
};

/** What lives longer than an invocation. */
const storesOf = (surroundings: Surroundings) => {
  const slow = slowly(surroundings);
  const { now } = surroundings.clock;
  const world = makeWorld();
  const { registry, losses, standing, revocations, keeps } = world;
  return {
    ...world,
    registry: slow(registry),
    losses: slow(losses),
    standing: slow(standing),
    revocations: slow(revocations),
    keeps: slow(keeps),
    cases: slow(new MemorySweepCases()),
    runs: slow(new MemorySweepRuns(now)),
    rateLimits: slow(new MemoryRateLimits(now)),
    now,
  };
};

const unasked = () => Promise.reject(new Error('a sweep that observes does nothing'));

/** As `functions/sweep/build.ts` makes them, for one invocation. */
const depsFor = (
  clients: AwsClients,
  stores: ReturnType<typeof storesOf>,
  { place, clock, settings }: Surroundings & { readonly place: SweepDeps['place'] },
): SweepDeps => {
  const end = clock.milliseconds + invocationMilliseconds;
  const timeLeft = () => end - clock.milliseconds;
  const { sleep, now } = clock;
  const { rateLimits } = stores;
  const paceFor = (limit: RateLimit) => sharedPace(limit, { rateLimits, sleep, timeLeft });
  const kinds = { settings: credentialsSchema.parse({}), enforcement: enforcementSchema.parse({}) };
  return {
    ...stores,
    settings,
    sources: buildSweepSources({ clients, home: place, paceFor, now, ...kinds }),
    events: { send: unasked },
    notify: unasked,
    mode: 'observe',
    cap: 100,
    place,
    newRunId: () => 'run-1',
    timeLeft,
    goOn: async () => undefined,
  };
};

const staleIn = ({ items }: SweepReport): string[] =>
  items.filter(({ policy }) => policy === 'unused').map(({ credential }) => credential.id);

/** One run in one account, in as many invocations as it takes. */
export const sweepRun = async (account: StaleAccount, surroundings: Surroundings) => {
  const { clock, counts } = surroundings;
  const place = { account: account.account, region };
  const clients = everywhere(clientsOf(account, clock, counts));
  const stores = storesOf(surroundings);
  for (;;) {
    const deps = depsFor(clients, stores, { ...surroundings, place });
    const outcome = await sweep({ dryRun: false, last: false }, deps);
    if ('diff' in outcome) {
      if (outcome.problems) throw new Error(`the sweep had problems: ${JSON.stringify(outcome.problems)}`);
      return { suspects: outcome.suspects, stale: staleIn(outcome) };
    }
    if (!('status' in outcome) || outcome.status !== 'goes-on') throw new Error('the sweep does not go on');
  }
};
