import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Channel } from '../../../functions/receive-signal/channel.ts';
import { githubChannel } from '../../../functions/receive-signal/github.ts';
import { anyJson, fuzzRuns } from '../../support/fuzz.ts';
import { MemorySecretHashes } from '../../support/memory-secret-hashes.ts';
import { type KeyServer, type SigningKey, signingKey, startKeyServer } from './github-keys-server.ts';
import { bodyOf, deliver, requestOf, smallJson, statusOf, tenMegabytes } from './requests.ts';

const token = 'acme_live_7Qx2LmZ9Rk4WcT8vBn5Y';
const tokenHash = createHash('sha256').update(token).digest('hex');
const url = 'https://github.com/acme-dana/notes/blob/0a1b2c/config.js';
const alert = (overrides: object = {}) => ({
  token,
  type: 'acme_api_token',
  url,
  source: 'content',
  ...overrides,
});

const key = signingKey('acme-key-1');
let server: KeyServer;
let hashes: MemorySecretHashes;
let clock: number;
let channel: Channel;

beforeAll(async () => {
  server = await startKeyServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  Object.assign(server.state, { keys: [key], status: 200, requests: 0 });
  clock = Date.UTC(2026, 2, 2, 9);
  hashes = new MemorySecretHashes();
  await hashes.remember(tokenHash, {
    kind: 'api-gateway-key',
    account: '123456789012',
    region: 'eu-west-1',
    id: 'k7acme',
  });
  const settings = { publicKeysUrl: server.url, tokenTypes: ['acme_api_token'] };
  channel = githubChannel({ settings, hashes, now: () => new Date(clock) });
});

const path = '/github/secret-scanning';
const signedBytes = (body: Buffer, by: SigningKey = key, headers: Record<string, string> = {}) =>
  requestOf({
    path,
    body,
    headers: {
      'github-public-key-identifier': by.id,
      'github-public-key-signature': by.sign(body),
      ...headers,
    },
  });
const signed = (json: unknown, by: SigningKey = key) => signedBytes(Buffer.from(JSON.stringify(json)), by);

describe('an alert', () => {
  it('becomes a signal that names the secret by its hash, and is answered with feedback', async () => {
    const outcome = await deliver(channel, signed([alert()]));
    expect(outcome.answer.status).toBe(200);
    expect(bodyOf(outcome)).toEqual([
      { token_hash: tokenHash, token_type: 'acme_api_token', label: 'true_positive' },
    ]);
    expect(outcome.signals).toEqual([
      {
        source: 'cutoff.github',
        detailType: 'LeakedSecret',
        detail: {
          eventId: createHash('sha256')
            .update(tokenHash + url)
            .digest('hex'),
          sha256: tokenHash,
          tokenType: 'acme_api_token',
          where: url,
          sourceType: 'content',
          receivedAt: '2026-03-02T09:00:00.000Z',
        },
      },
    ]);
  });

  it('of a secret that nobody has indexed is a false positive, and a signal all the same: it may be newer than the upkeep', async () => {
    const made = 'acme_live_made_since_the_upkeep';
    const outcome = await deliver(channel, signed([alert({ token: made })]));
    expect(bodyOf(outcome)).toMatchObject([{ label: 'false_positive' }]);
    expect(outcome.signals).toMatchObject([
      { detail: { sha256: createHash('sha256').update(made).digest('hex') } },
    ]);
  });

  it('of a type that was not registered is not even looked up', async () => {
    const outcome = await deliver(channel, signed([alert({ type: 'other_api_token' })]));
    expect([bodyOf(outcome), outcome.signals]).toEqual([[], []]);
  });

  it('may come twice: the same event, once within one request; another place is another event', async () => {
    const idsOf = async (...alerts: object[]) =>
      (await deliver(channel, signed(alerts))).signals.map(({ detail }) => detail.eventId);
    const [first, ...others] = await idsOf(alert(), alert());
    expect(others).toEqual([]);
    clock += 60_000;
    expect(await idsOf(alert())).toEqual([first]);
    expect(await idsOf(alert({ url: `${url}?other` }))).not.toEqual([first]);
  });

  it('is read where the place is empty or missing', async () => {
    const { url: _, source: __, ...bare } = alert();
    const detailOf = async (one: object) => (await deliver(channel, signed([one]))).signals[0]?.detail;
    expect(await detailOf(bare)).toMatchObject({ where: '', sourceType: 'unknown' });
    expect(await detailOf(alert({ url: '', source: 'Pull_request_title' }))).toMatchObject({
      where: '',
      sourceType: 'pull_request_title',
    });
  });
});

describe('secrets-in-events: the secret is nowhere but in the request', () => {
  it.each([
    [`${url}?token=${token}`, url],
    [`https://dana:${token}@github.com/a#${token}`, 'https://github.com/a'],
    [`https://api.acme.example/${token}/x`, 'https://api.acme.example'],
    [`https://api.acme.example/${token.replace('_', '%5F').toUpperCase()}`, 'https://api.acme.example'],
    [`javascript:${token}`, ''],
    [token, ''],
    [`https://acme.example/${'p'.repeat(2000)}`, 'https://acme.example'],
  ])('in place %#', async (place, where) => {
    const outcome = await deliver(channel, signed([alert({ url: place, source: token })]));
    expect(outcome.signals).toMatchObject([{ detail: { where, sourceType: 'unknown' } }]);
    expect(JSON.stringify(outcome).toLowerCase()).not.toContain(token.toLowerCase());
  });

  it('also where the request is refused', async () => {
    const refused = [
      signed([{ token, type: 7 }]),
      signed({ token }),
      signedBytes(Buffer.from(`[{"token":"${token}"`)),
      signedBytes(Buffer.from(JSON.stringify([alert()])), {
        ...key,
        sign: () => signingKey('x').sign(Buffer.from('')),
      }),
    ];
    for (const request of refused) {
      const outcome = await deliver(channel, request);
      expect(outcome.answer.status).toBeGreaterThanOrEqual(400);
      expect(JSON.stringify(outcome)).not.toContain(token);
    }
  });

  it('also where the store cannot be asked', async () => {
    hashes.credentialOf = async (sha256) => {
      throw new Error(sha256);
    };
    const error = await deliver(channel, signed([alert()])).catch(String);
    expect(error).toContain(tokenHash);
    expect(error).not.toContain(token);
  });
});

describe('who is believed', () => {
  const body = Buffer.from(JSON.stringify([alert()]));

  it('a signature over one byte more, less or other is refused', async () => {
    const good = signedBytes(body);
    expect(await statusOf(channel, good)).toBe(200);
    const others = [
      Buffer.concat([body, Buffer.from(' ')]),
      body.subarray(0, -1),
      Buffer.from(body.toString().replace('acme', 'acne')),
    ];
    for (const other of others) {
      expect(await deliver(channel, { ...good, body: other })).toMatchObject({
        answer: { status: 401 },
        signals: [],
      });
    }
  });

  it('another key under a name that is listed, and the right key under a name that is not, are refused', async () => {
    expect(await statusOf(channel, signedBytes(body, { ...signingKey('x'), id: key.id }))).toBe(401);
    expect(await statusOf(channel, signedBytes(body, { ...key, id: 'acme-key-9' }))).toBe(401);
  });

  it('a key that is not EC on P-256 is none, though it is listed and the signature fits', async () => {
    const other = signingKey('acme-key-384', 'secp384r1');
    server.state.keys = [{ id: 'broken', pem: 'no key' }, other, key];
    expect(await statusOf(channel, signedBytes(body, other))).toBe(401);
    expect(await statusOf(channel, signedBytes(body))).toBe(200);
  });

  it('both headers must be there and readable', async () => {
    for (const header of ['github-public-key-identifier', 'github-public-key-signature']) {
      for (const value of ['', '!', 'x'.repeat(10_000)]) {
        expect(await statusOf(channel, signedBytes(body, key, { [header]: value }))).toBe(401);
      }
    }
    expect(await statusOf(channel, requestOf({ path, body }))).toBe(401);
    expect(server.state.requests).toBeLessThanOrEqual(1);
  });

  it('other methods, paths, sizes and content types are refused', async () => {
    const good = signedBytes(body);
    expect(await statusOf(channel, { ...good, method: 'GET' })).toBe(405);
    expect(await statusOf(channel, { ...good, path: `${path}/x` })).toBe(404);
    expect(await statusOf(channel, signedBytes(tenMegabytes))).toBe(413);
    expect(await statusOf(channel, signedBytes(body, key, { 'content-type': 'text/plain' }))).toBe(415);
    expect(await statusOf(channel, signed(Array.from({ length: 5001 }, () => alert())))).toBe(400);
  });
});

describe('the list of keys', () => {
  const keyTwo = signingKey('acme-key-2');

  it('is kept, and read again for an id that is new, once a minute', async () => {
    expect(await statusOf(channel, signed([]))).toBe(200);
    expect(await statusOf(channel, signed([]))).toBe(200);
    expect(server.state.requests).toBe(1);
    server.state.keys = [key, keyTwo];
    clock += 59_000;
    expect(await statusOf(channel, signed([], keyTwo))).toBe(401);
    clock += 1000;
    expect(await statusOf(channel, signed([], keyTwo))).toBe(200);
    expect(await statusOf(channel, signed([], signingKey('unknown')))).toBe(401);
    expect(server.state.requests).toBe(2);
  });

  it('is read again after an hour, and a key that is gone from it is believed no more', async () => {
    await deliver(channel, signed([]));
    server.state.keys = [keyTwo];
    clock += 3_600_000;
    expect(await statusOf(channel, signed([]))).toBe(401);
  });

  it('may be out of reach for a key that is known', async () => {
    await deliver(channel, signed([]));
    server.state.status = 503;
    clock += 3_600_000;
    expect(await statusOf(channel, signed([]))).toBe(200);
    expect(server.state.requests).toBe(2);
  });

  it.each([503, 403, 302])('that answers %i is our trouble for a key that is not known', async (status) => {
    server.state.status = status;
    const unavailable = { code: 'unavailable', retryable: true };
    await expect(deliver(channel, signed([]))).rejects.toMatchObject(unavailable);
    server.state.status = 200;
    await expect(deliver(channel, signed([]))).rejects.toMatchObject(unavailable);
    clock += 5000;
    expect(await statusOf(channel, signed([]))).toBe(200);
  });
});

it(
  'never fails on what is sent, never shows the secret, and makes no signal without a signature',
  async () => {
    const near = fc.array(
      fc.record(
        {
          token: fc.constant(token),
          type: fc.oneof(fc.constant('acme_api_token'), smallJson),
          url: fc.oneof(fc.webUrl(), smallJson),
          source: smallJson,
        },
        { requiredKeys: ['token'] },
      ),
      { maxLength: 3 },
    );
    const body = fc.oneof(near, anyJson).map((value) => Buffer.from(JSON.stringify(value) ?? ''));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          body,
          fc.uint8Array().map((bytes) => Buffer.from(bytes)),
        ),
        fc.boolean(),
        async (bytes, isSigned) => {
          const request = signedBytes(
            bytes,
            isSigned ? key : { ...key, sign: () => Buffer.from(bytes).toString('base64').slice(0, 96) },
          );
          const { answer, signals, reason } = await deliver(channel, request);
          expect(answer.status).toBeLessThan(500);
          if (!isSigned) expect([answer.status, signals]).toEqual([401, []]);
          expect(JSON.stringify([answer, signals, reason])).not.toContain(token);
        },
      ),
      { numRuns: fuzzRuns },
    );
  },
  10_000 + 30 * fuzzRuns,
);
