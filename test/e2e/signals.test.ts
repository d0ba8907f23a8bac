import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localCredentials, localRegion } from '../../infra/local/local-account.ts';
import { type LocalCutoff, startLocalCutoff } from '../../infra/local/local-cutoff.ts';
import { logEvent } from '../fixtures/events/okta/log-event.ts';
import { eventually } from '../support/eventually.ts';
import { apiKeyIsEnabled, ask, bearer, keyStates, makePerson, recordsOf, revocationBy } from './hand-made.ts';

const inactive = ['Inactive', 'Inactive'];
const active = ['Active', 'Active'];

let cutoff: LocalCutoff;
beforeAll(async () => {
  cutoff = await startLocalCutoff();
});
afterAll(() => cutoff?.stop());

const send = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${cutoff.urls.signals}${path}`, init);

/** What AWS generated, and a person enters at the provider. */
const secretOf = async (arn: string): Promise<string> => {
  const config = { endpoint: cutoff.aws.endpoint, region: localRegion, credentials: localCredentials };
  const client = new SecretsManagerClient(config);
  const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
  return SecretString;
};

const recordsAbout = async (text: string) =>
  (await recordsOf(cutoff)).filter((record) => JSON.stringify(record).includes(text));

const caep = 'https://schemas.openid.net/secevent/caep/event-type';
const risc = 'https://schemas.openid.net/secevent/risc/event-type';

describe('a security event token', () => {
  const push = (token: string, type = 'application/secevent+jwt') =>
    send('/ssf', { method: 'POST', headers: { 'content-type': type }, body: token });
  const disabled = (email: string) => ({
    sub_id: { format: 'email', email },
    events: { [`${risc}/account-disabled`]: { reason: 'hijacking' } },
  });

  it('that says somebody is disabled, ends all access of that person, once', async () => {
    const person = await makePerson(cutoff, 'ssf-user');
    const jti = crypto.randomUUID();
    const token = await cutoff.issuer.sign({ ...disabled(person.email), jti });
    expect((await push(token)).status).toBe(202);
    await revocationBy(cutoff, `${cutoff.issuer.issuer}#${jti}`);
    expect(await keyStates(cutoff, person)).toEqual(inactive);
    const records = (await recordsAbout(person.email)).length;
    expect((await push(token)).status).toBe(202);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await recordsAbout(person.email)).toHaveLength(records);
  });

  it('that names one session refuses its tokens, and no others', async () => {
    const sid = 'session-1';
    const sub = 'sid-user@acme.example';
    const [before, other] = [await cutoff.issuer.issue(sub, { sid }), await cutoff.issuer.issue(sub)];
    const jti = crypto.randomUUID();
    const events = { [`${caep}/session-revoked`]: {} };
    await push(await cutoff.issuer.sign({ jti, sub_id: { format: 'opaque', id: sid }, events }));
    await revocationBy(cutoff, `${cutoff.issuer.issuer}#${jti}`);
    expect(await ask(cutoff, bearer(before))).toBe(403);
    expect(await ask(cutoff, bearer(other))).toBe(200);
  });

  it('that is not to be believed puts nothing on the bus, and is told no more than the protocol says', async () => {
    const person = await makePerson(cutoff, 'ssf-victim');
    const good = await cutoff.issuer.sign(disabled(person.email));
    const [head = '', body = '', signature = ''] = good.split('.');
    const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    const none = Buffer.from('{"alg":"none","typ":"secevent+jwt"}').toString('base64url');
    const claims = disabled(person.email);
    const refusals: [string, string][] = [
      [`${head}.${body}.${flipped}`, 'authentication_failed'],
      [`${none}.${body}.`, 'authentication_failed'],
      [await cutoff.issuer.sign(claims, { kid: 'nobodys' }), 'invalid_key'],
      [await cutoff.issuer.sign({ ...claims, aud: 'somebody-else' }), 'invalid_audience'],
      [await cutoff.issuer.sign({ ...claims, iss: 'https://evil.example' }), 'invalid_issuer'],
      [await cutoff.issuer.sign({ ...claims, exp: 1 }), 'invalid_request'],
      [await cutoff.issuer.issue(person.email), 'invalid_request'],
      ['nonsense', 'invalid_request'],
    ];
    for (const [token, err] of refusals) {
      const response = await push(token);
      const text = await response.text();
      expect([response.status, JSON.parse(text).err]).toEqual([400, expect.stringMatching(/^[a-z_]+$/)]);
      expect.soft(JSON.parse(text).err, token.slice(0, 60)).toBe(err);
      expect(text).not.toMatch(/acme|arn:|table|stack|jose|zod/i);
    }
    expect((await push(good, 'text/plain')).status).toBe(400);
    expect((await push('x'.repeat(11 * 1024 * 1024))).status).toBe(413);
    expect((await push('x'.repeat(1024 * 1024))).status).toBe(400);
    expect(await keyStates(cutoff, person)).toEqual(active);
    expect(await recordsAbout(person.email)).toEqual([]);
  });

  it('that verifies the stream is acknowledged, with the state that was asked for', async () => {
    const verification = (state: string) => ({
      sub_id: { format: 'opaque', id: 'stream-1' },
      events: { 'https://schemas.openid.net/secevent/ssf/event-type/verification': { state } },
    });
    expect((await push(await cutoff.issuer.sign(verification('local')))).status).toBe(202);
    const wrong = await push(await cutoff.issuer.sign(verification('another')));
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { err: 'invalid_state' }]);
  });
});

describe('global token revocation', () => {
  it('ends tokens of before, and is refused without a token of the provider', async () => {
    const sub = 'gtr-user@acme.example';
    const before = await cutoff.issuer.issue(sub);
    const body = JSON.stringify({ sub_id: { format: 'email', email: sub } });
    const headers = { 'content-type': 'application/json' };
    const path = '/global-token-revocation';
    expect((await send(path, { method: 'POST', headers, body })).status).toBe(401);
    const now = Math.floor(Date.now() / 1000);
    const token = await cutoff.issuer.sign({ exp: now + 300 }, { typ: 'global-token-revocation+jwt' });
    const authorized = { ...headers, ...bearer(token) };
    expect((await send(path, { method: 'POST', headers: authorized, body })).status).toBe(204);
    await eventually('refused', async () => (await ask(cutoff, bearer(before))) === 403);
    await eventually(
      'a new one works',
      async () => (await ask(cutoff, bearer(await cutoff.issuer.issue(sub)))) === 200,
    );
  });
});

describe('a leak report', () => {
  it('disables the API key whose value was found, and says which matches are ours', async () => {
    const person = await makePerson(cutoff, 'leaky');
    await cutoff.invoke(cutoff.outputs.UpkeepFunction, {});
    const matches = [person.apiKey.value, 'acme_made_up'].map((token) => ({ token, type: 'acme_token' }));
    const { headers, body } = cutoff.leaks.report(matches);
    const path = '/github/secret-scanning';
    expect((await send(path, { method: 'POST', headers, body: `${body} ` })).status).toBe(401);
    const response = await send(path, { method: 'POST', headers, body });
    const feedback = (await response.json()) as { label: string }[];
    expect(feedback.map(({ label }) => label)).toEqual(['true_positive', 'false_positive']);
    await eventually('disabled', async () => (await apiKeyIsEnabled(cutoff, person)) === false);
    // Not known yet, perhaps: a human looks.
    await eventually('held', async () =>
      (await recordsOf(cutoff)).some(({ data }) => data.reason === 'not-found-on-look-up'),
    );
    expect(await keyStates(cutoff, person)).toEqual(active);
    expect(await recordsAbout(person.apiKey.value)).toEqual([]);
  });
});

describe('an Okta event hook', () => {
  it('answers the challenge, and takes events from whoever knows the secret', async () => {
    const person = await makePerson(cutoff, 'hooked');
    const challenge = await send('/okta/events', { headers: { 'x-okta-verification-challenge': 'abc123' } });
    expect([challenge.status, await challenge.json()]).toEqual([200, { verification: 'abc123' }]);
    const uuid = crypto.randomUUID();
    const target = [{ id: '00uHooked', type: 'User', alternateId: person.email, displayName: null }];
    const event = logEvent('user.lifecycle.suspend', { uuid, target, published: new Date().toISOString() });
    const body = JSON.stringify({ eventType: 'com.okta.event_hook', data: { events: [event] } });
    const deliver = (authorization: string) =>
      send('/okta/events', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body,
      });
    expect((await deliver('wrong')).status).toBe(401);
    expect((await deliver(await secretOf(cutoff.outputs.OktaHookSecret))).status).toBe(204);
    await revocationBy(cutoff, uuid);
    expect(await keyStates(cutoff, person)).toEqual(inactive);
  });
});

describe('SCIM', () => {
  it('provisions somebody, and a PATCH of active ends all access', async () => {
    const person = await makePerson(cutoff, 'scim-user');
    const headers = {
      'content-type': 'application/scim+json',
      ...bearer(await secretOf(cutoff.outputs.ScimSecret)),
    };
    const user = {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: person.email,
      active: true,
    };
    const made = await send('/scim/v2/Users', { method: 'POST', headers, body: JSON.stringify(user) });
    expect(made.status).toBe(201);
    const { id } = (await made.json()) as { id: string };
    const body = JSON.stringify({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'Replace', path: 'active', value: 'False' }],
    });
    const strange = { ...headers, ...bearer('wrong') };
    expect((await send(`/scim/v2/Users/${id}`, { method: 'PATCH', headers: strange, body })).status).toBe(
      401,
    );
    const patched = await send(`/scim/v2/Users/${id}`, { method: 'PATCH', headers, body });
    expect(patched.status).toBeLessThan(300);
    await eventually('cut', async () =>
      (await keyStates(cutoff, person)).every((state) => state === 'Inactive'),
    );
    expect((await send(`/scim/v2/Users/${id}`, { method: 'DELETE', headers })).status).toBe(204);
    expect((await send(`/scim/v2/Users/${id}`, { method: 'DELETE', headers })).status).toBe(404);
  });
});

describe('Microsoft Graph', () => {
  it('is held where no directory is configured, and believed only with its clientState', async () => {
    const handshake = await send('/entra/notifications?validationToken=a%20b%2Bc', { method: 'POST' });
    expect([handshake.status, await handshake.text()]).toEqual([200, 'a b+c']);
    expect(handshake.headers.get('content-type')).toMatch(/^text\/plain/);
    const userId = crypto.randomUUID();
    const notify = (clientState: string) => {
      const resourceData = { id: userId, eventTime: new Date().toISOString() };
      const ids = { subscriptionId: crypto.randomUUID(), tenantId: crypto.randomUUID() };
      const item = { ...ids, changeType: 'updated', resource: `Users/${userId}`, resourceData, clientState };
      const headers = { 'content-type': 'application/json' };
      return send('/entra/notifications', {
        method: 'POST',
        headers,
        body: JSON.stringify({ value: [item] }),
      });
    };
    expect((await notify('wrong')).status).toBe(401);
    expect((await notify(await secretOf(cutoff.outputs.EntraSecret))).status).toBe(202);
    const [held] = await eventually('held', async () => {
      const found = (await recordsAbout(userId)).filter(({ type }) => type === 'held');
      return found.length > 0 && found;
    });
    expect(held?.data.reason).toBe('directory-not-configured');
  });
});

it('nothing else is there, and what functions write holds no secret', async () => {
  expect((await send('/')).status).toBe(404);
  expect((await send('/scim/v20/Users')).status).toBe(404);
});
