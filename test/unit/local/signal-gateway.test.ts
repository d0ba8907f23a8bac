import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { signalRequestOf } from '../../../functions/receive-signal/request.ts';
import type { HttpServer } from '../../../infra/local/http-server.ts';
import { startSignalGateway } from '../../../infra/local/signal-gateway.ts';

let gateway: HttpServer;
let events: APIGatewayProxyEventV2[];
let answer: () => unknown;

const start = async (patience?: number): Promise<void> => {
  gateway = await startSignalGateway({
    ...(patience !== undefined && { patience }),
    invoke: async (event) => {
      events.push(event as APIGatewayProxyEventV2);
      return answer();
    },
  });
};

beforeEach(() => {
  events = [];
  answer = () => ({ statusCode: 202 });
});
afterEach(() => gateway.close());

const post = (path: string, body: string | Uint8Array<ArrayBuffer>, contentType?: string) =>
  fetch(`${gateway.url}${path}`, {
    method: 'POST',
    body,
    headers: contentType === undefined ? {} : { 'content-type': contentType },
  });

/** What fetch would not send: names twice, paths as they are. */
const raw = (path: string, headers: Record<string, string | string[]> = {}) =>
  new Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: string }>(
    (resolve, reject) => {
      const { hostname, port } = new URL(gateway.url);
      const sent = httpRequest({ hostname, port, path, headers }, async (response) => {
        const chunks = await Array.fromAsync(response as AsyncIterable<Buffer>);
        resolve({ status: response.statusCode, headers: response.headers, body: chunks.join('') });
      });
      sent.on('error', reject).end();
    },
  );

describe('the event', () => {
  beforeEach(() => start());

  it('has the shape of payload 2.0', async () => {
    await post('/scim/v2/Users?startIndex=1&count=2&count=3', '{"a":1}', 'application/json');
    expect(events).toMatchObject([
      {
        version: '2.0',
        routeKey: '$default',
        rawPath: '/scim/v2/Users',
        rawQueryString: 'startIndex=1&count=2&count=3',
        queryStringParameters: { startIndex: '1', count: '2,3' },
        headers: { 'content-type': 'application/json', host: new URL(gateway.url).host },
        requestContext: {
          stage: '$default',
          http: { method: 'POST', path: '/scim/v2/Users', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
        },
        body: '{"a":1}',
        isBase64Encoded: false,
      },
    ]);
  });

  it('has neither body nor query where none was sent', async () => {
    await raw('/');
    expect(events[0]).toMatchObject({ rawPath: '/', rawQueryString: '', isBase64Encoded: false });
    expect(events[0]).not.toHaveProperty('body');
    expect(events[0]).not.toHaveProperty('queryStringParameters');
    expect(events[0]).not.toHaveProperty('cookies');
  });

  it('has header names in lower case, values of one name joined, and cookies apart', async () => {
    await raw('/', { Authorization: 'Bearer x', 'X-Twice': ['a', 'b'], Cookie: 'one=1; two=2' });
    expect(events[0]?.headers).toMatchObject({ authorization: 'Bearer x', 'x-twice': 'a,b' });
    expect(events[0]?.headers).not.toHaveProperty('cookie');
    expect(events[0]?.cookies).toEqual(['one=1', 'two=2']);
  });

  it('has the path decoded, and the query as sent', async () => {
    await raw('/scim/v2/Users/a%20b?filter=id%20eq%20%22?%22');
    expect(events[0]).toMatchObject({
      rawPath: '/scim/v2/Users/a b',
      rawQueryString: 'filter=id%20eq%20%22?%22',
      queryStringParameters: { filter: 'id eq "?"' },
    });
    await raw('/100%');
    expect(events[1]?.rawPath).toBe('/100%');
  });

  it.each([
    ['application/json', false],
    ['application/json; charset=utf-8', false],
    ['text/plain', false],
    ['application/secevent+jwt', true],
    ['application/scim+json', true],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
  ])('has a body of type %s in base64: %s', async (contentType, encoded) => {
    await post('/', 'Noor Æ', contentType);
    const body = encoded ? Buffer.from('Noor Æ').toString('base64') : 'Noor Æ';
    expect(events[0]).toMatchObject({ body, isBase64Encoded: encoded });
  });

  it('is what the function reads: the same bytes, method, path and names', async () => {
    const bytes = Uint8Array.from([0, 255, 10, 128]);
    await post('/ssf/events?x=%2B', bytes, 'application/octet-stream');
    const [event] = events;
    expect(event && signalRequestOf(event)).toMatchObject({
      method: 'POST',
      path: '/ssf/events',
      query: { x: '+' },
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.from(bytes),
    });
  });
});

describe('the answer', () => {
  beforeEach(() => start());
  const answerTo = async (value: unknown) => {
    answer = () => value;
    const { status, headers, body } = await raw('/');
    return { status, type: headers['content-type'], body };
  };

  it('is the function’s own: status, headers, cookies, body', async () => {
    answer = () => ({
      statusCode: 400,
      headers: { 'content-type': 'application/json', 'retry-after': 30 },
      cookies: ['a=1', 'b=2'],
      body: '{"err":"invalid_key"}',
    });
    const { status, headers, body } = await raw('/');
    expect({ status, body }).toEqual({ status: 400, body: '{"err":"invalid_key"}' });
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'retry-after': '30',
      'set-cookie': ['a=1', 'b=2'],
    });
  });

  it('may be without a body, or in base64', async () => {
    expect(await answerTo({ statusCode: 202 })).toMatchObject({ status: 202, body: '' });
    const body = Buffer.from('Noor Æ').toString('base64');
    expect(await answerTo({ statusCode: 200, body, isBase64Encoded: true })).toMatchObject({
      status: 200,
      body: 'Noor Æ',
    });
  });

  it.each([
    ['a text', 'Hello', 'Hello'],
    ['an object without a status', { message: 'Hello' }, '{"message":"Hello"}'],
    ['a list', [1], '[1]'],
    ['nothing', undefined, 'null'],
  ])('is a 200 with JSON for %s', async (_, value, body) => {
    expect(await answerTo(value)).toEqual({ status: 200, type: 'application/json', body });
  });

  it.each([
    ['an impossible status', () => ({ statusCode: 'ok' })],
    ['a body that is no text', () => ({ statusCode: 200, body: { a: 1 } })],
    ['an error', () => Promise.reject(new Error('boom'))],
  ])('is a 500 for %s', async (_, wrong) => {
    const complaints = vi.spyOn(console, 'error').mockReturnValue();
    answer = wrong;
    expect(await raw('/')).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
    complaints.mockRestore();
  });
});

describe('a body', () => {
  const tenMegabytes = 10 * 1024 * 1024;

  it('may be 10 MB, and a byte more is answered with 413, unread by the function', async () => {
    await start();
    expect((await post('/', new Uint8Array(tenMegabytes))).status).toBe(202);
    expect(events).toHaveLength(1);
    const tooLong = await post('/', new Uint8Array(tenMegabytes + 1));
    expect(tooLong.status).toBe(413);
    expect(await tooLong.json()).toEqual({ message: 'Request Entity Too Large' });
    expect(events).toHaveLength(1);
  });

  it('that does not come to its end is cut off with 408, and the connection closed', async () => {
    await start(50);
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc');
    const said = (await Array.fromAsync(socket as AsyncIterable<Buffer>)).join('');
    expect(said).toMatch(/^HTTP\/1\.1 408 /);
    expect(said).toContain('{"message":"Request Timeout"}');
    expect(events).toEqual([]);
  });

  it('that came in time leaves the function all the time it takes', async () => {
    await start(500);
    answer = () => new Promise((resolve) => setTimeout(resolve, 700, { statusCode: 204 }));
    expect((await post('/', 'x')).status).toBe(204);
  });

  it('whose sender goes away harms nobody', async () => {
    await start();
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc');
    await vi.waitFor(() => expect(socket.bytesWritten).toBeGreaterThan(0));
    socket.destroy();
    expect((await post('/', 'x')).status).toBe(202);
    expect(events).toHaveLength(1);
  });
});
