import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { CutoffError } from '../../../functions/domain/errors.ts';
import { patientFetch } from '../../../functions/shared/patient-fetch.ts';

const now = new Date('2026-03-01T12:00:00.000Z');
const inSeconds = (seconds: number) => String(now.getTime() / 1000 + seconds);

type Reply = (() => Response) | Error;

/** A server that gives these answers in turn, the last one for ever, and a clock that only notes the waits. */
const world = (...replies: Reply[]) => {
  const asked: [string, RequestInit][] = [];
  const waits: number[] = [];
  const fetchOf = patientFetch({
    fetch: async (url, init) => {
      asked.push([String(url), init ?? {}]);
      const reply = replies[Math.min(asked.length, replies.length) - 1] ?? new Error();
      if (reply instanceof Error) throw reply;
      return reply();
    },
    sleep: async (milliseconds) => {
      waits.push(milliseconds);
    },
    random: () => 0.5,
    now: () => now,
    what: 'the server',
  });
  return { asked, waits, fetch: fetchOf };
};

const answer =
  (status: number, headers: Record<string, string> = {}, body: string | null = null) =>
  () =>
    new Response(body, { status, headers });

const request = { url: 'https://as.example.com/revoke?token=t0ken' };

const failureOf = async (call: Promise<unknown>): Promise<CutoffError> => {
  const error = await call.then(
    () => expect.fail('did not fail'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CutoffError);
  return error as CutoffError;
};

describe('a patient fetch', () => {
  it('sends what it was given, follows no redirect and has a deadline', async () => {
    const { asked, fetch } = world(answer(200, { 'x-a': 'b' }, 'ok'));
    const body = new URLSearchParams({ token: 't0ken' });
    const { status, headers, text } = await fetch({ ...request, method: 'POST', headers: { a: 'b' }, body });
    expect([status, headers.get('x-a'), text]).toEqual([200, 'b', 'ok']);
    const [[url, init] = ['', {}]] = asked;
    expect(url).toBe(request.url);
    expect(init).toMatchObject({ method: 'POST', headers: { a: 'b' }, body, redirect: 'error' });
    expect(init.signal).toBeInstanceOf(AbortSignal);
  });

  it.each([204, 301, 400, 401, 404, 409])('hands on a %i at once', async (status) => {
    const { asked, fetch } = world(answer(status));
    expect((await fetch(request)).status).toBe(status);
    expect(asked).toHaveLength(1);
  });

  it('tries again after a failure, a 5xx or a 429, and waits longer each time', async () => {
    const { asked, waits, fetch } = world(new TypeError('fetch failed'), answer(502), answer(200, {}, 'ok'));
    expect((await fetch(request)).text).toBe('ok');
    expect(asked).toHaveLength(3);
    expect(waits).toEqual([250, 500]);
  });

  it('gives way after three tries', async () => {
    const { asked, waits, fetch } = world(answer(500));
    expect(await failureOf(fetch(request))).toMatchObject({
      code: 'unavailable',
      retryable: true,
      message: 'the server answered 500',
    });
    expect(asked).toHaveLength(3);
    expect(waits).toHaveLength(2);
  });

  it.each([
    ['Retry-After in seconds', 429, { 'retry-after': '3' }],
    ['Retry-After as a date', 429, { 'retry-after': 'Sun, 01 Mar 2026 12:00:03 GMT' }],
    ['Retry-After of a 503', 503, { 'retry-after': '3' }],
    ['Okta’s X-Rate-Limit-Reset', 429, { 'X-Rate-Limit-Reset': inSeconds(3) }],
    ['Auth0’s x-ratelimit-reset', 429, { 'x-ratelimit-reset': inSeconds(3) }],
    ['Retry-After before a reset', 429, { 'retry-after': '3', 'x-ratelimit-reset': inSeconds(1) }],
  ])('waits as long as the server asks: %s', async (_, status, headers) => {
    const { waits, fetch } = world(answer(status, headers), answer(200));
    expect((await fetch(request)).status).toBe(200);
    expect(waits).toEqual([3000]);
  });

  it.each([
    ['a reset that is over', 429, { 'x-rate-limit-reset': inSeconds(-9) }],
    ['a Retry-After that is neither', 429, { 'retry-after': 'soon' }],
    ['a reset beside a 500, which is not what failed', 500, { 'x-rate-limit-reset': inSeconds(30) }],
  ])('backs off by itself after %s', async (_, status, headers) => {
    const { waits, fetch } = world(answer(status, headers), answer(200));
    await fetch(request);
    expect(waits).toEqual([250]);
  });

  it.each([
    [429, { 'retry-after': '6' }],
    [503, { 'retry-after': '60' }],
    [429, { 'x-rate-limit-reset': inSeconds(6) }],
    [429, { 'x-ratelimit-reset': inSeconds(6) }],
  ])('does not wait where a %i asks for more than five seconds: %o', async (status, headers) => {
    const { asked, waits, fetch } = world(answer(status, headers));
    expect(await failureOf(fetch(request))).toMatchObject({
      code: 'throttled',
      retryable: true,
      message: 'the server was throttled',
    });
    expect([asked.length, waits.length]).toEqual([1, 0]);
  });

  it('says throttled after three 429 without a word about when', async () => {
    const { asked, fetch } = world(answer(429));
    expect(await failureOf(fetch(request))).toMatchObject({ code: 'throttled', retryable: true });
    expect(asked).toHaveLength(3);
  });

  it('quotes neither the URL nor what fetch says of it', async () => {
    const cause = Object.assign(new Error('connect 10.0.0.1 t0ken'), { code: 'ECONNREFUSED' });
    const { fetch } = world(new TypeError('Failed to parse URL from https://?token=t0ken', { cause }));
    const failure = await failureOf(fetch(request));
    expect(failure).toMatchObject({ code: 'unavailable', retryable: true });
    expect(failure.message).toBe('the server could not be reached (ECONNREFUSED)');
    expect(failure.cause).toBeUndefined();
  });

  it('reads a body of 1 MB, and not one of more', async () => {
    const most = 'x'.repeat(1024 * 1024);
    expect((await world(answer(200, {}, most)).fetch(request)).text).toHaveLength(most.length);
    const { asked, fetch } = world(answer(200, {}, `${most}x`));
    expect(await failureOf(fetch(request))).toMatchObject({ code: 'unavailable' });
    expect(asked).toHaveLength(1);
  });

  it('sends nothing after a redirect of a real server', async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer((incoming, outgoing) => {
      seen.push(incoming.url);
      outgoing.writeHead(307, { location: '/elsewhere' }).end();
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const patient = patientFetch({ fetch, sleep: async () => {}, what: 'the server' });
    const failure = await failureOf(patient({ url: `http://127.0.0.1:${port}/revoke`, method: 'POST' }));
    server.close();
    expect(failure).toMatchObject({ code: 'unavailable', retryable: true });
    expect(seen).toEqual(['/revoke', '/revoke', '/revoke']);
  });
});
