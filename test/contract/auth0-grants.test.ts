import { afterEach, describe, expect, it } from 'vitest';
import { Auth0GrantsRevoker } from '../../functions/credentials/auth0-grants.ts';
import type { CredentialRevoker, Order, Search } from '../../functions/credentials/credential-revoker.ts';
import type { Auth0Grants } from '../../functions/domain/credential.ts';
import { credentialsSchema } from '../../functions/domain/credential-settings.ts';
import { Auth0Person, Auth0Server, clientSecret, quotedByAuth0 } from '../support/auth0-server.ts';
import { CallLog } from './call-log.ts';
import { describeRevokerContract } from './credential-revoker.contract.ts';
import { home, inMemory } from './stand-ins.ts';
import { ada, addUser, order as anyOrder, now as fixed } from './worlds.ts';

const id = 'auth0|5f7c8ec7c33c6c004bbafe82';
const google = 'google-oauth2|103547991597142817347';
const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:auth0';
const created_at = '2026-03-01T11:00:00.000Z';
const order: Order = { ...anyOrder, action: 'revoke' };
const endSessions: Order = { ...anyOrder, action: 'end-sessions' };
const credential: Auth0Grants = { kind: 'auth0-grants', ...home, id };
const secretOf = (client: object) => JSON.stringify(client);
const rightSecret = secretOf({ clientId: 'client-1', clientSecret });

const servers: Auth0Server[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

const start = async (): Promise<Auth0Server> => {
  const server = await new Auth0Server({ now: fixed }).start();
  servers.push(server);
  return server;
};

/** `fetch` with its requests in the log, as reads and writes; a token is no change. */
const loggedFetch =
  (server: Auth0Server, log: CallLog): typeof fetch =>
  (input, init) => {
    server.failing = log.failing;
    const { pathname } = new URL(String(input));
    log.calls.push(`${init?.method === 'DELETE' ? 'Delete' : 'Get'} ${pathname}`);
    return fetch(input, init);
  };

interface Given {
  readonly log?: CallLog;
  readonly secret?: string;
  readonly now?: () => Date;
  readonly fetch?: typeof fetch;
}

const revokerOn = (server: Auth0Server, given: Given = {}): CredentialRevoker<Auth0Grants> => {
  const { log = new CallLog(), secret = rightSecret, now = fixed } = given;
  return new Auth0GrantsRevoker({
    home,
    settings: credentialsSchema.parse({ auth0: { domainUrl: server.url, secretArn } }),
    secret: async (arn) => (arn === secretArn ? secret : expect.fail('another secret')),
    fetch: given.fetch ?? loggedFetch(server, log),
    now,
  });
};

const addPerson = (server: Auth0Server, userId = id): Auth0Person => {
  const person = server.add(new Auth0Person(userId, ada.email));
  person.sessions.push({ created_at }, { created_at }, { created_at });
  person.tokens.push({ created_at }, { created_at }, { created_at }, { created_at }, { created_at });
  person.grants.push(...Array.from({ length: 120 }, (_, index) => ({ id: `cgr_${index}` })));
  return person;
};

const bySubject = (...subjects: Extract<Search, { for: 'subject' }>['subjects']): Search => ({
  for: 'subject',
  subjects,
});
const found = async (revoker: CredentialRevoker<Auth0Grants>, search: Search) =>
  (await Array.fromAsync(revoker.discover(search))).map((one) => one.credential.id);
const logins = ({ seen }: Auth0Server) => seen.filter((request) => request === 'POST /oauth/token').length;

describe.each([order, endSessions])('with the action $action', (given) => {
  describeRevokerContract('auth0-grants', async () => {
    const server = await start();
    const person = addPerson(server);
    const log = new CallLog();
    return {
      revoker: revokerOn(server, { log }),
      credential,
      order: given,
      log,
      finds: [bySubject({ format: 'opaque', id }), bySubject(ada)],
      ignores: [
        { for: 'everyone' },
        { for: 'principal', principal: await addUser(inMemory()) },
        bySubject({ format: 'opaque', id: '00ub0oNGTSWTBKOLGLNR' }),
        bySubject({ format: 'email', email: 'nobody@example.com' }),
      ],
      missingAction: 'auth0:delete:sessions',
      cutByOthers: async () => {
        for (const list of [person.sessions, person.tokens, person.grants]) list.splice(0);
      },
      deletedByOthers: async () => {
        server.people.delete(id);
      },
    };
  });
});

describe('what is revoked', () => {
  it('are sessions, refresh tokens and grants', async () => {
    const server = await start();
    const person = addPerson(server);
    await revokerOn(server).revoke(credential, order);
    expect(person).toMatchObject({ sessions: [], tokens: [], grants: [] });
  });

  it('are sessions and refresh tokens only, where sessions are ended', async () => {
    const server = await start();
    const person = addPerson(server);
    await revokerOn(server).revoke(credential, endSessions);
    expect(person).toMatchObject({ sessions: [], tokens: [] });
    expect(person.grants).toHaveLength(120);
  });

  it('is one person’s, whatever the id contains', async () => {
    const server = await start();
    const other = addPerson(server, google);
    const odd = addPerson(server, 'samlp|acme/x?y#z&%|ada lovelace@example.com');
    await revokerOn(server).revoke({ ...credential, id: odd.user_id }, order);
    expect(odd).toMatchObject({ sessions: [], tokens: [], grants: [] });
    expect(other.sessions).toHaveLength(3);
  });

  it('is refused for what is no user id, without a call', async () => {
    const server = await start();
    for (const wrong of ['..', '', 'auth0', '../x|y']) {
      const revoked = revokerOn(server).revoke({ ...credential, id: wrong }, order);
      await expect(revoked).rejects.toMatchObject({ code: 'invalid-input' });
    }
    expect(server.seen).toEqual([]);
  });

  it('is what can be, where one scope is missing, which is an error all the same', async () => {
    const server = await start();
    const person = addPerson(server);
    const refusing: typeof fetch = async (input, init) =>
      String(input).endsWith('/sessions') ? new Response('{}', { status: 403 }) : fetch(input, init);
    const revoked = revokerOn(server, { fetch: refusing }).revoke(credential, order);
    await expect(revoked).rejects.toMatchObject({
      code: 'access-denied',
      message: 'auth0:delete:sessions is not allowed to the configured credential (403)',
    });
    expect(person).toMatchObject({ tokens: [], grants: [] });
  });
});

describe('an inspection', () => {
  it('counts every page', async () => {
    const server = await start();
    addPerson(server);
    expect(await revokerOn(server).inspect(credential, order)).toEqual({
      state: 'live',
      level: 'control-plane',
      observed: 'auth0: 3 sessions, 5 refreshTokens, 120 grants',
      original: { sessions: 3, refreshTokens: 5, grants: 120 },
    });
  });

  it.each(['sessions', 'tokens', 'grants'] as const)('finds one of %s live', async (list) => {
    const server = await start();
    const person = server.add(new Auth0Person(id));
    const revoker = revokerOn(server);
    expect((await revoker.inspect(credential, order)).state).toBe('dead');
    person[list].push({ created_at });
    expect((await revoker.inspect(credential, order)).state).toBe('live');
    const { state } = await revoker.inspect(credential, endSessions);
    expect(state).toBe(list === 'grants' ? 'dead' : 'live');
  });

  it('shows live until Auth0 has done what it accepted', async () => {
    const server = await start();
    addPerson(server);
    server.isSlow = true;
    const revoker = revokerOn(server);
    await revoker.revoke(credential, order);
    expect((await revoker.inspect(credential, order)).state).toBe('live');
    server.catchUp();
    expect((await revoker.inspect(credential, order)).state).toBe('dead');
  });

  it.each([
    ['after the cutoff', '2026-03-01T12:00:01.000Z', 'dead'],
    ['at the cutoff', endSessions.cutoff, 'live'],
    ['nobody knows when', undefined, 'live'],
  ])('where sessions are ended: one from %s is %s', async (_, created, state) => {
    for (const list of ['sessions', 'tokens'] as const) {
      const server = await start();
      const person = server.add(new Auth0Person(id));
      person[list].push(created ? { created_at: created } : {});
      expect((await revokerOn(server).inspect(credential, endSessions)).state).toBe(state);
      expect((await revokerOn(server).inspect(credential, order)).state).toBe('live');
    }
  });

  it('does not take endpoints that a tenant lacks for a user that is gone', async () => {
    const server = await start();
    const person = addPerson(server);
    server.isSmallPlan = true;
    const revoker = revokerOn(server);
    const lacking = { code: 'unavailable', message: expect.stringContaining('does not offer sessions') };
    await expect(revoker.inspect(credential, order)).rejects.toMatchObject(lacking);
    await expect(revoker.revoke(credential, order)).rejects.toMatchObject(lacking);
    expect(person.grants).toEqual([]);
  });

  it('does not take a wrong address for a user that is gone', async () => {
    const server = await start();
    const elsewhere: typeof fetch = async (input, init) =>
      String(input).includes('/api/v2/') ? new Response('not here', { status: 404 }) : fetch(input, init);
    const revoker = revokerOn(server, { fetch: elsewhere });
    await expect(revoker.inspect(credential, order)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(revoker.revoke(credential, order)).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('discovery', () => {
  it('takes Auth0’s own id as it is, without a call', async () => {
    const server = await start();
    const search = bySubject({ format: 'opaque', id }, { format: 'opaque', id: 'ada' });
    expect(await Array.fromAsync(revokerOn(server).discover(search))).toEqual([
      { credential, facts: { arn: '', name: id, tags: {}, inherentOwners: [`opaque:${id}`] } },
    ]);
    expect(server.seen).toEqual([]);
  });

  it('finds the same facts by address and by id', async () => {
    const server = await start();
    server.add(new Auth0Person(id, ada.email));
    const facts = {
      arn: '',
      name: id,
      tags: {},
      createdAt: '2025-01-01T00:00:00.000Z',
      inherentOwners: [`opaque:${id}`, 'email:ada@example.com'],
    };
    const revoker = revokerOn(server);
    expect(await revoker.describe(credential)).toEqual(facts);
    expect(await Array.fromAsync(revoker.discover(bySubject(ada)))).toEqual([{ credential, facts }]);
  });

  it('finds every connection with the confirmed address once, and none where it is not confirmed', async () => {
    const server = await start();
    server.add(new Auth0Person(id, ada.email));
    server.add(new Auth0Person(google, ada.email));
    server.add(new Auth0Person('auth0|impostor', ada.email, false));
    const revoker = revokerOn(server);
    const search = bySubject({ format: 'opaque', id }, ada);
    expect(await found(revoker, search)).toEqual([id, google]);
    const impostor = await revoker.describe({ ...credential, id: 'auth0|impostor' });
    expect(impostor?.inherentOwners).toEqual(['opaque:auth0|impostor']);
  });

  it('asks for an address as it is spelled and in small letters, whatever stands in it', async () => {
    const server = await start();
    server.add(new Auth0Person(id, 'ada+1&x=y@example.com'));
    server.add(new Auth0Person(google, 'Ada+1&x=y@Example.com'));
    const search = bySubject({ format: 'email', email: 'Ada+1&x=y@Example.com' });
    expect((await found(revokerOn(server), search)).toSorted()).toEqual([id, google]);
  });
});

describe('the access token', () => {
  it('is asked for once, also by calls at the same time, until shortly before it ends', async () => {
    const server = await start();
    addPerson(server);
    let time = fixed().getTime();
    const revoker = revokerOn(server, { now: () => new Date(time) });
    await Promise.all([revoker.revoke(credential, order), revoker.inspect(credential, order)]);
    await revoker.describe(credential);
    time += 86_339_000;
    await revoker.describe(credential);
    expect(logins(server)).toBe(1);
    time += 2_000;
    await revoker.describe(credential);
    expect(logins(server)).toBe(2);
  });

  it('is used even where it lasts for less than a minute', async () => {
    const server = await start();
    addPerson(server);
    server.expiresIn = 30;
    expect(await revokerOn(server).describe(credential)).toBeDefined();
  });

  it('is asked for anew after it was refused', async () => {
    const server = await start();
    addPerson(server);
    const revoker = revokerOn(server);
    await revoker.describe(credential);
    server.revokeTokens();
    await expect(revoker.describe(credential)).rejects.toMatchObject({ code: 'access-denied' });
    expect(await revoker.describe(credential)).toBeDefined();
  });

  it('is asked for anew after asking failed', async () => {
    const server = await start();
    addPerson(server);
    let secret = secretOf({ clientId: 'client-1', clientSecret: 'of-yesterday' });
    const revoker = new Auth0GrantsRevoker({
      home,
      settings: credentialsSchema.parse({ auth0: { domainUrl: server.url, secretArn } }),
      secret: async () => secret,
      fetch,
      now: fixed,
    });
    await expect(revoker.describe(credential)).rejects.toMatchObject({
      code: 'access-denied',
      message: 'auth0:POST /oauth/token is not allowed to the configured credential (401)',
    });
    secret = rightSecret;
    expect(await revoker.describe(credential)).toBeDefined();
  });
});

describe('without settings', () => {
  it('is not configured, and finds and asks nothing', async () => {
    const revoker = new Auth0GrantsRevoker({
      home,
      settings: credentialsSchema.parse({}),
      secret: () => expect.fail('asked for a secret'),
      fetch: () => expect.fail('made a call'),
      now: fixed,
    });
    expect(revoker.isConfigured).toBe(false);
    expect(await found(revoker, bySubject({ format: 'opaque', id }, ada))).toEqual([]);
    await expect(revoker.inspect(credential, order)).rejects.toMatchObject({ code: 'unavailable' });
    expect(revokerOn(await start()).isConfigured).toBe(true);
  });
});

describe('errors', () => {
  it.each([
    ['no JSON', 'auth0-secret-in-plain-text'],
    ['another shape', secretOf({ client_id: 'client-1', client_secret: clientSecret })],
  ])('say that the secret is unusable and not what is in it: %s', async (_, secret) => {
    const revoked = revokerOn(await start(), { secret }).revoke(credential, order);
    const error = await revoked.catch((thrown: Error) => thrown);
    const message = 'the secret for Auth0 is not { clientId, clientSecret }';
    expect(error).toMatchObject({ code: 'unavailable', message });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(secret);
  });

  it('quote neither Auth0 nor a token', async () => {
    const server = await start();
    addPerson(server);
    const log = new CallLog();
    log.failing = 'denied';
    const failed = revokerOn(server, { log }).describe(credential);
    const error = await failed.catch((thrown: Error) => thrown);
    expect(error).toMatchObject({
      code: 'access-denied',
      message: expect.stringContaining('auth0:read:users'),
    });
    const text = JSON.stringify(error, Object.getOwnPropertyNames(error));
    for (const secret of [quotedByAuth0, clientSecret, 'management-token'])
      expect(text).not.toContain(secret);
  });

  it('say so where Auth0 answers something else than its API does', async () => {
    const server = await start();
    const odd = revokerOn(server, { fetch: async () => new Response('<html>Sign in</html>') });
    await expect(odd.inspect(credential, order)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
