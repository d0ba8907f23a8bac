import { describe, expect, it } from 'vitest';
import {
  type Channel,
  type Received,
  Refused,
  type Signal,
  type SignalRequest,
} from '../../../functions/receive-signal/channel.ts';
import { receiveSignal } from '../../../functions/receive-signal/receive-signal.ts';
import { longestBody } from '../../../functions/receive-signal/request.ts';
import { type Sent, signalEvent } from '../../support/signal-request.ts';

const signal: Signal = { source: 'cutoff.ssf', detailType: 'Security Event Token', detail: { jti: 'j-1' } };

interface Trouble {
  readonly receive?: unknown;
  readonly publish?: unknown;
  readonly settle?: unknown;
  /** Instead of the channel's own. */
  readonly received?: Partial<Received>;
}

/** Two channels, a bus and a report that write down what they are asked, in order. */
const stage = (trouble: Trouble = {}) => {
  const log: string[] = [];
  const requests: SignalRequest[] = [];
  const step = async (name: string, error: unknown) => {
    log.push(name);
    if (error !== undefined) throw error;
  };
  const channel = (name: string, prefix: string): Channel => ({
    name,
    prefix,
    receive: async (request) => {
      requests.push(request);
      await step(`${name} receives`, trouble.receive);
      const settle = () => step('settled', trouble.settle);
      return { answer: { status: 202 }, signals: [signal], settle, ...trouble.received };
    },
  });
  const deps = {
    channels: [channel('ssf', '/ssf/events'), channel('scim', '/scim/v2')],
    publish: (signals: readonly Signal[]) => step(`bus takes ${signals.length}`, trouble.publish),
    report: {
      received: (name: string) => void log.push(`received ${name}`),
      refused: (name: string, reason: string) => void log.push(`refused ${name}: ${reason}`),
      failed: (name: string, error: unknown) => void log.push(`failed ${name}: ${(error as Error).message}`),
    },
  };
  return { log, requests, send: (sent: Sent) => receiveSignal(signalEvent(sent), deps) };
};

const toSsf = { path: '/ssf/events', body: 'a.b.c' };
const sentence = (message: string) => JSON.stringify({ message });

describe('a signal', () => {
  it('is on the bus, then settled, and only then answered', async () => {
    const { log, send } = stage();
    expect(await send(toSsf)).toMatchObject({ statusCode: 202 });
    expect(log).toEqual(['ssf receives', 'bus takes 1', 'settled', 'received ssf']);
  });

  it('is answered in the channel’s own words', async () => {
    const answer = { status: 200, headers: { 'content-type': 'text/plain' }, body: 'hello' };
    const { send } = stage({ received: { answer, signals: [] } });
    expect(await send(toSsf)).toEqual({
      statusCode: 200,
      headers: {
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'content-type': 'text/plain',
      },
      body: 'hello',
    });
  });

  it('reaches its channel as the channel reads it', async () => {
    const { requests, send } = stage();
    await send({
      ...toSsf,
      path: '/live/ssf/events',
      stage: 'live',
      query: 'a=1',
      headers: { 'Content-Type': 'application/secevent+jwt' },
    });
    expect(requests).toEqual([
      {
        method: 'POST',
        path: '/ssf/events',
        query: { a: '1' },
        headers: { 'content-type': 'application/secevent+jwt' },
        body: Buffer.from('a.b.c'),
      },
    ]);
  });

  it.each([
    ['the bus', { publish: new Error('bus is full') }, ['ssf receives', 'bus takes 1']],
    ['what settles it', { settle: new Error('table is away') }, ['ssf receives', 'bus takes 1', 'settled']],
    ['the channel', { receive: new Error('no keys') }, ['ssf receives']],
  ])('comes again where %s fails, and nothing later has happened', async (_, trouble, before) => {
    const { log, send } = stage(trouble);
    const { statusCode, headers, body } = await send(toSsf);
    expect({ statusCode, body }).toEqual({ statusCode: 503, body: sentence('try again later') });
    expect(Number(headers?.['retry-after'])).toBeGreaterThan(0);
    expect(log.slice(0, -1)).toEqual(before);
    expect(log.at(-1)).toMatch(/^failed ssf: /);
  });

  it('that is refused puts nothing on the bus, and says why in its protocol’s words', async () => {
    const answer = { status: 400, body: '{"err":"invalid_key"}' };
    const { log, send } = stage({ receive: new Refused('bad-signature', answer) });
    expect(await send(toSsf)).toMatchObject({ statusCode: 400, body: '{"err":"invalid_key"}' });
    expect(log).toEqual(['ssf receives', 'refused ssf: bad-signature']);
  });

  it('that the bus finds too long is refused, and never asked for again', async () => {
    const { log, send } = stage({ publish: new Refused('signal-too-long', { status: 413 }) });
    expect(await send(toSsf)).toMatchObject({ statusCode: 413 });
    expect(log.at(-1)).toBe('refused ssf: signal-too-long');
  });
});

describe('a path', () => {
  it.each([
    ['/scim/v2', 'scim'],
    ['/scim/v2/Users/42', 'scim'],
    ['/ssf/events', 'ssf'],
  ])('%s belongs to %s', async (path, name) => {
    const { log, send } = stage();
    await send({ path });
    expect(log[0]).toBe(`${name} receives`);
  });

  it.each([
    '/',
    '',
    '/scim',
    '/scim/v20/Users',
    '/ssf/events2',
    '//ssf/events',
    '/SSF/events',
    '/x/ssf/events',
  ])('%j belongs to nobody: 404', async (path) => {
    const { log, send } = stage();
    expect(await send({ path })).toMatchObject({ statusCode: 404, body: sentence('not found') });
    expect(log).toEqual(['refused none: no-channel']);
  });

  it('belongs to nobody where no channel is switched on', async () => {
    const { send } = stage();
    const none = { channels: [], publish: async () => undefined };
    const report = { received: () => undefined, refused: () => undefined, failed: () => undefined };
    expect(await receiveSignal(signalEvent(toSsf), { ...none, report })).toMatchObject({ statusCode: 404 });
    expect(await send(toSsf)).toMatchObject({ statusCode: 202 });
  });
});

it('a body that is too long is refused before any channel reads it', async () => {
  const { log, send } = stage();
  const sent = { ...toSsf, body: 'x'.repeat(longestBody + 1) };
  expect(await send(sent)).toMatchObject({ statusCode: 413 });
  expect(log).toEqual(['refused none: body-too-long']);
});
