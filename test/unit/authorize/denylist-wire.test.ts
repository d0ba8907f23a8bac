import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { denylistWire } from '../../../functions/authorize/denylist-wire.ts';
import { denialReader } from '../../../functions/authorize/read-denials.ts';
import type { DynamoAccess } from '../../../functions/authorize/sign-request.ts';
import { type Play, plays, startWireServer, type WireServer } from './wire-server.ts';

const accessTo = (endpoint: URL): DynamoAccess => ({
  region: 'eu-west-1',
  endpoint,
  credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'not-a-secret' },
});
const readerOf = (endpoint: URL) => denialReader(denylistWire(accessTo(endpoint)), 'denylist');
const soon = (milliseconds: number) => performance.now() + milliseconds;

const open: { close(): unknown }[] = [];
const serving = async (...first: readonly Play[]): Promise<WireServer> => {
  const server = await startWireServer(...first);
  open.push(server);
  return server;
};
const connections = ({ seen }: WireServer) => new Set(seen.map(({ socket }) => socket)).size;
const unreachable = (cause: string) =>
  expect.objectContaining({
    reason: 'denylist-unreachable',
    cause: expect.objectContaining({ name: cause }),
  });

afterEach(() => {
  vi.useRealTimers();
  for (const each of open.splice(0)) each.close();
});

describe('denylistWire', () => {
  it('posts one signed BatchGetItem to the path of the endpoint, with its length', async () => {
    const server = await serving();
    const answer = await denylistWire(accessTo(new URL('/local', server.url)))('{"a":"ë"}', {
      ...{ fresh: false, until: soon(2000) },
    });
    expect(answer).toMatchObject({ status: 200, headers: { 'content-length': '50' } });
    expect(answer.body.toString()).toBe('{"Responses":{"denylist":[]},"UnprocessedKeys":{}}');
    expect(server.seen).toMatchObject([
      {
        url: '/local',
        body: '{"a":"ë"}',
        headers: {
          host: server.url.host,
          'content-length': '10',
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': 'DynamoDB_20120810.BatchGetItem',
        },
      },
    ]);
  });

  it('keeps its connection', async () => {
    const server = await serving();
    const read = readerOf(server.url);
    for (const _ of [1, 2, 3]) expect(await read(['a'])).toEqual(new Map());
    expect(server.seen).toHaveLength(3);
    expect(connections(server)).toBe(1);
  });

  it.each(['reset', 'hangUp'] as const)(
    'asks again on a new connection where all kept ones have died: %s',
    async (death) => {
      const held: ServerResponse[] = [];
      const hold: Play = (response) => void held.push(response);
      const server = await serving(hold, hold);
      const read = readerOf(server.url);
      const both = Promise.all([read(['a']), read(['b'])]);
      await expect.poll(() => held.length).toBe(2);
      for (const response of held) plays.well(response);
      await both;
      const kept = new Set(server.seen.map(({ socket }) => socket));
      const die: Play = (response) =>
        response.socket && kept.has(response.socket) ? plays[death](response) : plays.well(response);
      server.queue.push(die, die);
      expect(await read(['c'])).toEqual(new Map());
      expect(server.seen).toHaveLength(4);
      expect(connections(server)).toBe(3);
    },
  );

  it('keeps no connection on which something went wrong', async () => {
    const server = await serving(plays.flood);
    const wire = denylistWire(accessTo(server.url));
    const ask = () => wire('{}', { fresh: false, until: soon(5000) });
    await expect(ask()).rejects.toMatchObject({ name: 'AnswerTooLong' });
    expect(await ask()).toMatchObject({ status: 200 });
    expect(connections(server)).toBe(2);
  });

  it('signs each attempt anew', async () => {
    const server = await serving(plays.reset);
    await readerOf(server.url)(['a']);
    expect(server.seen.map(({ body }) => JSON.parse(body))).toHaveLength(2);
    for (const { headers } of server.seen) expect(headers.authorization).toMatch(/^AWS4-HMAC-SHA256 /);
  });

  it.each([
    ['is reset', plays.reset, 'ECONNRESET'],
    ['ends without an answer', plays.hangUp, 'ECONNRESET'],
    ['is reset in the middle of an answer', plays.cut, 'ECONNRESET'],
    ['ends in the middle of an answer', plays.cutOff, 'ConnectionClosed'],
    ['becomes something else', plays.upgrade, expect.stringMatching(/^(ECONNRESET|ConnectionClosed)$/)],
    ['carries an answer beyond all measure', plays.flood, 'AnswerTooLong'],
  ])('asks twice where the connection %s, and then gives up', async (_name, play, cause) => {
    const server = await serving(play, play);
    await expect(readerOf(server.url)(['a'])).rejects.toEqual(unreachable(cause as string));
    expect(server.seen).toHaveLength(2);
    const again = await serving(play);
    expect(await readerOf(again.url)(['a'])).toEqual(new Map());
  });

  it('leaves no timer behind, whatever came', async () => {
    const server = await serving(plays.well, plays.well, plays.reset, plays.hangUp);
    const read = readerOf(server.url);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await read(['a']);
    await read(['b']);
    await read(['c']).catch(() => undefined);
    expect(server.seen).toHaveLength(4);
    await expect.poll(() => vi.getTimerCount()).toBe(0);
  });

  it('gives up where nobody listens, and where the other side speaks no TLS', async () => {
    const server = await serving();
    const secure = new URL(`https://${server.url.host}`);
    await expect(readerOf(secure)(['a'])).rejects.toEqual(
      unreachable(expect.stringMatching(/^(ERR_SSL|EPROTO)/) as unknown as string),
    );
    server.close();
    await expect(readerOf(server.url)(['a'])).rejects.toEqual(unreachable('ECONNREFUSED'));
  });
});

describe.concurrent('denylistWire, in time', () => {
  it.each([
    ['never comes', plays.hold],
    ['begins and never ends', plays.begin],
    ['trickles', plays.trickle],
  ])('gives up on an answer that %s, after two attempts', async (_name, play) => {
    const server = await startWireServer(play, play);
    await expect(readerOf(server.url)(['a'])).rejects.toEqual(unreachable('AnswerTimeout'));
    expect(server.seen).toHaveLength(2);
    server.close();
  });

  it('waits for a slow answer, on a kept connection too', async () => {
    const server = await startWireServer(plays.slow, plays.slow);
    const read = readerOf(server.url);
    for (const _ of [1, 2]) expect(await read(['a'])).toEqual(new Map());
    expect(server.seen).toHaveLength(2);
    expect(connections(server)).toBe(1);
    server.close();
  });

  it('gives up on what waits for a connection when its time is over, whatever the others do', async () => {
    const server = await startWireServer(...Array.from({ length: 50 }, () => plays.hold));
    const wire = denylistWire(accessTo(server.url));
    const outcome = (until: number) =>
      wire('{}', { fresh: false, until }).then(
        () => 'answered',
        ({ name }: Error) => name,
      );
    const fifty = Array.from({ length: 50 }, () => outcome(soon(10_000)));
    const late = outcome(soon(300));
    expect(await Promise.race([...fifty, late])).toBe('QueueTimeout');
    // What waits longer is served, and its wait is not held against it.
    const patient = outcome(soon(10_000));
    expect(new Set(await Promise.all(fifty))).toEqual(new Set(['AnswerTimeout']));
    expect(await patient).toBe('answered');
    server.close();
  });

  it('does not outlast its time, though the answer has more', async () => {
    const server = await startWireServer(plays.hold, plays.hold, plays.hold);
    const wire = denylistWire(accessTo(server.url));
    const outcome = (until: number) => wire('{}', { fresh: false, until }).catch(() => until);
    const [patient, hasty, late] = [soon(10_000), soon(100), soon(-1)];
    const waits = outcome(patient);
    expect(await Promise.race([waits, outcome(hasty)])).toBe(hasty);
    expect(await Promise.race([waits, outcome(late)])).toBe(late);
    server.close();
    await waits;
  });

  it('gives up on a connection that is not made', async () => {
    // Listens, takes nobody in, and has room for two who wait: the others' first packets are dropped.
    const worker = new Worker(
      `const { parentPort } = require('node:worker_threads');
       const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
         parentPort.postMessage(server.address().port);
         Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
       });`,
      { eval: true },
    );
    const [port] = await once(worker, 'message');
    const waiting = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    await once(waiting[0] as NodeJS.EventEmitter, 'connect');
    await expect(readerOf(new URL(`http://127.0.0.1:${port}`))(['a'])).rejects.toEqual(
      unreachable('ConnectTimeout'),
    );
    for (const socket of waiting) socket.destroy();
    await worker.terminate();
  });
});
