import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Stage } from './authorize-stage.ts';
import { median, ratios, rounded, spreadOf } from './spread.ts';

const run = promisify(execFile);

interface Start {
  readonly before: number;
  readonly after: number;
}

const startOf = async (bundle: string, { bundles, env }: Stage): Promise<Start> => {
  const { stdout } = await run(process.execPath, [bundles.starter, bundle], { env });
  return JSON.parse(stdout) as Start;
};

const rounds = 21;

/** Fresh processes, ours and a bare one by turns, until the handler is there. */
export const measureStart = async (stage: Stage) => {
  const { authorizer, bare } = stage.bundles;
  const ours: Start[] = [];
  const least: Start[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await startOf(authorizer, stage));
    least.push(await startOf(bare, stage));
  }
  const whole = (starts: readonly Start[]) => starts.map(({ after }) => after);
  const imports = (starts: readonly Start[]) => starts.map(({ before, after }) => after - before);
  const rowOf = (of: string, starts: readonly Start[]) => ({
    of,
    startMilliseconds: rounded(median(whole(starts)), 1),
    importMilliseconds: rounded(median(imports(starts)), 1),
  });
  const ratio = ratios(whole(ours), whole(least));
  return {
    initRatio: rounded(median(ratio)),
    rows: [
      rowOf('authorizer', ours),
      rowOf('bare middy handler', least),
      { of: 'ratio', startMilliseconds: rounded(median(ratio)), spread: spreadOf(ratio) },
    ],
  };
};
