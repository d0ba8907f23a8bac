import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callsOf } from '../../bench/authorize-calls.ts';
import { sampleOf } from '../../bench/authorize-tokens.ts';

const size = 10_000;
const samples = [0, 1, 10].map((number) => ({
  token: `t${number}`,
  ...sampleOf(number, 'https://i.example'),
}));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cutoff-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const bundleOf = async (source: string): Promise<string> => {
  const path = join(folder, 'bundle.mjs');
  await writeFile(path, source);
  return path;
};

const handlerThat = (effect: string) => `
export const handler = async ({ type, methodArn, headers, requestContext }) => {
  if (type !== 'REQUEST' || !methodArn || !requestContext.requestId) throw new Error('not an event');
  const token = headers.Authorization.replace('Bearer ', '');
  return { policyDocument: { Statement: [{ Effect: ${effect} }] } };
};`;

const outcomes = async (name: 'handler' | 'bound' | 'checkToken', source: string) => {
  const calls = await callsOf(name, await bundleOf(source), samples);
  return Promise.all(calls.map((call) => call.run(size)));
};

test('a handler is right where it refuses the revoked token alone', async () => {
  const right = "token === 't0' ? 'Deny' : 'Allow'";
  expect(await outcomes('handler', handlerThat(right))).toEqual([true, true, true]);
});

test('a handler that allows everything is wrong about the revoked one', async () => {
  expect(await outcomes('handler', handlerThat("'Allow'"))).toEqual([false, true, true]);
});

test('a handler that refuses everything is wrong about most', async () => {
  expect(await outcomes('handler', handlerThat("'Deny'"))).toEqual([true, false, false]);
});

test('the bound is right where it finds as many rows as there are', async () => {
  const source = `export const bound = async ({ token, Keys }) => (token === 't1' || Keys.length !== 4 ? 0 : 1);`;
  expect(await outcomes('bound', source)).toEqual([true, true, true]);
});

test('the bound is wrong where it misses a row', async () => {
  expect(await outcomes('bound', 'export const bound = async () => 0;')).toEqual([false, true, false]);
});

test('what a bundle does not export cannot be measured', async () => {
  await expect(outcomes('checkToken', 'export const other = 1;')).rejects.toThrow('exports no checkToken');
});
