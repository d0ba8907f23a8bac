import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SweepReport } from '../../functions/sweep/report.ts';
import { type LocalCutoff, startLocalCutoff } from '../../infra/local/local-cutoff.ts';
import { CallRecorder } from './call-recorder.ts';
import { keyStates, makePerson } from './hand-made.ts';

const policies = [
  {
    name: 'unused',
    kinds: ['iam-access-key', 'api-gateway-key'],
    when: { unusedDays: 90 },
    steps: { notify: [], disable: 0 },
  },
];

const recorder = new CallRecorder();
let cutoff: LocalCutoff;
beforeAll(async () => {
  const settings = { sweep: { policies }, sources: { sweep: { mode: 'observe' } } };
  cutoff = await startLocalCutoff({ settings, watch: (endpoint) => recorder.standBefore(endpoint) });
});
afterAll(async () => {
  await cutoff?.stop();
  await recorder.stop();
});

const sweep = async (request: object) => {
  recorder.calls.length = 0;
  const report = (await cutoff.invoke(cutoff.outputs.SweepFunction, request)) as SweepReport;
  return { report, calls: [...recorder.calls], writes: recorder.writes };
};

describe('a sweep that observes, as every client of the real bundle speaks', () => {
  it('writes nothing but its own rows: its lease, its report, and the pace', async () => {
    const noor = await makePerson(cutoff, 'noor');
    cutoff.travel({ days: 91 });
    const { report, calls, writes } = await sweep({});
    expect(report).toMatchObject({ mode: 'observe', counts: { disable: 3 } });
    const ids = report.items.map(({ credential }) => credential.id);
    expect(ids.toSorted()).toEqual([...noor.accessKeyIds, noor.apiKey.id].toSorted());
    expect(calls.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['GetParameter', 'GetCredentialReport', 'GetAccessKeyLastUsed', 'GET /apikeys']),
    );
    expect(writes.length).toBeGreaterThan(0);
    for (const { partitions } of writes) {
      expect(partitions.length).toBeGreaterThan(0);
      for (const partition of partitions) expect(partition).toMatch(/^(sweep|rate)#/);
    }
    expect(await keyStates(cutoff, noor)).toEqual(['Active', 'Active']);
  });

  it('by hand writes nothing at all, and tells what is different since', async () => {
    const { report, calls, writes } = await sweep({ dryRun: true });
    expect(report).toMatchObject({ mode: 'dry-run', diff: { added: [], gone: [], changed: [] } });
    expect(calls.length).toBeGreaterThan(10);
    expect(writes).toEqual([]);
  });

  it('plans the same by hand', async () => {
    const { report: observed } = await sweep({});
    const { report: dry } = await sweep({ dryRun: true });
    // A step that is due is due now, in each run.
    const plan = ({ items }: SweepReport) => items.map(({ disableAt: _, ...item }) => item);
    expect(plan(dry)).toEqual(plan(observed));
  });
});
