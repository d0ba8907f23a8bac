import { type SweepSettings, sweepSchema } from '../../../functions/domain/sweep-settings.ts';
import type { Notice } from '../../../functions/notices/notice.ts';
import type { SweepDeps } from '../../../functions/sweep/deps.ts';
import type { SweepReport } from '../../../functions/sweep/report.ts';
import { parseSweepRequest } from '../../../functions/sweep/request.ts';
import { sweep } from '../../../functions/sweep/sweep.ts';
import { type Ages, MemorySweepSource } from '../../support/memory-sweep-source.ts';
import { MemorySweepCases, MemorySweepRuns } from '../../support/memory-sweeps.ts';
import { makeWorld } from '../../support/world.ts';

export const days = (count: number) => count * 86_400;
/** The world begins on 2026-03-02. */
export const longAgo = '2025-10-01T00:00:00.000Z';
export const lately = '2026-03-01T12:00:00.000Z';

export const unusedPolicy = {
  name: 'unused',
  kinds: ['iam-access-key', 'api-gateway-key'],
  when: { unusedDays: 90 },
  steps: { notify: [0, 7], disable: 14, delete: 30 },
} as const;

export const orphanPolicy = {
  name: 'orphaned',
  kinds: ['api-gateway-key'],
  when: { orphaned: true },
  steps: { notify: [0], disable: 7 },
} as const;

export const settingsOf = (...policies: readonly object[]): SweepSettings => sweepSchema.parse({ policies });

/** A world with a sweep in it: what is found goes all the way. */
export const sweeping = (ages: Ages, settings: SweepSettings = settingsOf(unusedPolicy)) => {
  const world = makeWorld();
  const source = new MemorySweepSource(world.account, ages);
  const notices: Notice[] = [];
  let runs = 0;
  const goesOn: unknown[] = [];
  const deps: SweepDeps = {
    ...world,
    settings,
    sources: [source],
    cases: new MemorySweepCases(),
    runs: new MemorySweepRuns(world.now),
    notify: async (notice) => void notices.push(structuredClone(notice)),
    mode: 'enforce',
    cap: 100,
    place: world.home,
    newRunId: () => {
      runs += 1;
      return `run-${runs}`;
    },
    timeLeft: () => 900_000,
    goOn: async (place) => void goesOn.push(place),
  };
  const run = async (request: object = {}, over: Partial<SweepDeps> = {}) =>
    sweep(parseSweepRequest(request), { ...deps, ...over });
  return {
    ...world,
    deps,
    source,
    notices,
    goesOn,
    run,
    /** For runs that come to their end. */
    report: async (over: Partial<SweepDeps> = {}) => (await run({}, over)) as SweepReport,
  };
};

export const apiKeyOf = (world: ReturnType<typeof sweeping>, id: string, owner: string) =>
  world.account.addApiKey(id, { owner });

export const dana = 'dana@acme.example';

/** A person with a key that is stale, and one that is in use. */
export const company = (settings = settingsOf(unusedPolicy)) => {
  const world = sweeping(
    {
      made: { AKIASTALEEXAMPLE0001: longAgo, AKIAFRESHEXAMPLE0001: longAgo },
      used: { AKIAFRESHEXAMPLE0001: lately },
    },
    settings,
  );
  world.account.addUser('dana', { 'cutoff:owner': dana }, ['AKIASTALEEXAMPLE0001', 'AKIAFRESHEXAMPLE0001']);
  return world;
};

/** So many days later, and whatever follows from the run. */
export const later = async (world: ReturnType<typeof sweeping>, count: number) => {
  world.advance(days(count));
  const report = await world.report();
  await world.drain();
  return report.items.map(({ step, reason }) => (reason ? `${step}: ${reason}` : step));
};

export const entryOf = (email: string) => ({
  owners: [`email:${email}`],
  isProtected: false,
  entitlements: [],
});
