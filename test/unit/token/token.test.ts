import { beforeEach, describe, expect, it } from 'vitest';
import { answerer } from '../../../functions/authorize/answer.ts';
import { authorize } from '../../../functions/authorize/authorize.ts';
import { claimsOf } from '../../../functions/authorize/claims.ts';
import type { AuditEntry } from '../../../functions/domain/audit-record.ts';
import { apiKeyDenialKey, type Denial } from '../../../functions/domain/denial.ts';
import type { ExchangedCredential } from '../../../functions/domain/exchanged-token.ts';
import { type Issuer, ownershipSchema, protectionSchema } from '../../../functions/domain/settings.ts';
import { takeIn } from '../../../functions/inventory/take-in.ts';
import type { IssuedToken } from '../../../functions/stores/issued-tokens.ts';
import type { Claims } from '../../../functions/token/claims.ts';
import { issueToken, type TokenDeps } from '../../../functions/token/token.ts';
import { MemoryDenylist } from '../../support/memory-denylist.ts';
import { MemoryRegistry } from '../../support/memory-registry.ts';
import { MemoryLosses } from '../../support/memory-stores.ts';
import { requestEvent } from '../authorize/request-event.ts';
import { accessKey, apiKey, byIam, byKey, home, issuer, user } from './identities.ts';

const start = Date.parse('2026-03-01T12:00:00.700Z');
const startSeconds = 1_772_366_400;
const dana = 'email:dana@acme.example';

let clock: number;
let registry: MemoryRegistry;
let losses: MemoryLosses;
let denylist: MemoryDenylist;
let happened: string[];
let remembered: IssuedToken[];
let recorded: AuditEntry[];
let signed: Claims[];
let deps: TokenDeps;

beforeEach(async () => {
  clock = start;
  registry = new MemoryRegistry();
  losses = new MemoryLosses();
  denylist = new MemoryDenylist();
  [happened, remembered, recorded, signed] = [[], [], [], []];
  deps = {
    home,
    settings: { issuer, audience: 'api', minutes: 15 },
    clockSkewSeconds: 0,
    registry,
    losses,
    denylist,
    issuedTokens: {
      remember: async (token) => {
        happened.push('remember');
        remembered.push(token);
      },
    },
    sign: async (claims) => {
      happened.push('sign');
      signed.push(claims as Claims);
      return 'header.claims.signature';
    },
    record: async (entry) => {
      happened.push('record');
      recorded.push(entry);
    },
    now: () => new Date(clock),
  };
  await register(apiKey, [dana]);
  await register(user, [dana]);
});

const register = (credential: ExchangedCredential, owners: string[], entitlements: string[] = []) =>
  registry.assign(credential, { owners, isProtected: false, entitlements });
const block = (key: string, row: Partial<Denial> = {}) => {
  denylist.rows.set(key, { blocked: true, expiresAt: startSeconds + 3600, ...row });
};
const claimsFor = async (caller = byKey): Promise<Claims> => {
  await issueToken(caller, deps);
  const claims = signed.at(-1);
  if (!claims) throw new Error('nothing was signed');
  return claims;
};
const refusal = async (reason: string, caller = byKey) => {
  await expect(issueToken(caller, deps)).rejects.toMatchObject({ name: 'Refused', reason });
  expect(happened).toEqual([]);
};

describe('a token', () => {
  it('for an API key says whose it is, what it was exchanged for and until when', async () => {
    expect(await claimsFor()).toEqual({
      iss: issuer,
      aud: 'api',
      sub: 'dana@acme.example',
      client_id: 'api-gateway-key:123456789012:eu-west-1:k1',
      iat: startSeconds,
      exp: startSeconds + 900,
      jti: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
      sid: 'api-gateway-key:123456789012:eu-west-1:k1',
    });
    expect((await claimsFor()).jti).not.toBe(signed[0]?.jti);
  });

  it('for an IAM user also names the key that was used', async () => {
    expect(await claimsFor(byIam)).toMatchObject({
      sub: 'dana@acme.example',
      client_id: 'iam-user:123456789012:global:dana',
      sid: 'iam-user:123456789012:global:dana',
      azp: 'AKIADANA',
    });
  });

  it('for an application has it as subject and client', async () => {
    await register(apiKey, ['opaque:App-Acme']);
    expect(await claimsFor()).toMatchObject({ sub: 'App-Acme', client_id: 'App-Acme' });
  });

  it('has no client in common with another one, whatever names an application, a key and a user have', async () => {
    const clients = async (id: string) => {
      await register(apiKey, [`opaque:${id}`]);
      const ofApplication = (await claimsFor()).client_id;
      const [itsKey, itsUser] = [
        { ...apiKey, id },
        { ...user, id },
      ];
      await register(itsKey, [dana]);
      await register(itsUser, [dana]);
      const ofKey = (await claimsFor({ credential: itsKey })).client_id;
      return [ofApplication, ofKey, (await claimsFor({ credential: itsUser })).client_id];
    };
    expect(new Set(await clients('acme-logistics')).size).toBe(3);
  });

  it('leaves out what its owner has lost, and has it again once that is taken back', async () => {
    await register(apiKey, [dana], ['payments', 'reports']);
    await losses.add([dana], ['payments', 'unrelated'], 'rev-1');
    expect((await issueToken(byKey, deps)).scope).toBe('reports');
    expect(remembered[0]?.entitlements).toEqual(['reports']);
    await losses.lift([dana], ['payments'], 'rev-1');
    expect((await issueToken(byKey, deps)).scope).toBe('payments reports');
  });

  it('is for what the issuance of its key says, before what is known of its user', async () => {
    await register(user, [dana], ['payments', 'reports']);
    expect((await issueToken(byIam, deps)).scope).toBe('payments reports');
    const entry = { owners: [dana], isProtected: false, entitlements: ['reports'] };
    await registry.register(accessKey, { ...entry, entitlements: ['admin'] });
    expect((await issueToken(byIam, deps)).scope).toBe('payments reports');
    await registry.issued(accessKey, entry, { issuance: 'i1', expiresAt: '2026-03-01T12:05:00.000Z' });
    expect((await issueToken(byIam, deps)).scope).toBe('reports');
  });

  it('lists what the credential is for, as far as a scope can', async () => {
    await register(apiKey, [dana], ['okta:g1', 'a"quote', 'two words', 'arn:aws:iam::1:role/r']);
    const answer = await issueToken(byKey, deps);
    expect(answer).toEqual({
      access_token: 'header.claims.signature',
      token_type: 'Bearer',
      expires_in: 900,
      scope: 'okta:g1 arn:aws:iam::1:role/r',
    });
    expect(signed[0]?.scope).toBe(answer.scope);
  });

  it('ends with what it was exchanged for', async () => {
    const entry = { owners: [dana], isProtected: false, entitlements: [] };
    await registry.issued(apiKey, entry, { issuance: 'i1', expiresAt: '2026-03-01T12:05:00.000Z' });
    expect(await claimsFor()).toMatchObject({ exp: startSeconds + 300 });
    expect((await issueToken(byKey, deps)).expires_in).toBe(300);
  });

  it('of an IAM user ends with the key that was used', async () => {
    const entry = { owners: [dana], isProtected: false, entitlements: [] };
    await registry.issued(accessKey, entry, { issuance: 'i1', expiresAt: '2026-03-01T12:05:00.000Z' });
    expect(await claimsFor(byIam)).toMatchObject({ exp: startSeconds + 300 });
  });

  it('is in the registry before it exists, and in the audit trail before it is handed out', async () => {
    await register(apiKey, [dana], ['okta:g1']);
    const { jti } = await claimsFor();
    expect(happened).toEqual(['remember', 'sign', 'record']);
    expect(remembered).toEqual([
      {
        jti,
        owners: [dana],
        client: 'api-gateway-key:123456789012:eu-west-1:k1',
        entitlements: ['okta:g1'],
        exchangedFor: apiKey,
        expiresAt: startSeconds + 900,
      },
    ]);
    expect(recorded).toEqual([
      {
        type: 'issued',
        revocationId: jti,
        credential: `bearer-token:123456789012:eu-west-1:jti#${issuer}#${jti}`,
        once: 'issued',
        data: {
          owner: dana,
          client: 'api-gateway-key:123456789012:eu-west-1:k1',
          exchangedFor: 'api-gateway-key:123456789012:eu-west-1:k1',
          scope: 'okta:g1',
          expiresAt: '2026-03-01T12:15:00.000Z',
        },
      },
    ]);
    await issueToken(byIam, deps);
    expect(recorded[1]?.data).toMatchObject({ accessKey: 'AKIADANA' });
    expect(JSON.stringify([remembered, recorded])).not.toContain('signature');
  });

  it.each(['issuedTokens', 'sign', 'record'] as const)('is not handed out where %s fails', async (part) => {
    const fail = () => Promise.reject(new Error('down'));
    const broken = {
      ...deps,
      ...(part === 'issuedTokens' ? { issuedTokens: { remember: fail } } : { [part]: fail }),
    };
    await expect(issueToken(byKey, broken)).rejects.toThrow('down');
    if (part === 'issuedTokens') expect(signed).toEqual([]);
  });
});

describe('nobody gets a token', () => {
  it('whom the registry does not know', async () => {
    await registry.forget(apiKey);
    await refusal('not-registered');
    // A key of a user alone says nothing about the user.
    await registry.forget(user);
    await registry.assign(accessKey, { owners: [dana], isProtected: false, entitlements: [] });
    await refusal('not-registered', byIam);
  });

  it('who has only the credential’s own word for whose it is', async () => {
    await registry.forget(apiKey);
    const tags = { 'cutoff:owner': 'ceo@acme.example', 'cutoff:entitlements': 'payments/approve admin' };
    const rules = { ownership: ownershipSchema.parse({}), protection: protectionSchema.parse({}) };
    const found = { credential: apiKey, facts: { arn: '', name: 'k', tags } };
    await takeIn(found, { registry, losses, rules });
    expect(await registry.read([apiKey])).toMatchObject([{ owners: ['email:ceo@acme.example'] }]);
    await refusal('owner-not-vouched-for');

    await register(apiKey, ['email:ceo@acme.example'], ['reports']);
    await takeIn(found, { registry, losses, rules }); // disputed by now, and no more than that
    await refusal('disputed');
    await register(apiKey, ['email:ceo@acme.example'], ['reports']);
    expect(await claimsFor()).toMatchObject({ sub: 'ceo@acme.example', scope: 'reports' });
  });

  it('as a user that nobody vouches for, unless the key that was used is issued', async () => {
    const entry = { owners: [dana], isProtected: false, entitlements: [] };
    await registry.forget(user);
    await registry.register(user, entry);
    await registry.register(accessKey, entry);
    await refusal('owner-not-vouched-for', byIam);
    await registry.issued(accessKey, entry, { issuance: 'i1', expiresAt: '2026-03-01T12:05:00.000Z' });
    expect(await claimsFor(byIam)).toMatchObject({ sub: 'dana@acme.example' });
  });

  it.each([[[]], [[dana, 'email:erin@acme.example']]])('for a key of %j', async (owners) => {
    await register(apiKey, owners);
    await refusal('no-single-owner');
  });

  it('for a user whose key is somebody else’s', async () => {
    await registry.assign(accessKey, {
      owners: ['email:erin@acme.example'],
      isProtected: false,
      entitlements: [],
    });
    await refusal('no-single-owner', byIam);
    await registry.assign(accessKey, { owners: [dana], isProtected: false, entitlements: [] });
    expect(await claimsFor(byIam)).toMatchObject({ sub: 'dana@acme.example' });
  });

  it('where it is disputed whose it is, until somebody decides', async () => {
    const entry = { owners: ['email:erin@acme.example'], isProtected: false, entitlements: [] };
    await registry.register(apiKey, entry);
    await refusal('disputed');
    await registry.assign(apiKey, entry);
    expect(await claimsFor()).toMatchObject({ sub: 'erin@acme.example' });
  });

  it('whose owner has left', async () => {
    const entry = { owners: [dana], isProtected: false, entitlements: [] };
    await registry.register(apiKey, entry, { orphan: 'owner-gone' });
    await refusal('owner-gone');
    await registry.register(apiKey, entry, { orphan: undefined });
    await losses.add([dana], ['*'], 'rev-1');
    await refusal('owner-gone');
    await losses.lift([dana], ['*'], 'rev-1');
    expect(await claimsFor()).toBeDefined();
  });

  it.each([
    [['payments'], ['payments']],
    [[], ['-']],
  ])('for %j whose owner has lost %j', async (entitlements, lost) => {
    await register(apiKey, [dana], entitlements);
    await losses.add([dana], lost, 'rev-1');
    await refusal('purpose-lost');
  });

  it.each([
    ...['uri:arn:aws:iam::1:user/a', 'account:acct:a@b.c', 'iss_sub:https://id#1', 'dana'],
    ...['opaque:ceo@acme.example', 'opaque:@', 'opaque:iam-user:123456789012:global:dana'],
    'opaque:api-gateway-key:123456789012:eu-west-1:k2',
  ])('as %s, which no row of ours would be found by, or is called like another', async (owner) => {
    await register(apiKey, [owner]);
    await refusal('owner-not-nameable');
  });

  it.each(['2026-03-01T12:00:00.700Z', '2026-03-01T12:00:01.600Z', '2025-01-01T00:00:00Z', 'soon'])(
    'for what ended or ends in this second: %s',
    async (expiresAt) => {
      const entry = { owners: [dana], isProtected: false, entitlements: [] };
      deps = {
        ...deps,
        registry: {
          read: async () => [{ credential: apiKey, ...entry, issuance: 'i1', expiresAt }],
        },
      };
      await refusal('expired');
    },
  );

  it('for a key that is over, though its user is not', async () => {
    const entry = { owners: [dana], isProtected: false, entitlements: [] };
    await registry.issued(accessKey, entry, { issuance: 'i1', expiresAt: '2026-03-01T11:00:00.000Z' });
    await refusal('expired', byIam);
  });

  it.each([
    ['the person', `subject#${issuer}#dana@acme.example`, byKey],
    ['the API key', apiKeyDenialKey('k1'), byKey],
    ['what was exchanged for the API key', `sid#${issuer}#api-gateway-key:123456789012:eu-west-1:k1`, byKey],
    ['the client', `client#${issuer}#api-gateway-key:123456789012:eu-west-1:k1`, byKey],
    ['the user as a client', `client#${issuer}#iam-user:123456789012:global:dana`, byIam],
    ['the person of a user', `subject#${issuer}#dana@acme.example`, byIam],
    ['the user', `sid#${issuer}#iam-user:123456789012:global:dana`, byIam],
    ['the access key', `client#${issuer}#AKIADANA`, byIam],
  ])('while %s is blocked', async (_, row, caller) => {
    block(row);
    await refusal('revoked', caller);
    block(row, { blocked: false });
    expect(await claimsFor(caller)).toBeDefined();
  });

  it('as an application that is retired, however its id is spelled', async () => {
    await register(apiKey, ['opaque:App-Acme']);
    block(`client#${issuer}#App-Acme`);
    await refusal('revoked');
    denylist.rows.clear();
    block(`subject#${issuer}#app-acme`);
    await refusal('revoked');
  });

  it('by a row that is over, or of another issuer, is nobody kept from one', async () => {
    block(`subject#${issuer}#dana@acme.example`, { expiresAt: startSeconds });
    block('subject#https://id.acme.example#dana@acme.example');
    expect(await claimsFor()).toBeDefined();
  });

  it('that would be refused from the start: who was signed out a moment ago waits', async () => {
    block(`subject#${issuer}#dana@acme.example`, { blocked: false, notBefore: startSeconds });
    await refusal('just-signed-out');
    clock += 1000;
    expect(await claimsFor()).toMatchObject({ iat: startSeconds + 1 });
    happened = [];
    deps = { ...deps, clockSkewSeconds: 5 };
    await refusal('just-signed-out');
  });

  it('where the denylist cannot be read', async () => {
    deps = { ...deps, denylist: { read: () => Promise.reject(new Error('down')) } };
    await expect(issueToken(byKey, deps)).rejects.toThrow('down');
    expect(happened).toEqual([]);
  });
});

describe('at the authorizer', () => {
  const settings: Issuer = {
    ...{ issuer, audience: 'api', jwksUri: `${issuer}/keys`, longestTokenSeconds: 900 },
    ...{ subjectClaim: 'sub', subjectFormat: 'email' },
  };

  /** The rows that it looks for; fails where it does not take the token. */
  const rowsAskedFor = async (claims: Claims): Promise<readonly string[]> => {
    let asked: readonly string[] = [];
    await authorize(requestEvent({ authorization: 'Bearer a.b.c' }), {
      verifyToken: async () =>
        claimsOf({ ...claims }, settings, { nowSeconds: clock / 1000, skewSeconds: 0 }),
      denials: async (keys) => {
        asked = keys;
        return { rows: new Map() };
      },
      answer: answerer('simple'),
      report: () => undefined,
      now: () => new Date(clock),
      clockSkewSeconds: 0,
    });
    return asked;
  };

  it.each([
    ['an API key', byKey, dana],
    ['an API key of an application', byKey, 'opaque:App-Acme'],
    ['an IAM user', byIam, dana],
    ['an IAM user of an application', byIam, 'opaque:App-Acme'],
  ])(
    'a token for %s is taken, and refused by the very rows that were looked at',
    async (_, caller, owner) => {
      await register(caller.credential, [owner]);
      const read: string[] = [];
      deps = {
        ...deps,
        denylist: {
          read: async (key) => {
            read.push(key);
            return undefined;
          },
        },
      };
      const claims = await claimsFor(caller);
      const own = caller === byKey ? [apiKeyDenialKey('k1')] : [];
      const ofThisToken = `jti#${issuer}#${claims.jti}`;
      const asked = await rowsAskedFor(claims);
      expect([...asked].sort()).toEqual([...read.filter((key) => !own.includes(key)), ofThisToken].sort());
      expect(read).toEqual(expect.arrayContaining(own));
    },
  );
});
