import { afterEach, describe, expect, it } from 'vitest';
import type { CredentialRevoker, Order, Search } from '../../functions/credentials/credential-revoker.ts';
import { OktaGrantsRevoker } from '../../functions/credentials/okta-grants.ts';
import type { OktaGrants } from '../../functions/domain/credential.ts';
import { credentialsSchema } from '../../functions/domain/credential-settings.ts';
import { apiToken, OktaPerson, OktaServer, type OktaToken, quotedByOkta } from '../support/okta-server.ts';
import { CallLog } from './call-log.ts';
import { describeRevokerContract } from './credential-revoker.contract.ts';
import { home, inMemory } from './stand-ins.ts';
import { ada, addUser, order as anyOrder, now } from './worlds.ts';

const id = '00ub0oNGTSWTBKOLGLNR';
const otherId = '00ub0oNGTSWTBKOLGLN2';
const secretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:okta';
const before = '2026-03-01T11:00:00.000Z';
const order: Order = { ...anyOrder, action: 'revoke' };
const endSessions: Order = { ...anyOrder, action: 'end-sessions' };
const credential: OktaGrants = { kind: 'okta-grants', ...home, id };

const servers: OktaServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

const start = async (): Promise<OktaServer> => {
  const server = await new OktaServer({ now }).start();
  servers.push(server);
  return server;
};

/** `fetch` with its requests in the log, as reads and writes. */
const loggedFetch =
  (server: OktaServer, log: CallLog): typeof fetch =>
  (input, init) => {
    server.failing = log.failing;
    log.calls.push(`${init?.method === 'GET' ? 'Get' : init?.method} ${new URL(String(input)).pathname}`);
    return fetch(input, init);
  };

interface Given {
  readonly log?: CallLog;
  readonly secret?: string;
  readonly orgUrl?: string;
}

const revokerOn = (server: OktaServer, given: Given = {}): CredentialRevoker<OktaGrants> => {
  const { log = new CallLog(), secret = JSON.stringify({ apiToken }), orgUrl = server.url } = given;
  return new OktaGrantsRevoker({
    home,
    settings: credentialsSchema.parse({ okta: { orgUrl, secretArn } }),
    secret: async (arn) => (arn === secretArn ? secret : expect.fail('another secret')),
    fetch: loggedFetch(server, log),
    now,
  });
};

const addPerson = (server: OktaServer, created: string | undefined = before): OktaPerson => {
  const person = server.add(new OktaPerson(id, ada.email));
  const token: OktaToken = { status: 'ACTIVE', ...(created && { created }) };
  person.grants.push({ ...token }, { ...token }, { ...token });
  person.clients.set('client-1', [{ ...token }]);
  person.clients.set('client-2', [{ ...token }, { ...token }, { ...token }]);
  person.clients.set('client/3', [{ ...token }]);
  return person;
};

const found = async (revoker: CredentialRevoker<OktaGrants>, search: Search) =>
  (await Array.fromAsync(revoker.discover(search))).map((one) => one.credential.id);
const bySubject = (...subjects: Extract<Search, { for: 'subject' }>['subjects']): Search => ({
  for: 'subject',
  subjects,
});

describe.each([order, endSessions])('with the action $action', (given) => {
  describeRevokerContract('okta-grants', async () => {
    const server = await start();
    addPerson(server);
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
        bySubject({ format: 'opaque', id: 'auth0|5f7c8ec7c33c6c004bbafe82' }),
        bySubject({ format: 'email', email: 'nobody@example.com' }),
      ],
      missingAction: 'okta:DELETE /api/v1/users/*/sessions',
      cutByOthers: async () => {
        const person = server.people.get(id);
        person?.grants.splice(0);
        for (const tokens of person?.clients.values() ?? []) tokens.splice(0);
      },
      deletedByOthers: async () => {
        server.people.delete(id);
      },
    };
  });
});

describe('what is revoked', () => {
  it('are sessions, their tokens, remembered devices and grants', async () => {
    const server = await start();
    const person = addPerson(server);
    await revokerOn(server).revoke(credential, order);
    expect(person).toMatchObject({ sessions: 0, rememberedDevices: 0, grants: [] });
    expect([...person.clients.values()]).toEqual([[], [], []]);
  });

  it('are sessions and their tokens only, where sessions are ended', async () => {
    const server = await start();
    const person = addPerson(server);
    await revokerOn(server).revoke(credential, endSessions);
    expect(person).toMatchObject({ sessions: 0, rememberedDevices: 0, grants: [{}, {}, {}] });
    expect([...person.clients.values()]).toEqual([[], [], []]);
  });

  it('are grants too where sessions may not be ended, which is an error all the same', async () => {
    const server = await start();
    const person = addPerson(server);
    const revoker = new OktaGrantsRevoker({
      home,
      settings: credentialsSchema.parse({ okta: { orgUrl: server.url, secretArn } }),
      secret: async () => JSON.stringify({ apiToken }),
      fetch: async (input, init) =>
        String(input).includes('/sessions') ? new Response('{}', { status: 403 }) : fetch(input, init),
      now,
    });
    await expect(revoker.revoke(credential, order)).rejects.toMatchObject({ code: 'access-denied' });
    expect(person.grants).toEqual([]);
  });

  it('is one person’s', async () => {
    const server = await start();
    addPerson(server);
    const other = server.add(new OktaPerson(otherId, 'bob@example.com'));
    other.grants.push({ created: before });
    await revokerOn(server).revoke(credential, order);
    expect(other).toMatchObject({ sessions: 1, grants: [{}] });
  });

  it('is refused for what is no user id, without a call', async () => {
    const server = await start();
    for (const wrong of ['me', '..', '', '00ub0oNGTSWTBKOLGLNR/..']) {
      const revoked = revokerOn(server).revoke({ ...credential, id: wrong }, order);
      await expect(revoked).rejects.toMatchObject({ code: 'invalid-input' });
    }
    expect(server.seen).toEqual([]);
  });
});

describe('an inspection', () => {
  it('counts every page and every client, and says what cannot be seen', async () => {
    const server = await start();
    addPerson(server);
    expect(await revokerOn(server).inspect(credential, order)).toEqual({
      state: 'live',
      level: 'control-plane',
      observed:
        'okta:GET /api/v1/users/*/clients/*/tokens 5, okta:GET /api/v1/users/*/grants 3, sessions cannot be listed',
      original: { refreshTokens: 5, grants: 3 },
    });
  });

  it('finds one grant live, and one refresh token of the last client', async () => {
    const server = await start();
    const person = server.add(new OktaPerson(id, ada.email));
    for (const client of ['a', 'b', 'c', 'd']) person.clients.set(client, []);
    const revoker = revokerOn(server);
    expect((await revoker.inspect(credential, order)).state).toBe('dead');
    person.clients.get('d')?.push({ created: before });
    expect((await revoker.inspect(credential, order)).state).toBe('live');
    person.clients.set('d', []);
    person.grants.push({ created: before });
    expect((await revoker.inspect(credential, order)).state).toBe('live');
    expect((await revoker.inspect(credential, endSessions)).state).toBe('dead');
  });

  it('takes a client that is deleted meanwhile for one without tokens, and not for a user that is gone', async () => {
    const server = await start();
    const person = addPerson(server);
    const revoker = new OktaGrantsRevoker({
      home,
      settings: credentialsSchema.parse({ okta: { orgUrl: server.url, secretArn } }),
      secret: async () => JSON.stringify({ apiToken }),
      fetch: (input, init) => {
        if (String(input).includes('/clients/client%2F3/')) person.clients.delete('client/3');
        return fetch(input, init);
      },
      now,
    });
    const { state, original } = await revoker.inspect(credential, order);
    expect({ state, original }).toEqual({ state: 'live', original: { refreshTokens: 4, grants: 3 } });
  });

  it('takes what Okta still lists as revoked for dead', async () => {
    const server = await start();
    const person = server.add(new OktaPerson(id, ada.email));
    person.grants.push({ created: before, status: 'REVOKED' });
    person.clients.set('client-1', [{ created: before, status: 'REVOKED' }]);
    expect((await revokerOn(server).inspect(credential, order)).state).toBe('dead');
  });

  it.each([
    ['after the cutoff', '2026-03-01T12:00:01.000Z', 'dead'],
    ['at the cutoff', endSessions.cutoff, 'live'],
    ['nobody knows when', undefined, 'live'],
  ])('where sessions are ended: a token from %s is %s', async (_, created, state) => {
    const server = await start();
    const person = server.add(new OktaPerson(id, ada.email));
    person.clients.set('client-1', [created ? { created } : {}]);
    expect((await revokerOn(server).inspect(credential, endSessions)).state).toBe(state);
    expect((await revokerOn(server).inspect(credential, order)).state).toBe('live');
  });

  it('follows a link to Okta only, and sends its token nowhere else', async () => {
    const [server, thief] = [await start(), await start()];
    addPerson(server);
    server.elsewhere = `${thief.url}/api/v1/users`;
    await expect(revokerOn(server).inspect(credential, order)).rejects.toMatchObject({ code: 'unavailable' });
    expect(thief.seen).toEqual([]);
  });

  it('does not take a wrong address for a user that is gone', async () => {
    const server = await start();
    const wrong = new OktaGrantsRevoker({
      home,
      settings: credentialsSchema.parse({ okta: { orgUrl: server.url, secretArn } }),
      secret: async () => JSON.stringify({ apiToken }),
      fetch: async () => new Response('<html>no such page</html>', { status: 404 }),
      now,
    });
    await expect(wrong.inspect(credential, order)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(wrong.revoke(credential, order)).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('discovery', () => {
  it('takes Okta’s own id as it is, without a call, and looks no address up beside it', async () => {
    const server = await start();
    const revoker = revokerOn(server);
    const search = bySubject(ada, { format: 'opaque', id }, { format: 'opaque', id });
    expect(await Array.fromAsync(revoker.discover(search))).toEqual([
      { credential, facts: { arn: '', name: id, tags: {}, inherentOwners: [`opaque:${id}`] } },
    ]);
    expect(server.seen).toEqual([]);
  });

  it.each(['00ub0oNGTSWTBKOLGLNRx', '00gb0oNGTSWTBKOLGLNR', ' 00ub0oNGTSWTBKOLGLNR', 'ada'])(
    'takes %j for no user id',
    async (other) => {
      expect(await found(revokerOn(await start()), bySubject({ format: 'opaque', id: other }))).toEqual([]);
    },
  );

  it('finds the same facts by address and by id', async () => {
    const server = await start();
    server.add(new OktaPerson(id, 'ada', 'Ada@Example.com'));
    const facts = {
      arn: '',
      name: 'ada',
      tags: {},
      createdAt: '2025-01-01T00:00:00.000Z',
      inherentOwners: [`opaque:${id}`, 'email:ada@example.com'],
    };
    const revoker = revokerOn(server);
    expect(await revoker.describe(credential)).toEqual(facts);
    expect(await Array.fromAsync(revoker.discover(bySubject(ada)))).toEqual([{ credential, facts }]);
  });

  it('prefers the user whose login it is, and guesses at nothing where there is none', async () => {
    const server = await start();
    server.add(new OktaPerson(otherId, 'admin-ada@example.com', ada.email));
    const own = server.add(new OktaPerson(id, ada.email));
    expect(await found(revokerOn(server), bySubject(ada))).toEqual([id]);
    own.profile.login = 'ada.l@example.com';
    const both = await Array.fromAsync(revokerOn(server).discover(bySubject(ada)));
    expect(both.map(({ facts }) => facts.doubt)).toEqual(['address-is-shared', 'address-is-shared']);
  });

  it('looks up every address of the subject, and finds a person once', async () => {
    const server = await start();
    server.add(new OktaPerson(id, ada.email, 'ada@new.example'));
    server.add(new OktaPerson(otherId, 'bob@example.com'));
    const addresses = [ada.email, 'ada@new.example', 'bob@example.com'];
    const search = bySubject(...addresses.map((email) => ({ format: 'email' as const, email })));
    expect(await found(revokerOn(server), search)).toEqual([id, otherId]);
  });

  it('takes nobody who has another address, whatever the search answers', async () => {
    const server = await start();
    const bob = { id: otherId, profile: { login: 'bob@example.com', email: null } };
    const revoker = new OktaGrantsRevoker({
      home,
      settings: credentialsSchema.parse({ okta: { orgUrl: server.url, secretArn } }),
      secret: async () => JSON.stringify({ apiToken }),
      fetch: async () => Response.json([bob]),
      now,
    });
    expect(await found(revoker, bySubject(ada))).toEqual([]);
  });

  it('asks for exactly the address, whatever stands in it', async () => {
    const server = await start();
    server.add(new OktaPerson(otherId, ada.email));
    server.add(new OktaPerson(id, 'o"r+1&a\\b@example.com'));
    const revoker = revokerOn(server);
    const trick = { format: 'email', email: `x"or(profile.login_eq_"${ada.email}` } as const;
    expect(await found(revoker, bySubject(trick))).toEqual([]);
    expect(await found(revoker, bySubject({ format: 'email', email: 'o"r+1&a\\b@example.com' }))).toEqual([
      id,
    ]);
    expect(server.seen.at(-1)).toBe(
      'GET /api/v1/users?search=profile.login%20eq%20%22o%5C%22r%2B1%26a%5C%5Cb%40example.com%22%20or%20profile.email%20eq%20%22o%5C%22r%2B1%26a%5C%5Cb%40example.com%22',
    );
  });
});

describe('without settings', () => {
  it('is not configured, and finds and asks nothing', async () => {
    const revoker = new OktaGrantsRevoker({
      home,
      settings: credentialsSchema.parse({}),
      secret: () => expect.fail('asked for a secret'),
      fetch: () => expect.fail('made a call'),
      now,
    });
    expect(revoker.isConfigured).toBe(false);
    expect(await found(revoker, bySubject({ format: 'opaque', id }, ada))).toEqual([]);
    await expect(revoker.inspect(credential, order)).rejects.toMatchObject({ code: 'unavailable' });
    expect(revokerOn(await start()).isConfigured).toBe(true);
  });
});

describe('errors', () => {
  it.each([
    ['no JSON', 'okta-token-in-plain-text'],
    ['another shape', JSON.stringify({ token: apiToken })],
  ])('say that the secret is unusable and not what is in it: %s', async (_, secret) => {
    const revoked = revokerOn(await start(), { secret }).revoke(credential, order);
    const error = await revoked.catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: 'unavailable', message: 'the secret for Okta is not { apiToken }' });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(secret);
  });

  it('name what an invalid or a weak token was not allowed, and quote neither Okta nor the token', async () => {
    const server = await start();
    addPerson(server);
    const secret = JSON.stringify({ apiToken: 'an-old-token' });
    const refused = revokerOn(server, { secret }).inspect(credential, endSessions);
    await expect(refused).rejects.toMatchObject({
      code: 'access-denied',
      retryable: true,
      message: 'okta:GET /api/v1/users/*/clients is not allowed to the configured credential (401)',
    });
    const log = new CallLog();
    log.failing = 'denied';
    const error = await revokerOn(server, { log })
      .describe(credential)
      .catch((thrown: Error) => thrown);
    const text = JSON.stringify(error, Object.getOwnPropertyNames(error));
    expect(text).not.toContain(quotedByOkta);
    expect(text).not.toContain(apiToken);
  });

  it('say so where Okta answers something else than its API does', async () => {
    const wrong = new OktaGrantsRevoker({
      home,
      settings: credentialsSchema.parse({ okta: { orgUrl: 'https://acme.okta.com', secretArn } }),
      secret: async () => JSON.stringify({ apiToken }),
      fetch: async () => new Response('<html>Sign in</html>'),
      now,
    });
    await expect(wrong.inspect(credential, order)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(wrong.describe(credential)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
