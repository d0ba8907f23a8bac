import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { probesSchema } from '../../../functions/domain/enforcement-settings.ts';
import type { CutoffError } from '../../../functions/domain/errors.ts';
import { readAnswer } from '../../../functions/enforcement/probe-answer.ts';
import { placeOf, sendProbe } from '../../../functions/enforcement/probe-request.ts';

const secret = 'k3y-that-must-not-be-told';
const headers = { 'x-api-key': secret };

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** What was sent to it, by method, and its address. */
const serve = async (listener: RequestListener) => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.headers['x-api-key']}`);
    listener(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { seen, host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
};

const failureOf = async (call: Promise<unknown>): Promise<CutoffError> =>
  call.then(
    () => expect.fail('did not fail'),
    (error: CutoffError) => error,
  );

const toldBy = (error: CutoffError) => `${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;

describe('a real attempt', () => {
  it('sends what it was given, and brings status, headers and body', async () => {
    const { seen, host } = await serve((_, response) => {
      response.writeHead(403, { 'x-amzn-errortype': 'ForbiddenException' }).end('{"message":"Forbidden"}');
    });
    const answer = await sendProbe({ url: `http://${host}/partner`, headers }, fetch);
    expect(answer).toMatchObject({ status: 403, text: '{"message":"Forbidden"}' });
    expect(answer.headers.get('x-amzn-errortype')).toBe('ForbiddenException');
    expect(seen).toEqual([`GET ${secret}`]);
  });

  it.each([301, 302, 303, 307, 308])('never follows a redirect with the secret: %i', async (status) => {
    const elsewhere = await serve((_, response) => response.end('ok'));
    const { host } = await serve((_, response) => {
      response.writeHead(status, { location: `http://${elsewhere.host}/` }).end();
    });
    const answer = await sendProbe({ url: `http://${host}/`, headers }, fetch);
    expect(() => readAnswer(answer)).toThrow(`was answered ${status}`);
    expect(elsewhere.seen).toEqual([]);
  });

  it('reads no more of an endless body than it needs, and says what the headers say', async () => {
    let written = 0;
    const { host } = await serve((_, response) => {
      response.writeHead(403, { 'x-amzn-errortype': 'ForbiddenException' });
      const more = () => {
        if (response.destroyed) return;
        written += 65_536;
        response.write('x'.repeat(65_536), () => setImmediate(more));
      };
      more();
    });
    const answer = await sendProbe({ url: `http://${host}/`, headers }, fetch);
    expect(answer.text).toHaveLength(65_536);
    expect(readAnswer(answer).verdict).toBe('refused');
    expect(written).toBeLessThan(50_000_000);
  });

  it('needs no body of what got through: a stream of events that never ends is an answer', async () => {
    const { host } = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': hello\n\n');
    });
    expect(await sendProbe({ url: `http://${host}/`, headers }, fetch)).toMatchObject({
      status: 200,
      text: '',
    });
  });

  it('has a deadline, whether nothing comes at all or a body without an end', async () => {
    const silent = await serve(() => undefined);
    const slow = await serve((_, response) => {
      response.writeHead(403);
      response.write('{"message":');
    });
    const failures = [silent, slow].map(({ host }) =>
      failureOf(sendProbe({ url: `http://${host}/`, headers }, fetch)),
    );
    for (const { code, message } of await Promise.all(failures)) {
      expect([code, message]).toEqual([
        'probe-inconclusive',
        expect.stringMatching(/TimeoutError|UND_ERR|AbortError/),
      ]);
    }
  }, 20_000);

  it.each([
    ['nobody listens', 'http://127.0.0.1:1/'],
    ['no such host', 'https://nowhere.invalid/'],
  ])('says nothing, and quotes nothing, where %s', async (_, url) => {
    const error = await failureOf(sendProbe({ url, headers }, fetch));
    expect(error.code).toBe('probe-inconclusive');
    expect(toldBy(error)).not.toContain(secret);
  });

  it('says nothing where TLS fails', async () => {
    const { seen, host } = await serve((_, response) => response.end('ok'));
    const error = await failureOf(sendProbe({ url: `https://${host}/`, headers }, fetch));
    expect(error.code).toBe('probe-inconclusive');
    expect(seen).toEqual([]);
  });

  it('quotes no value that cannot be a header', async () => {
    const bad = { 'x-api-key': `${secret}\n` };
    const error = await failureOf(
      sendProbe({ url: 'http://127.0.0.1:1/', headers: { ...bad, 'x-ü': secret } }, fetch),
    );
    expect(error.message).toContain('TypeError');
    expect(toldBy(error)).not.toContain(secret);
  });

  it('goes nowhere without TLS: the settings refuse such a URL', () => {
    const canary = { tokenUrl: 'https://id.example.com/token', clientSecretArn: 'arn:aws:x' };
    const takes = (probes: object) => probesSchema.safeParse(probes).success;
    expect(takes({ apiKeyUrl: 'http://api.example.com/partner' })).toBe(false);
    expect(takes({ canary: { ...canary, url: 'http://api.example.com/hello' } })).toBe(false);
    const url = 'https://api.example.com/hello';
    expect(takes({ canary: { ...canary, url } })).toBe(true);
    expect(takes({ canary: { ...canary, url, tokenUrl: 'http://id.example.com/token' } })).toBe(false);
  });

  it('is told by its place alone', () => {
    expect(placeOf('https://user:pass@api.example.com/prod/hello')).toBe(
      'https://api.example.com/prod/hello',
    );
  });
});
