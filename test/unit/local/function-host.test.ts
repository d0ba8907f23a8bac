import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FunctionHost, startFunctionHost } from '../../../infra/local/function-host.ts';
import { TravellingClock } from '../../../infra/local/travelling-clock.ts';
import { deployedFunction, type Fake } from './deployed-function.ts';

const endpoint = 'http://127.0.0.1:5000';
let root: string;
let host: FunctionHost;

interface More extends Partial<Fake> {
  readonly instances?: number;
  readonly clock?: TravellingClock;
}

const start = async (code: string, rest: More = {}): Promise<void> => {
  const { instances = 1, clock, ...fake } = rest;
  const functions = [deployedFunction(root, { name: 'fake', code, ...fake })];
  const where = { endpoint, logFolder: join(root, 'log') };
  host = await startFunctionHost({ functions, instances, ...where, ...(clock && { clock }) });
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

const watch =
  "const loaded = Date.now(); const at = (name) => Date.parse(name); export const handler = async (_, context) => ({ loaded, now: Date.now(), made: new Date().getTime(), fixed: at('2026-03-02T09:00:00Z'), native: Function.prototype.toString.call(Date) === 'function Date() { [native code] }' && new Date().constructor === Date, left: context.getRemainingTimeInMillis(), steady: performance.timeOrigin + performance.now() });";

interface Watched {
  readonly loaded: number;
  readonly now: number;
  readonly made: number;
  readonly fixed: number;
  readonly native: boolean;
  readonly left: number;
  readonly steady: number;
}

const look = async () => (await host.invoke('fake', {})) as Watched;
/** To the minute: what a test machine loses in between is nothing beside a journey. */
const minutesAhead = (time: number) => Math.round((time - Date.now()) / 60_000) || 0;

describe('a clock that can be set ahead', () => {
  it('leaves everything as it is as long as it is not', async () => {
    await start(watch, { clock: new TravellingClock() });
    const { native, now } = await look();
    expect(native).toBe(true);
    expect(minutesAhead(now)).toBe(0);
  });

  it('moves an instance that runs, each time anew', async () => {
    const clock = new TravellingClock();
    await start(watch, { clock });
    await look();
    for (const minutes of [90, 180]) {
      clock.travel({ minutes: 90 });
      const { loaded, now, made, fixed } = await look();
      expect([loaded, now, made].map(minutesAhead)).toEqual([0, minutes, minutes]);
      expect(fixed).toBe(Date.UTC(2026, 2, 2, 9));
    }
  });

  it('is there before the module of a new instance is loaded', async () => {
    const clock = new TravellingClock();
    clock.travel({ days: 400 });
    await start(watch, { clock });
    expect(minutesAhead((await look()).loaded)).toBe(400 * 24 * 60);
  });

  it('moves what is being worked on, once it is ahead', async () => {
    const clock = new TravellingClock();
    clock.travel({ days: 1 });
    const code =
      "export const handler = async () => { const from = Date.now(); while (Date.now() - from < 80_000_000) await new Promise((r) => setTimeout(r, 10)); return 'a day later'; };";
    await start(code, { clock });
    let answer: unknown;
    const running = host.invoke('fake', {}).then((said) => {
      answer = said;
    });
    // Nobody tells when the function has begun to wait.
    while (answer === undefined) {
      clock.travel({ days: 1 });
      await Promise.race([running, new Promise((resolve) => setTimeout(resolve, 20))]);
    }
    expect(answer).toBe('a day later');
  });

  it('leaves a function its time, and the steady clock', async () => {
    const clock = new TravellingClock();
    clock.travel({ days: 1 });
    await start(watch, { clock });
    const { left, steady } = await look();
    expect(left).toBeGreaterThan(4000);
    expect(left).toBeLessThanOrEqual(5000);
    expect(minutesAhead(steady)).toBe(0);
  });
});
