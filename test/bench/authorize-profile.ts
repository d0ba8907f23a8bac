import { readFile } from 'node:fs/promises';
import { SourceMap, type SourceMapPayload } from 'node:module';
import type { Stage } from './authorize-stage.ts';
import type { Frame } from './cpu-profile.ts';
import { rounded } from './spread.ts';

/** The first that matches counts. */
const areas: readonly (readonly [RegExp, string])[] = [
  [/\/functions\//, 'functions/ (ours)'],
  [/\/aws-jwt-verify\//, 'aws-jwt-verify'],
  [/\/@(aws-sdk|smithy|aws)\//, 'AWS SDK'],
  [/\/@middy\//, 'middy'],
  [/\/test\/bench\//, 'this bench'],
  [/^node:.*crypto/, 'node: crypto'],
  [/^node:.*(http|net|stream|tls)/, 'node: http, net, streams'],
  [/^node:/, 'node: the rest'],
  [/^$/, 'V8 and libuv (collector, system calls)'],
];

export const areaOf = (source: string): string =>
  areas.find(([pattern]) => pattern.test(source))?.[1] ?? 'other';

interface Placed extends Frame {
  readonly source: string;
}

const place = (frame: Frame, bundle: string, map: SourceMap): Placed => {
  if (!frame.url.endsWith(bundle)) return { ...frame, source: frame.url };
  const entry = map.findEntry(frame.line, frame.column);
  if (!('originalSource' in entry)) return { ...frame, source: 'other' };
  const source = `/${entry.originalSource.replace(/^(\.\.\/)*/, '')}`;
  return { ...frame, source, name: `${frame.name} (line ${entry.originalLine + 1})` };
};

const sumBy = (frames: readonly Placed[], key: (frame: Placed) => string): [string, number][] => {
  const sums = new Map<string, number>();
  for (const frame of frames) sums.set(key(frame), (sums.get(key(frame)) ?? 0) + frame.microseconds);
  return [...sums].sort(([, a], [, b]) => b - a);
};

const shortened = (source: string): string => source.replace(/^.*\/node_modules\//, '');

const requests = 3000;
const shown = 30;

/** Where the authorizer's time goes: functions' own time, by the sources that the bundle was made of. */
export const measureProfile = async (stage: Stage) => {
  const size = 10_000;
  const map = new SourceMap(
    JSON.parse(await readFile(stage.bundles.authorizerMap, 'utf8')) as SourceMapPayload,
  );
  const client = stage.client('handler');
  await stage.store.ask({ size, delayMilliseconds: 0 });
  await client.ask({ size, count: 1500 });
  const { frames } = await client.ask({ size, count: requests, as: 'profile' });
  await client.stop();
  const placed = frames.map((frame) => place(frame, stage.bundles.authorizer, map));
  const total = placed.reduce((sum, { microseconds }) => sum + microseconds, 0);
  const rowOf = ([of, microseconds]: [string, number]) => ({
    of,
    percent: rounded((100 * microseconds) / total, 1),
    microsecondsPerRequest: rounded(microseconds / requests, 1),
  });
  const functions = sumBy(placed, ({ name, source }) => `${name} ${shortened(source)}`.trim());
  return {
    'self time by area': sumBy(placed, ({ source }) => areaOf(source)).map(rowOf),
    'self time by function': functions.slice(0, shown).map(rowOf),
  };
};
