import { describe, expect, it } from 'vitest';
import { coalescing } from '../../../functions/enforcement/coalescing.ts';

/** Runs that end when they are told to. */
const makeRuns = () => {
  const runs: PromiseWithResolvers<void>[] = [];
  const call = coalescing(() => {
    const run = Promise.withResolvers<void>();
    runs.push(run);
    return run.promise;
  });
  return { runs, call };
};

/** Every promise that is settled has told so by then. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('callers at the same time', () => {
  it('share the next run, never the one that began before they came', async () => {
    const { runs, call } = makeRuns();
    const done: string[] = [];
    const note = (name: string) => call().then(() => done.push(name));
    const all = [note('first'), note('second'), note('third')];
    expect(runs).toHaveLength(1);
    runs[0]?.resolve();
    await settled();
    expect(done).toEqual(['first']);
    expect(runs).toHaveLength(2);
    runs[1]?.resolve();
    await Promise.all(all);
    expect(done).toEqual(['first', 'second', 'third']);
    expect(runs).toHaveLength(2);
  });

  it('who come during the second run wait for a third', async () => {
    const { runs, call } = makeRuns();
    const all = [call(), call()];
    runs[0]?.resolve();
    await settled();
    all.push(call());
    await settled();
    expect(runs).toHaveLength(2);
    runs[1]?.resolve();
    await settled();
    expect(runs).toHaveLength(3);
    runs[2]?.resolve();
    await Promise.all(all);
  });

  it('share one run with whoever comes at the very moment that the one before ends', async () => {
    const { runs, call } = makeRuns();
    const all = [call().then(call), call()];
    runs[0]?.resolve();
    await settled();
    expect(runs).toHaveLength(2);
    runs[1]?.resolve();
    await Promise.all(all);
  });

  it('are not kept from theirs by one that failed, and share its failure', async () => {
    const { runs, call } = makeRuns();
    const outcomes = Promise.allSettled([call(), call(), call()]);
    runs[0]?.reject(new Error('first'));
    await settled();
    runs[1]?.reject(new Error('second'));
    const messages = (await outcomes).map((one) => (one.status === 'rejected' ? one.reason.message : 'done'));
    expect(messages).toEqual(['first', 'second', 'second']);
  });
});

it('begins at once where none is under way, also after a failure', async () => {
  const { runs, call } = makeRuns();
  const failing = call();
  runs[0]?.reject(new Error('first'));
  await expect(failing).rejects.toThrow('first');
  const next = call();
  expect(runs).toHaveLength(2);
  runs[1]?.resolve();
  await next;
});
