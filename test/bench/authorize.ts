import { kilobytesOf } from './authorize-bundles.ts';
import type { CallName } from './authorize-calls.ts';
import { measureAllocation, measureBursts } from './authorize-load.ts';
import { measureProfile } from './authorize-profile.ts';
import { clientsFor, stopAll, takeTurns, warmUp } from './authorize-rounds.ts';
import { onStage, type Stage } from './authorize-stage.ts';
import { measureStart } from './authorize-start.ts';
import { cpuRow, decisionFigures, delayRow } from './authorize-tables.ts';
import type { Report } from './report.ts';

const sizes = [0, 10_000, 1_000_000];
const delays = [0, 2, 10];
const size = 10_000;
const names: readonly CallName[] = ['handler', 'bound', 'checkToken', 'readRows'];

const measureDecisions = async (stage: Stage) => {
  const clients = clientsFor(stage, names);
  // A million rows take the stub a while: not while anything is measured.
  for (const each of sizes) await stage.store.ask({ size: each });
  await warmUp(stage, clients, size);
  const bySize = await takeTurns(stage, clients, {
    ...{ rounds: 41, calls: 50, names },
    settings: sizes.map((each) => ({ size: each, delayMilliseconds: 0 })),
  });
  const byDelay = await takeTurns(stage, clients, {
    ...{ rounds: 7, calls: 40, names: ['handler', 'bound'] },
    settings: delays.map((delayMilliseconds) => ({ size, delayMilliseconds })),
  });
  await stopAll(clients);
  return { bySize, byDelay };
};

const notes = [
  'The authorizer is the bundle of the synthesised stack; its handler is called directly, one call at a time.',
  'The bound is aws-jwt-verify on the same token and one BatchGetItem of the same keys by the SDK, nothing else.',
  'The denylist is a stub in a process of its own: BatchGetItem over plain HTTP on loopback, rows in memory.',
  'TLS to DynamoDB, API Gateway and Lambda themselves are in no figure. 500 tokens (ES256) come in rotation;',
  'one in ten is revoked once there are rows, and every answer is compared with what is due.',
  'A ratio is the median over rounds in which both take turns; the spread is the middle half of the rounds.',
];

/** The cost of the authorizer beside that of its libraries alone. Ratios hold on other machines; times do not. */
export const benchAuthorize = ({ profile }: { readonly profile: boolean }): Promise<Report> =>
  onStage(async (stage) => {
    const { bySize, byDelay } = await measureDecisions(stage);
    const bursts = await measureBursts(stage);
    const { allocationRatio, rows: allocations } = await measureAllocation(stage);
    const { initRatio, rows: starts } = await measureStart(stage);
    const bundleKilobytes = await kilobytesOf(stage.bundles.authorizer);
    return {
      notes,
      figures: { ...decisionFigures(bySize, byDelay), allocationRatio, bundleKilobytes, initRatio },
      tables: {
        'a decision, by rows on the denylist': bySize.map(cpuRow),
        'a decision, by the latency of the store': byDelay.map(delayRow),
        'a thousand requests at once, store at 2 ms': bursts,
        'allocation on and off the heap': allocations,
        'from the start of a process until the handler is there': starts,
        ...(profile && (await measureProfile(stage))),
      },
    };
  });
