import type { CallName } from './authorize-calls.ts';
import type { Measured, Round } from './authorize-rounds.ts';
import { median, ratios, rounded, spreadOf } from './spread.ts';

const titles: Readonly<Record<CallName, string>> = {
  handler: 'authorizer',
  bound: 'bound',
  checkToken: 'JWT check alone',
  readRows: 'BatchGetItem alone',
};
export const titleOf = (name: CallName): string => titles[name];

type Cost = 'cpuMicroseconds' | 'milliseconds';

const costsOf = (rounds: readonly Round[], cost: Cost): number[] => rounds.map((round) => round[cost]);

/** Ours in relation to the bound, round by round. */
const ratiosOf = ({ rounds }: Measured, cost: Cost): number[] =>
  ratios(costsOf(rounds.handler, cost), costsOf(rounds.bound, cost));

export const cpuRow = (measured: Measured) => {
  const ratio = ratiosOf(measured, 'cpuMicroseconds');
  const microseconds = Object.entries(measured.rounds).map(([name, rounds]) => [
    `${titleOf(name as CallName)} (µs)`,
    rounded(median(costsOf(rounds, 'cpuMicroseconds')), 0),
  ]);
  return {
    rows: measured.setting.size,
    cpuRatio: rounded(median(ratio)),
    spread: spreadOf(ratio),
    wallRatio: rounded(median(ratiosOf(measured, 'milliseconds'))),
    ...Object.fromEntries(microseconds),
  };
};

export const delayRow = (measured: Measured) => {
  const ratio = ratiosOf(measured, 'milliseconds');
  return {
    'store (ms)': measured.setting.delayMilliseconds,
    wallRatio: rounded(median(ratio)),
    spread: spreadOf(ratio),
    'beyond the bound (%)': rounded(100 * median(ratio.map((each) => 1 - 1 / each)), 1),
    'authorizer (ms)': rounded(median(costsOf(measured.rounds.handler, 'milliseconds'))),
    'bound (ms)': rounded(median(costsOf(measured.rounds.bound, 'milliseconds'))),
  };
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Over the rounds in which there were rows to find; HTTP requests to the store over all rounds of the authorizer. */
export const decisionFigures = (bySize: readonly Measured[], byDelay: readonly Measured[]) => {
  const withRows = bySize.filter(({ setting }) => setting.size > 0);
  const ratioOf = (cost: Cost) => rounded(median(withRows.flatMap((measured) => ratiosOf(measured, cost))));
  const authorizer = [...bySize, ...byDelay].flatMap(({ rounds }) => rounds.handler);
  return {
    cpuRatio: ratioOf('cpuMicroseconds'),
    wallRatio: ratioOf('milliseconds'),
    dynamodbCallsPerRequest: mean(authorizer.map(({ storeRequests }) => storeRequests)),
  };
};
