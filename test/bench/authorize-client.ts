import { readFile } from 'node:fs/promises';
import { GCProfiler } from 'node:v8';
import { type CallName, callsOf } from './authorize-calls.ts';
import type { Signed } from './authorize-tokens.ts';
import { type Frame, profiled } from './cpu-profile.ts';
import { answerQuestions } from './peer.ts';

/** So many calls, one after the other or all at once, with so many rows on the denylist. */
export interface ClientQuestion {
  readonly size: number;
  readonly count: number;
  readonly as?: 'series' | 'burst' | 'profile';
}

/** `allocatedBytes` holds only where nothing was collected meanwhile. */
export interface ClientAnswer {
  readonly wrong: number;
  readonly cpuMicroseconds: number;
  readonly milliseconds: number;
  readonly allocatedBytes: number;
  readonly collections: number;
  /** After a collection, where the process may ask for one. */
  readonly heapBytes: number;
  /** Of each call. */
  readonly latencies: readonly number[];
  readonly frames: readonly Frame[];
}

const { BENCH_CALL, BENCH_BUNDLE = '', BENCH_SAMPLES = '' } = process.env;
const { samples } = JSON.parse(await readFile(BENCH_SAMPLES, 'utf8')) as Signed;
const calls = await callsOf(BENCH_CALL as CallName, BENCH_BUNDLE, samples);
let next = 0;

const nextCalls = (count: number) =>
  Array.from({ length: count }, () => {
    const call = calls[next % calls.length];
    next += 1;
    if (!call) throw new Error('there are no tokens');
    return call;
  });

type Outcome = Pick<ClientAnswer, 'wrong' | 'latencies'>;

const inSeries = async ({ count, size }: ClientQuestion): Promise<Outcome> => {
  let wrong = 0;
  for (const call of nextCalls(count)) if (!(await call.run(size))) wrong += 1;
  return { wrong, latencies: [] };
};

const atOnce = async ({ count, size }: ClientQuestion): Promise<Outcome> => {
  const latencies: number[] = [];
  const run = async (call: (typeof calls)[number]): Promise<boolean> => {
    const start = performance.now();
    const right = await call.run(size).catch(() => false);
    latencies.push(performance.now() - start);
    return right;
  };
  const right = await Promise.all(nextCalls(count).map(run));
  return { wrong: right.filter((each) => !each).length, latencies };
};

const memory = (): number => {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

/** Only where the process may collect at will: looking costs time. */
const collect = globalThis.gc;

const measured = async (run: () => Promise<Outcome>): Promise<Omit<ClientAnswer, 'frames'>> => {
  collect?.();
  const collector = new GCProfiler();
  if (collect) collector.start();
  const [bytes, cpu, start] = [memory(), process.cpuUsage(), performance.now()];
  const outcome = await run();
  const { user, system } = process.cpuUsage(cpu);
  const milliseconds = performance.now() - start;
  const allocatedBytes = memory() - bytes;
  const collections = collect ? collector.stop().statistics.length : 0;
  collect?.();
  const heapBytes = memory();
  return { ...outcome, cpuMicroseconds: user + system, milliseconds, allocatedBytes, collections, heapBytes };
};

answerQuestions(async (question: ClientQuestion): Promise<ClientAnswer> => {
  if (question.as === 'burst') return { ...(await measured(() => atOnce(question))), frames: [] };
  if (question.as !== 'profile') return { ...(await measured(() => inSeries(question))), frames: [] };
  const { result, frames } = await profiled(() => measured(() => inSeries(question)));
  return { ...result, frames };
});
