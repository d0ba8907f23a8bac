import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FunctionHost, startFunctionHost } from '../../../infra/local/function-host.ts';
import { deployedFunction, type Fake } from './deployed-function.ts';

const endpoint = 'http://127.0.0.1:5000';
let root: string;
let host: FunctionHost;

const start = async (code: string, rest: Partial<Fake> & { instances?: number } = {}): Promise<void> => {
  const { instances = 1, ...fake } = rest;
  const functions = [deployedFunction(root, { name: 'fake', code, ...fake })];
  host = await startFunctionHost({ functions, endpoint, instances, logFolder: join(root, 'log') });
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cutoff-host-'));
});
afterEach(async () => {
  await host.stop();
  rmSync(root, { recursive: true });
});

const sleeper =
  'let busy = 0; export const handler = async () => { const most = ++busy; await new Promise((r) => setTimeout(r, 100)); busy -= 1; return most; };';

describe('the function host', () => {
  it('hands over the event and a context, and gives the answer back', async () => {
    await start(
      'export const handler = async (event, context) => ({ event, name: context.functionName, left: context.getRemainingTimeInMillis(), id: context.awsRequestId });',
    );
    const answer = await host.invoke('fake', { a: [1] });
    expect(answer).toMatchObject({
      event: { a: [1] },
      name: 'fake',
      id: expect.stringMatching(/^[\da-f-]{36}$/),
    });
    const { left } = answer as { left: number };
    expect(left).toBeGreaterThan(4000);
    expect(left).toBeLessThanOrEqual(5000);
  });

  it('answers null where the function returns nothing', async () => {
    await start('export const handler = async () => {};');
    expect(await host.invokeRaw('fake', '{}')).toEqual({ payload: 'null' });
  });

  it('shows the function its own environment and nothing of ours', async () => {
    process.env.LEAKED = 'yes';
    await start('export const handler = async () => process.env;', {
      environment: { QUEUE: 'https://sqs.eu-west-1.amazonaws.com/123456789012/work', TABLE: 't' },
    });
    const env = await host.invoke('fake', {});
    delete process.env.LEAKED;
    expect(env).toMatchObject({
      TABLE: 't',
      QUEUE: `${endpoint}/123456789012/work`,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: '123456789012',
      AWS_LAMBDA_FUNCTION_NAME: 'fake',
      AWS_CONFIG_FILE: '/dev/null',
    });
    expect(env).not.toHaveProperty('LEAKED');
    expect(env).not.toHaveProperty('PATH');
  });

  it('reports an error as Lambda does, and goes on', async () => {
    await start(
      'let calls = 0; export const handler = async () => { if (++calls === 1) throw new RangeError("too far"); return calls; };',
    );
    expect(await host.invokeRaw('fake', '{}')).toMatchObject({
      error: {
        errorType: 'RangeError',
        errorMessage: 'too far',
        trace: expect.arrayContaining(['RangeError: too far']),
      },
    });
    expect(await host.invoke('fake', {})).toBe(2);
  });

  it('rejects with the message alone, as the gateway needs it', async () => {
    await start('export const handler = async () => { throw new Error("Unauthorized"); };');
    await expect(host.invoke('fake', {})).rejects.toThrow(/^Unauthorized$/);
  });

  it('loads a module once, and again after it failed to load', async () => {
    await start(
      'import { existsSync, writeFileSync } from "node:fs"; const file = process.env.MARK; if (!existsSync(file)) { writeFileSync(file, ""); throw new Error("env.TABLE: required"); } export const handler = async () => "up";',
      { environment: { MARK: join(root, 'mark') } },
    );
    await expect(host.invoke('fake', {})).rejects.toThrow('env.TABLE: required');
    expect(await host.invoke('fake', {})).toBe('up');
  });

  it.each([
    [
      'runs out of time',
      'await new Promise(() => setInterval(() => {}, 50));',
      /timed out after 2.00 seconds/,
    ],
    ['blocks its thread', 'for (;;);', /timed out after 2.00 seconds/],
    ['exits', 'process.exit(7);', /exited with exit status: 7/],
    [
      'throws outside',
      'setTimeout(() => { throw new Error("stray"); }); await new Promise(() => {});',
      /stray/,
    ],
  ])('throws an instance away that %s', async (_, body, message) => {
    const code = `let first = true; export const handler = async (event) => { if (event.well) return "well"; ${body} };`;
    await start(code, { timeoutSeconds: 2 });
    await expect(host.invoke('fake', {})).rejects.toThrow(message);
    expect(await host.invoke('fake', { well: true })).toBe('well');
  });

  it('does one invocation at a time per instance', async () => {
    await start(sleeper);
    expect(await Promise.all([1, 2, 3].map(() => host.invoke('fake', {})))).toEqual([1, 1, 1]);
  });

  it('runs instances side by side', async () => {
    await start(sleeper, { instances: 3 });
    await Promise.all([1, 2, 3].map(() => host.invoke('fake', {}))); // started now
    const from = Date.now();
    await Promise.all([1, 2, 3].map(() => host.invoke('fake', {})));
    expect(Date.now() - from).toBeLessThan(250);
  });

  it('keeps what the function writes in its own log file', async () => {
    await start('export const handler = async () => { console.log("a line"); console.error("another"); };', {
      environment: { POWERTOOLS_SERVICE_NAME: 'short' },
    });
    await host.invoke('fake', {});
    await host.stop();
    expect(
      readFileSync(join(root, 'log', 'short.log'), 'utf8')
        .split('\n')
        .sort(),
    ).toEqual(['', 'a line', 'another']);
  });

  it('knows no other function', async () => {
    await start('');
    expect(host.has('fake')).toBe(true);
    expect(host.has('other')).toBe(false);
    await expect(host.invoke('other', {})).rejects.toThrow('other is not a function of the local stack');
  });

  it('ends what is running when it stops, twice if need be', async () => {
    await start('export const handler = () => new Promise(() => setInterval(() => {}, 50));');
    const running = expect(host.invoke('fake', {})).rejects.toThrow('exited');
    await host.stop();
    await running;
    await expect(host.invoke('fake', {})).rejects.toThrow('the local stack is stopping');
    await host.stop();
  });
});
