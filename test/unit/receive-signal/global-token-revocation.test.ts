import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { globalTokenRevocationChannel } from '../../../functions/receive-signal/global-token-revocation.ts';
import { globalTokenRevocation } from '../../../functions/sources/global-token-revocation.ts';
import { anyJson, fuzzRuns } from '../../support/fuzz.ts';
import { MemorySeenTokens } from '../../support/memory-seen-tokens.ts';
import { makeSigner, now, outcomeOf, requestOf, seconds, type TestSigner } from './test-signer.ts';

/** Milliseconds: a slow machine is no failure. */
const fuzzTimeout = 60_000 + 20 * fuzzRuns;

const issuer = 'https://acme.okta.example';
const audience = 'https://signals.acme.example/global-token-revocation';
const caller = { issuer, audience, jwksUri: `${issuer}/oauth2/v1/keys` };
const noor = { format: 'email', email: 'noor@acme.example' };

let signer: TestSigner;
let stranger: TestSigner;
let seen = new MemorySeenTokens(() => now);
const channelOf = () =>
  globalTokenRevocationChannel({ callers: [caller], seen, now: () => now, keysOf: signer.keysOf });

beforeAll(async () => {
  [signer, stranger] = await Promise.all([makeSigner('k-1', 'RS256'), makeSigner('k-1', 'RS256')]);
});
beforeEach(() => {
  seen = new MemorySeenTokens(() => now);
});

/** As Okta documents it: valid from five minutes ago until in five minutes. */
const claims = (more: object = {}) => ({
  iss: issuer,
  sub: 'client-1',
  aud: audience,
  jti: 'call-1',
  iat: seconds,
  nbf: seconds - 300,
  exp: seconds + 300,
  ...more,
});
const header = { typ: 'global-token-revocation+jwt' };
const tokenOf = (more: object = {}, also: object = {}) => signer.sign(claims(more), { ...header, ...also });
const call = (
  authorization: string | undefined,
  body: unknown = { sub_id: noor },
  type = 'application/json',
) =>
  outcomeOf(
    channelOf(),
    requestOf({
      headers: { 'content-type': type, ...(authorization !== undefined && { authorization }) },
      body: typeof body === 'string' ? Buffer.from(body) : Buffer.from(JSON.stringify(body)),
    }),
  );
const callWith = async (more: object, body?: unknown, type?: string) =>
  call(`Bearer ${await tokenOf(more)}`, body, type);

describe('a call that is believed', () => {
  it('is answered by an empty 204, and is what the source understands', async () => {
    const { answer, received } = await callWith({});
    expect(answer).toEqual({ status: 204 });
    const [signal, ...others] = received?.signals ?? [];
    expect(others).toEqual([]);
    expect(signal).toEqual({
      source: 'cutoff.global-token-revocation',
      detailType: 'GlobalTokenRevocation',
      detail: {
        issuer,
        jti: 'call-1',
        eventId: `${issuer}#call-1`,
        receivedAt: now.toISOString(),
        sub_id: noor,
      },
    });
    expect([signal?.source]).toEqual(globalTokenRevocation.pattern.source);
    expect([signal?.detailType]).toEqual(globalTokenRevocation.pattern['detail-type']);
    const event = {
      id: 'e',
      source: 's',
      'detail-type': 't',
      time: now.toISOString(),
      detail: signal?.detail,
    };
    expect(globalTokenRevocation.normalise(event).changes).toMatchObject([{ subject: noor }]);
  });

  it('may have the general type or none, as the draft leaves it, and a scheme in any case', async () => {
    for (const typ of ['JWT', undefined, 'application/global-token-revocation+jwt']) {
      const token = await tokenOf({ jti: `call-${typ}` }, { typ });
      expect((await call(`bearer ${token}`)).answer.status).toBe(204);
    }
  });

  it('names the person as `subject` where the caller follows older documentation', async () => {
    const { received } = await callWith({}, { subject: noor });
    expect(received?.signals[0]?.detail.sub_id).toEqual(noor);
  });

  it('carries no secret onto the bus, whatever is added to it', async () => {
    const { received } = await callWith({}, { sub_id: { ...noor, token: 'sesame' }, password: 'sesame' });
    expect(JSON.stringify(received?.signals)).not.toContain('sesame');
  });
});

describe('replay', () => {
  it('of the same call is acknowledged and puts nothing on the bus', async () => {
    await (await callWith({})).received?.settle?.();
    const again = await callWith({});
    expect([again.answer, again.received?.signals]).toEqual([{ status: 204 }, []]);
  });

  it('with another person in it is refused: the token was stolen', async () => {
    await (await callWith({})).received?.settle?.();
    const { answer, reason } = await callWith(
      {},
      { sub_id: { format: 'email', email: 'erin@acme.example' } },
    );
    expect([answer.status, reason]).toEqual([401, 'token-used-before']);
  });

  it('is remembered only once the bus has the signal', async () => {
    await callWith({});
    expect((await callWith({})).received?.signals).toHaveLength(1);
  });
});

describe('a caller that is not believed', () => {
  const refusals: [string, () => Promise<string>][] = [
    ['signature-invalid', () => stranger.sign(claims(), header)],
    ['key-unknown', () => tokenOf({}, { kid: 'k-2' })],
    ['algorithm-refused', async () => signer.unsigned(claims(), header)],
    ['algorithm-refused', () => signer.signWithPublicKey(claims(), header)],
    ['issuer-unknown', () => tokenOf({ iss: 'https://evil.example' })],
    ['audience-wrong', () => tokenOf({ aud: 'client-1' })],
    ['token-expired', () => tokenOf({ exp: seconds })],
    ['token-without-exp', () => tokenOf({ exp: undefined })],
    ['token-without-iat', () => tokenOf({ iat: undefined })],
    ['token-without-jti', () => tokenOf({ jti: undefined })],
    ['token-from-the-future', () => tokenOf({ iat: seconds + 61 })],
    ['token-not-yet-valid', () => tokenOf({ nbf: seconds + 61 })],
    ['token-too-old', () => tokenOf({ iat: seconds - 86_400 })],
    ['token-type-refused', () => tokenOf({}, { typ: 'at+jwt' })],
    ['token-type-refused', () => tokenOf({}, { typ: 'secevent+jwt' })],
    ['critical-header-unknown', () => tokenOf({}, { crit: ['acme'], acme: 1 })],
    ['token-malformed', async () => 'a.b.c'],
    ['token-malformed', async () => 'no token'],
  ];
  it.each(refusals)('%s: 401 with a challenge and nothing else', async (fault, token) => {
    const { answer, reason, received } = await call(`Bearer ${await token()}`);
    expect(answer).toEqual({ status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
    expect([reason, received]).toEqual([fault, undefined]);
  });

  it('is challenged without an error where it brings no token', async () => {
    for (const authorization of [undefined, '']) {
      expect((await call(authorization)).answer).toEqual({
        status: 401,
        headers: { 'www-authenticate': 'Bearer' },
      });
    }
    expect((await call('Basic ZGFuYTpkYW5h')).answer.status).toBe(401);
  });

  it('is refused before its body is looked at', async () => {
    expect((await call('Bearer a.b.c', 'no JSON')).answer.status).toBe(401);
  });
});

describe('a body that is refused', () => {
  it.each([
    ['body-malformed', 'no JSON'],
    ['body-malformed', 'null'],
    ['subject-unreadable', {}],
    ['subject-unreadable', []],
    ['subject-unreadable', { sub_id: 'noor@acme.example' }],
    ['subject-unreadable', { sub_id: { format: 'email', email: 'noor' } }],
    ['subject-unsupported', { sub_id: { format: 'phone_number', phone_number: '+442079460123' } }],
    ['subject-unsupported', { sub_id: { format: 'jwt_id', iss: issuer, jti: 'at-1' } }],
    ['subject-unsupported', { sub_id: { format: '__proto__' } }],
    ['body-too-large', 'a'.repeat(10 * 1024 * 1024)],
  ])('%s: 400 and nothing else', async (fault, body) => {
    const { answer, reason } = await callWith({}, body);
    expect([answer, reason]).toEqual([{ status: 400 }, fault]);
  });

  it('content-type-wrong: 400', async () => {
    const { answer, reason } = await callWith({}, { sub_id: noor }, 'text/plain');
    expect([answer, reason]).toEqual([{ status: 400 }, 'content-type-wrong']);
  });

  it.each(['GET', 'DELETE'])('method %s is not allowed', async (method) => {
    const { answer } = await outcomeOf(channelOf(), requestOf({ method }));
    expect(answer).toEqual({ status: 405, headers: { allow: 'POST' } });
  });
});

it('is never our trouble, and never a signal, without a valid signature', {
  timeout: fuzzTimeout,
}, async () => {
  const token = await tokenOf();
  const [first = '', payload = '', signature = ''] = token.split('.');
  const encoded = anyJson.map((value) => Buffer.from(JSON.stringify(value) ?? '').toString('base64url'));
  const part = (valid: string) => fc.oneof(fc.constant(valid), encoded, fc.string());
  const near = fc.tuple(part(first), part(payload), part(signature)).map((parts) => parts.join('.'));
  const sent = fc.record({
    authorization: fc.oneof(
      near.map((text) => `Bearer ${text}`),
      fc.string(),
    ),
    body: fc.oneof(
      anyJson.map((sub_id) => JSON.stringify({ sub_id })),
      fc.string(),
    ),
  });
  await fc.assert(
    fc.asyncProperty(sent, async ({ authorization, body }) => {
      fc.pre(authorization !== `Bearer ${token}`);
      const { answer, received } = await call(authorization, body);
      expect([answer.status, received]).toEqual([401, undefined]);
    }),
    { numRuns: fuzzRuns },
  );
});

it('any body of a known caller is done or refused', { timeout: fuzzTimeout }, async () => {
  const token = await tokenOf();
  const body = fc.oneof(
    anyJson.map((sub_id) => JSON.stringify({ sub_id })),
    anyJson.map((value) => JSON.stringify(value) ?? ''),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(body, async (text) => {
      expect([204, 400]).toContain((await call(`Bearer ${token}`, text)).answer.status);
    }),
    { numRuns: Math.ceil(fuzzRuns / 10) },
  );
});
