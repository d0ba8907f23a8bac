import type { Profiler } from 'node:inspector';
import { expect, test } from 'vitest';
import { areaOf } from '../../bench/authorize-profile.ts';
import { framesOf } from '../../bench/cpu-profile.ts';

const node = (id: number, [functionName, url]: readonly [string, string], children: number[] = []) => ({
  ...{ id, children },
  callFrame: { functionName, url, scriptId: '0', lineNumber: 0, columnNumber: id },
});

const profileOf = (samples: readonly (readonly [id: number, microseconds: number])[]): Profiler.Profile => ({
  nodes: [
    node(1, ['(root)', ''], [2, 3, 4, 7]),
    node(2, ['(idle)', '']),
    node(3, ['(garbage collector)', '']),
    node(4, ['sign', 'node:internal/crypto/sig'], [5]),
    node(5, ['signOneShot', ''], [6]),
    node(6, ['allocate', '']),
    node(7, ['post', 'node:inspector']),
  ],
  samples: samples.map(([id]) => id),
  timeDeltas: samples.map(([, microseconds]) => microseconds),
  ...{ startTime: 0, endTime: 0 },
});

test('native work counts for the function that asked for it', () => {
  const frames = framesOf(
    profileOf([
      [4, 10],
      [5, 20],
      [6, 30],
    ]),
  );
  expect(frames).toMatchObject([{ name: 'sign', url: 'node:internal/crypto/sig', microseconds: 60 }]);
});

test('the collector is shown, and waiting and the profiler are not', () => {
  const frames = framesOf(
    profileOf([
      [2, 1000],
      [7, 500],
      [3, 7],
    ]),
  );
  expect(frames).toMatchObject([{ name: '(garbage collector)', microseconds: 7 }]);
});

test('the function with the most time of its own comes first', () => {
  const frames = framesOf(
    profileOf([
      [3, 7],
      [4, 8],
      [3, 2],
    ]),
  );
  expect(frames.map(({ name, microseconds }) => [name, microseconds])).toEqual([
    ['(garbage collector)', 9],
    ['sign', 8],
  ]);
});

test.each([
  ['/functions/authorize/decision.ts', 'functions/ (ours)'],
  ['/node_modules/aws-jwt-verify/dist/esm/jwt.js', 'aws-jwt-verify'],
  ['/node_modules/@smithy/core/dist-es/index.js', 'AWS SDK'],
  ['node:internal/crypto/sig', 'node: crypto'],
  ['node:_http_client', 'node: http, net, streams'],
  ['node:internal/timers', 'node: the rest'],
  ['', 'V8 and libuv (collector, system calls)'],
  ['/node_modules/zod/index.js', 'other'],
])('time in %s belongs to %s', (source, area) => {
  expect(areaOf(source)).toBe(area);
});
