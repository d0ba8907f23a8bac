import { beforeEach, describe, expect, it } from 'vitest';
import { CutoffError } from '../../../functions/domain/errors.ts';
import { Refused } from '../../../functions/token/refused.ts';
import { reportTo } from '../../../functions/token/report.ts';
import { type ServeDeps, serve } from '../../../functions/token/serve.ts';
import { MemoryDenylist } from '../../support/memory-denylist.ts';
import { MemoryRegistry } from '../../support/memory-registry.ts';
import { MemoryLosses } from '../../support/memory-stores.ts';
import { accessKey, apiKey, home, identity, issuer, user } from './identities.ts';

const entry = { owners: ['email:dana@acme.example'], isProtected: false, entitlements: [] };
const jwks = { keys: [{ kty: 'EC', kid: 'k' }] };

let registry: MemoryRegistry;
let denylist: MemoryDenylist;
let counted: string[];
let logged: unknown[];
let deps: ServeDeps;

beforeEach(async () => {
  registry = new MemoryRegistry();
  denylist = new MemoryDenylist();
  counted = [];
  logged = [];
  const log = (...line: unknown[]) => void logged.push(line);
  deps = {
    home,
    settings: { issuer, audience: 'api', minutes: 15 },
    clockSkewSeconds: 0,
    registry,
    losses: new MemoryLosses(),
    denylist,
    issuedTokens: { remember: async () => undefined },
    sign: async () => 'header.claims.signature',
    jwks: async () => ({ ...jwks, unread: [] }),
    record: async () => undefined,
    report: reportTo({ logger: { info: log, error: log } as never, count: (name) => counted.push(name) }),
    now: () => new Date('2026-03-01T12:00:00Z'),
  };
  await registry.assign(apiKey, entry);
  await registry.assign(user, entry);
});

const ask = async (route: string, who = {}) => {
  const [httpMethod = '', resource = ''] = route.split(' ');
  const requestContext = { identity: identity(who) } as never;
  const { statusCode, headers, body } = await serve({ httpMethod, resource, requestContext }, deps);
  return { status: statusCode, headers, body: JSON.parse(body) as unknown };
};
const withKey = { apiKeyId: 'k1', apiKey: 'value-1' };
const userArn = 'arn:aws:iam::123456789012:user/dana';
const neverKept = { 'cache-control': 'no-store', pragma: 'no-cache', 'content-type': 'application/json' };

describe('an exchange', () => {
  it.each([
    ['POST /token/api-key', withKey],
    ['POST /token/iam', { userArn, accessKey: accessKey.id }],
  ])('%s answers as RFC 6749 section 5.1 says, and nobody keeps it', async (route, who) => {
    const { status, headers, body } = await ask(route, who);
    expect(status).toBe(200);
    expect(body).toEqual({ access_token: 'header.claims.signature', token_type: 'Bearer', expires_in: 900 });
    expect(headers).toMatchObject(neverKept);
    expect(counted).toEqual(['TokenIssued']);
    expect(JSON.stringify(logged)).not.toContain('signature');
  });

  it('is by the identity of its own route alone', async () => {
    const both = { ...withKey, userArn, accessKey: accessKey.id };
    await registry.forget(user);
    expect((await ask('POST /token/iam', both)).status).toBe(400);
    expect((await ask('POST /token/iam', withKey)).body).toMatchObject({ error: 'invalid_client' });
    expect((await ask('POST /token/api-key', { userArn, accessKey: accessKey.id })).status).toBe(401);
  });

  it('is refused as RFC 6749 section 5.2 says, and counted', async () => {
    denylist.rows.set(`subject#${issuer}#dana@acme.example`, { blocked: true, expiresAt: 9e9 });
    const { status, headers, body } = await ask('POST /token/api-key', withKey);
    expect(status).toBe(401);
    expect(body).toEqual({
      error: 'invalid_client',
      error_description: 'The credential or its owner has been revoked.',
    });
    expect(headers).toMatchObject(neverKept);
    expect(counted).toEqual(['TokenRefused']);
    expect(JSON.stringify(logged)).toContain('revoked');
    expect(JSON.stringify(logged)).not.toMatch(/dana|value-1/);
  });

  it('asks whoever was signed out a moment ago to come again', async () => {
    const notBefore = Date.parse('2026-03-01T12:00:00Z') / 1000;
    denylist.rows.set(`subject#${issuer}#dana@acme.example`, { blocked: false, notBefore, expiresAt: 9e9 });
    const { status, headers, body } = await ask('POST /token/api-key', withKey);
    expect(status).toBe(503);
    expect(body).toMatchObject({ error: 'temporarily_unavailable' });
    expect(headers).toMatchObject({ ...neverKept, 'retry-after': '5' });
    expect(counted).toEqual(['TokenRefused']);
  });

  it.each([
    new CutoffError('kms:Sign was throttled', { code: 'throttled', retryable: true }),
    new Error('quotes value-1'),
  ])('that fails for our own sake says so, and alarms: %s', async (error) => {
    deps = { ...deps, sign: () => Promise.reject(error) };
    const { status, headers, body } = await ask('POST /token/api-key', withKey);
    expect(status).toBe(503);
    expect(body).toEqual({ error: 'server_error' });
    expect(headers).toMatchObject({ ...neverKept, 'retry-after': '5' });
    expect(counted).toEqual(['TokenUnavailable']);
    expect(JSON.stringify(logged)).not.toContain('value-1');
  });

  it('of an event in another form is our own trouble too', async () => {
    const request = { httpMethod: 'POST', resource: '/token/api-key', requestContext: undefined as never };
    expect((await serve(request, deps)).statusCode).toBe(503);
    expect(counted).toEqual(['TokenUnavailable']);
  });
});

describe('what everybody may read', () => {
  it('is the key set, kept for minutes', async () => {
    const { status, headers, body } = await ask('GET /.well-known/jwks.json');
    expect([status, body]).toEqual([200, jwks]);
    expect(headers?.['cache-control']).toBe('public, max-age=300');
    expect(counted).toEqual([]);
  });

  it('is kept by nobody while a key of before is missing, which is counted', async () => {
    const unread = [new CutoffError('kms:GetPublicKey: value-1', { code: 'unavailable', retryable: true })];
    deps = { ...deps, jwks: async () => ({ ...jwks, unread }) };
    const { status, headers, body } = await ask('GET /.well-known/jwks.json');
    expect([status, body, headers?.['cache-control']]).toEqual([200, jwks, 'no-store']);
    expect(counted).toEqual(['FormerKeyUnread']);
    expect(JSON.stringify(logged)).toContain('unavailable');
    expect(JSON.stringify(logged)).not.toContain('value-1');
  });

  it('is where it is, and nothing that is not so', async () => {
    const { status, body } = await ask('GET /.well-known/openid-configuration');
    expect(status).toBe(200);
    expect(body).toEqual({ issuer, jwks_uri: `${issuer}/.well-known/jwks.json` });
  });

  it('is not kept where it cannot be told', async () => {
    deps = { ...deps, jwks: () => Promise.reject(new Error('down')) };
    const { status, headers } = await ask('GET /.well-known/jwks.json');
    expect([status, headers?.['cache-control']]).toEqual([503, 'no-store']);
    expect(counted).toEqual(['TokenUnavailable']);
  });

  it('is nothing else', async () => {
    for (const route of ['GET /token/api-key', 'POST /.well-known/jwks.json', 'GET /'])
      expect((await ask(route, withKey)).status).toBe(404);
    expect(counted).toEqual([]);
  });
});

it('every reason has a code of RFC 6749 and a text in ASCII', () => {
  for (const reason of [
    'identity-missing',
    'owner-not-vouched-for',
    'purpose-lost',
    'just-signed-out',
  ] as const) {
    const { error, description } = new Refused(reason).answer;
    expect(error).toMatch(/^(invalid_client|unauthorized_client|temporarily_unavailable)$/);
    expect(description).toMatch(/^[\x20-\x7e]+$/);
  }
});
