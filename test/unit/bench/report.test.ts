import { expect, test } from 'vitest';
import { jsonOf } from '../../bench/report.ts';

test('a list is told as rows', () => {
  expect(JSON.parse(jsonOf('leaver', [{ users: 10 }]))).toEqual({ bench: 'leaver', rows: [{ users: 10 }] });
});

test('rows stand at the top, beside their notes', () => {
  const findings = { notes: ['in virtual time'], rows: [{ users: 10 }] };
  expect(JSON.parse(jsonOf('sweep', findings))).toEqual({ bench: 'sweep', ...findings });
});

test('figures stand at the top, beside their tables', () => {
  const report = { notes: ['a stub'], figures: { cpuRatio: 1.1 }, tables: { allocation: [{ of: 'ratio' }] } };
  expect(JSON.parse(jsonOf('authorize', report))).toEqual({
    ...{ bench: 'authorize', cpuRatio: 1.1 },
    notes: ['a stub'],
    tables: { allocation: [{ of: 'ratio' }] },
  });
});
