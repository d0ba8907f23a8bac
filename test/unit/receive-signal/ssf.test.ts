import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ssfChannel } from '../../../functions/receive-signal/ssf.ts';
import { ssf } from '../../../functions/sources/ssf.ts';
import { fixturesOf, readFixture } from '../../fixtures/events/expectations.ts';
import { anyJson, fuzzRuns } from '../../support/fuzz.ts';
import { MemorySeenTokens } from '../../support/memory-seen-tokens.ts';
import { makeSigner, now, outcomeOf, requestOf, seconds, type TestSigner } from './test-signer.ts';

/** Milliseconds: a slow machine is no failure. */
const fuzzTimeout = 60_000 + 20 * fuzzRuns;

const issuer = 'https://idp.acme.example';
const audience = 'https://signals.acme.example/ssf';
const transmitter = { issuer, audience, jwksUri: `${issuer}/keys`, verificationState: 'state-of-noor' };
const sessionRevoked = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked';
const verification = 'https://schemas.openid.net/secevent/ssf/event-type/verification';
const typ = 'secevent+jwt';
const day = 86_400;

let signer: TestSigner;
let stranger: TestSigner;
let time = now;
let seen = new MemorySeenTokens(() => time);
const channelOf = (transmitters = [transmitter]) =>
  ssfChannel({ transmitters, seen, now: () => time, keysOf: signer.keysOf });

beforeAll(async () => {
  [signer, stranger] = await Promise.all([makeSigner(), makeSigner()]);
});
beforeEach(() => {
  time = now;
  seen = new MemorySeenTokens(() => time);
});

const claims = (more: object = {}) => ({
  iss: issuer,
  aud: audience,
  jti: 'set-1',
  iat: seconds - 5,
  sub_id: { format: 'email', email: 'dana@acme.example' },
  events: { [sessionRevoked]: { event_timestamp: seconds - 9 } },
  ...more,
});
const setOf = (more: object = {}, header: object = {}) => signer.sign(claims(more), { typ, ...header });
const post = (token: string, channel = channelOf()) =>
  outcomeOf(
    channel,
    requestOf({ headers: { 'content-type': 'application/secevent+jwt' }, body: Buffer.from(token) }),
  );
const errOf = async (token: string | Promise<string>, channel = channelOf()) => {
  const { answer, received } = await post(await token, channel);
  expect([answer.status, received]).toEqual([400, undefined]);
  expect(answer.headers).toEqual({ 'content-type': 'application/json', 'content-language': 'en' });
  return (JSON.parse(answer.body ?? '') as { err: string }).err;
};

describe('a token that is believed', () => {
  it('is acknowledged with an empty 202, and its claims are what the source understands', async () => {
    const { answer, received } = await post(`${await setOf()}\r\n`);
    expect(answer).toEqual({ status: 202 });
    const [signal, ...others] = received?.signals ?? [];
    expect(others).toEqual([]);
    expect(signal).toEqual({
      source: 'cutoff.ssf',
      detailType: 'SecurityEventToken',
      detail: {
        iss: issuer,
        jti: 'set-1',
        iat: seconds - 5,
        sub_id: { format: 'email', email: 'dana@acme.example' },
        events: { [sessionRevoked]: { event_timestamp: seconds - 9 } },
      },
    });
    expect([signal?.source]).toEqual(ssf.pattern.source);
    expect([signal?.detailType]).toEqual(ssf.pattern['detail-type']);
    const event = {
      id: 'e',
      source: 's',
      'detail-type': 't',
      time: now.toISOString(),
      detail: signal?.detail,
    };
    expect(ssf.normalise(event).changes).toMatchObject([{ change: 'session-revoked' }]);
  });

  it('loses nothing on the way that the source reads', async () => {
    for (const name of await fixturesOf('ssf')) {
      const event = await readFixture('ssf', name);
      const { iss, ...rest } = event.detail as { iss: string };
      const token = await signer.sign({ ...rest, iss, aud: audience }, { typ });
      const state = name === 'google-verification.json' ? 'hello' : 'YWNtZQ==';
      const { received } = await post(
        token,
        channelOf([{ ...transmitter, issuer: iss, verificationState: state }]),
      );
      const detail: unknown = received?.signals[0]?.detail;
      expect([name, ssf.normalise({ ...event, detail })]).toEqual([name, ssf.normalise(event)]);
    }
  });

  it('may spell its type and the content type in full and in any case', async () => {
    for (const spelling of ['secevent+JWT', 'application/secevent+jwt', 'APPLICATION/secevent+jwt']) {
      expect((await post(await setOf({ jti: spelling }, { typ: spelling }))).answer.status).toBe(202);
    }
    const headers = { 'content-type': 'Application/SecEvent+JWT; charset=utf-8' };
    const request = requestOf({ headers, body: Buffer.from(await setOf()) });
    expect((await outcomeOf(channelOf(), request)).answer.status).toBe(202);
  });

  it('may be for several audiences, and its issuer may stand in the settings for each', async () => {
    expect((await post(await setOf({ aud: ['other', audience] }))).answer.status).toBe(202);
    const both = channelOf([{ ...transmitter, audience: 'stream-2' }, transmitter]);
    expect((await post(await setOf({ jti: 'set-2' }), both)).answer.status).toBe(202);
    expect((await post(await setOf({ jti: 'set-3', aud: 'stream-2' }), both)).answer.status).toBe(202);
  });

  it('may name its subject inside the event alone', async () => {
    const events = { [sessionRevoked]: { subject: { subject_type: 'email', email: 'erin@acme.example' } } };
    const { received } = await post(await setOf({ sub_id: undefined, events }));
    expect(received?.signals[0]?.detail.events).toEqual(events);
  });

  it('is accepted for the one event with a subject, whatever its neighbour lacks', async () => {
    const events = { [sessionRevoked]: { subject: { format: 'opaque', id: 's-1' } }, 'urn:acme:other': {} };
    const { received } = await post(await setOf({ sub_id: undefined, events }));
    expect(received?.signals[0]?.detail.events).toEqual(events);
  });

  it('secrets-in-events: nothing that can be a secret or a private word goes onto the bus', async () => {
    const secret = '7265667265736820746f6b656e';
    const oauth = 'https://schemas.openid.net/secevent/oauth/event-type/token-revoked';
    const subject = { subject_type: 'oauth_token', token_identifier_alg: 'plain', token: secret };
    const events = {
      [sessionRevoked]: { claims: { token: secret }, reason_admin: { en: secret }, friendly_name: secret },
      [oauth]: {
        subject,
        token_subject: { subject_type: 'iss-sub', iss: issuer, sub: 'e-1' },
        reason: 'api',
      },
    };
    const { received } = await post(await setOf({ events, extra: secret }));
    const [signal] = received?.signals ?? [];
    expect(JSON.stringify(signal)).not.toContain(secret);
    expect(signal?.detail.events).toMatchObject({ [oauth]: { subject: { subject_type: 'oauth_token' } } });
  });
});

describe('replay', () => {
  it('is acknowledged and puts nothing on the bus', async () => {
    const token = await setOf();
    await (await post(token)).received?.settle?.();
    const again = await post(token);
    expect([again.answer, again.received?.signals]).toEqual([{ status: 202 }, []]);
  });

  it('is remembered only once the bus has the signal', async () => {
    const token = await setOf();
    await post(token);
    expect((await post(token)).received?.signals).toHaveLength(1);
  });

  it('is told by issuer and jti together', async () => {
    const other = { ...transmitter, issuer: 'https://other.acme.example' };
    const both = channelOf([transmitter, other]);
    await (await post(await setOf(), both)).received?.settle?.();
    expect((await post(await setOf({ iss: other.issuer }), both)).received?.signals).toHaveLength(1);
  });

  it('is remembered for as long as the token is accepted', async () => {
    const token = await setOf();
    await (await post(token)).received?.settle?.();
    time = new Date((seconds - 5 + 30 * day - 1) * 1000);
    expect((await post(token)).received?.signals).toEqual([]);
    time = new Date((seconds - 5 + 30 * day) * 1000);
    expect((await post(token)).reason).toBe('token-too-old');
  });
});

describe('a token that is refused', () => {
  it.each([
    ['authentication_failed', 'a foreign signature', () => stranger.sign(claims(), { typ })],
    ['invalid_key', 'an unknown kid', () => setOf({}, { kid: 'k-2' })],
    ['authentication_failed', 'no algorithm', async () => signer.unsigned(claims(), { typ })],
    [
      'authentication_failed',
      'the public key as a secret',
      () => signer.signWithPublicKey(claims(), { typ }),
    ],
    ['invalid_audience', 'another audience', () => setOf({ aud: 'https://elsewhere.example' })],
    ['invalid_audience', 'no audience', () => setOf({ aud: undefined })],
    ['invalid_issuer', 'an unknown issuer', () => setOf({ iss: `${issuer}/` })],
    ['invalid_issuer', 'no issuer', () => setOf({ iss: undefined })],
    ['invalid_request', 'an expiry that passed', () => setOf({ exp: seconds })],
    ['invalid_request', 'an expiry that is no number', () => setOf({ exp: 'never' })],
    ['invalid_request', 'a time of issue in the future', () => setOf({ iat: seconds + 61 })],
    ['invalid_request', 'a time of issue too long ago', () => setOf({ iat: seconds - 30 * day })],
    ['invalid_request', 'no time of issue', () => setOf({ iat: undefined })],
    ['invalid_request', 'a start in the future', () => setOf({ nbf: seconds + 61 })],
    ['invalid_request', 'no jti', () => setOf({ jti: undefined })],
    ['invalid_request', 'a jti that is no text', () => setOf({ jti: 7 })],
    ['invalid_request', 'another type', () => setOf({}, { typ: 'JWT' })],
    ['invalid_request', 'no type', () => setOf({}, { typ: undefined })],
    ['invalid_request', 'an unknown critical header', () => setOf({}, { crit: ['acme'], acme: 1 })],
    ['invalid_request', 'a subject nowhere', () => setOf({ sub_id: undefined })],
    ['invalid_request', 'a subject that is no object', () => setOf({ sub_id: 'dana@acme.example' })],
    ['invalid_request', 'no events', () => setOf({ events: undefined })],
    ['invalid_request', 'empty events', () => setOf({ events: {} })],
    ['invalid_request', 'an event that is no object', () => setOf({ events: { [sessionRevoked]: null } })],
    ['invalid_request', 'no token at all', async () => 'dana@acme.example'],
    ['invalid_request', 'nothing', async () => ''],
  ])('%s: %s', async (err, _, token) => {
    expect(await errOf(token())).toBe(err);
  });

  it('is refused when a claim was changed on the way', async () => {
    const [header, , signature] = (await setOf()).split('.');
    const forged = Buffer.from(
      JSON.stringify(claims({ sub_id: { format: 'email', email: 'eve@acme.example' } })),
    );
    expect(await errOf(`${header}.${forged.toString('base64url')}.${signature}`)).toBe(
      'authentication_failed',
    );
  });

  it('tolerates clocks that run a minute ahead, and an expiry to come', async () => {
    expect((await post(await setOf({ iat: seconds + 60 }))).answer.status).toBe(202);
    expect((await post(await setOf({ jti: 'set-2', exp: seconds + 1 }))).answer.status).toBe(202);
  });

  it('gets nothing back of what it said, and nothing of ours', async () => {
    const told = [await setOf({ aud: 'https://dana.example' }), await setOf({}, { kid: 'dana' }), 'dana'];
    for (const token of told) {
      const { answer, reason } = await post(token);
      const body = JSON.parse(answer.body ?? '') as Record<string, string>;
      expect(Object.keys(body)).toEqual(['err', 'description']);
      expect(JSON.stringify([answer, reason])).not.toMatch(/dana|acme|Error|jose|node:|\.ts/);
    }
  });
});

describe('a request that is none', () => {
  it('10 MB are refused unread', async () => {
    expect(await errOf('a'.repeat(10 * 1024 * 1024))).toBe('invalid_request');
    expect((await post('a'.repeat(64 * 1024 + 1))).reason).toBe('body-too-large');
  });

  it.each(['application/json', 'application/jwt', '', undefined])(
    'content type %s is refused',
    async (type) => {
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
      const request = requestOf({ headers, body: Buffer.from(await setOf()) });
      const { answer, reason } = await outcomeOf(channelOf(), request);
      expect([answer.status, reason]).toEqual([400, 'content-type-wrong']);
      expect(JSON.parse(answer.body ?? '')).toMatchObject({ err: 'invalid_request' });
    },
  );

  it.each(['GET', 'PUT', 'DELETE', 'post'])('method %s is not allowed', async (method) => {
    const { answer } = await outcomeOf(channelOf(), requestOf({ method }));
    expect(answer).toEqual({ status: 405, headers: { allow: 'POST' } });
  });
});

describe('verification', () => {
  const events = (state?: unknown) => ({ [verification]: { state } });
  it('without a state, or with the one that was asked for, is acknowledged', async () => {
    expect((await post(await setOf({ events: events() }))).answer.status).toBe(202);
    const asked = { jti: 'set-2', events: events('state-of-noor') };
    expect((await post(await setOf(asked))).answer.status).toBe(202);
    const google = { 'https://schemas.openid.net/secevent/risc/event-type/verification': {} };
    const bare = await setOf({ jti: 'set-3', sub_id: undefined, events: google });
    expect((await post(bare)).answer.status).toBe(202);
  });

  it('with another state is refused, and so is any where none was asked for', async () => {
    expect(await errOf(setOf({ events: events('other') }))).toBe('invalid_state');
    expect(await errOf(setOf({ events: events(7) }))).toBe('invalid_state');
    const { verificationState: _, ...silent } = transmitter;
    const channel = ssfChannel({ transmitters: [silent], seen, now: () => now, keysOf: signer.keysOf });
    expect(await errOf(setOf({ events: events('state-of-noor') }), channel)).toBe('invalid_state');
  });
});

it('is never our trouble, and never a signal, without a valid signature', {
  timeout: fuzzTimeout,
}, async () => {
  const token = await setOf();
  const [header = '', payload = '', signature = ''] = token.split('.');
  const encoded = anyJson.map((value) => Buffer.from(JSON.stringify(value) ?? '').toString('base64url'));
  const part = (valid: string) => fc.oneof(fc.constant(valid), encoded, fc.string());
  const near = fc.tuple(part(header), part(payload), part(signature)).map((parts) => parts.join('.'));
  const types = fc.oneof(fc.constant('application/secevent+jwt'), fc.string());
  const request = fc.record({
    method: fc.oneof(fc.constant('POST'), fc.string()),
    headers: fc.record({ 'content-type': types, authorization: fc.string() }, { requiredKeys: [] }),
    body: fc.oneof(
      near.map((text) => Buffer.from(text)),
      fc.uint8Array().map(Buffer.from),
    ),
  });
  await fc.assert(
    fc.asyncProperty(request, async (sent) => {
      fc.pre(sent.body.toString('utf8').trim() !== token);
      const { answer, received } = await outcomeOf(channelOf(), requestOf(sent));
      expect([400, 405]).toContain(answer.status);
      expect(received).toBeUndefined();
    }),
    { numRuns: fuzzRuns },
  );
});

it('signed nonsense is never our trouble either, and what passes can be put on the bus', {
  timeout: fuzzTimeout,
}, async () => {
  const odd = fc.record(
    {
      sub_id: anyJson,
      events: fc.oneof(anyJson, fc.dictionary(fc.constantFrom(sessionRevoked, verification), anyJson)),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(odd, async (more) => {
      fc.pre(JSON.stringify(more).length < 50_000);
      const { answer, received } = await post(await setOf(more));
      expect([202, 400]).toContain(answer.status);
      if (answer.status === 202) expect(JSON.stringify(received?.signals).length).toBeLessThan(256 * 1024);
    }),
    { numRuns: Math.ceil(fuzzRuns / 10) },
  );
});
