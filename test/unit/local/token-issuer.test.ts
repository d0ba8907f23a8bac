import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenVerifier } from '../../../functions/authorize/verify-token.ts';
import { issuerSchema } from '../../../functions/domain/settings.ts';
import {
  startTokenIssuer,
  type TokenIssuer,
  tokenIssuerSettings,
} from '../../../infra/local/token-issuer.ts';

let issuer: TokenIssuer;
beforeAll(async () => {
  issuer = await startTokenIssuer();
});
afterAll(() => issuer.close());

const post = async (body: string) => {
  const response = await fetch(issuer.tokenUrl, { method: 'POST', body });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
};

describe('the local token issuer', () => {
  it('hands out a token that holds against its published keys', async () => {
    const { status, body } = await post('{"sub": "ada@example.com"}');
    expect(status).toBe(200);
    expect(body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 900 });
    const keys = createLocalJWKSet((await (await fetch(issuer.jwksUri)).json()) as JSONWebKeySet);
    const { issuer: iss, audience } = issuer;
    const { payload } = await jwtVerify(String(body.access_token), keys, {
      issuer: iss,
      audience,
      algorithms: ['ES256'],
    });
    expect(payload).toMatchObject({
      sub: 'ada@example.com',
      email: 'ada@example.com',
      jti: expect.any(String),
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(900);
  });

  it('is an issuer that the settings accept and the authorizer understands', async () => {
    const settings = issuerSchema.parse(tokenIssuerSettings(issuer));
    const verify = tokenVerifier([settings], { clockSkewSeconds: 0, now: () => new Date() });
    const longest = (await post('{"sub": "Ada@example.com", "expiresIn": 3600}')).body;
    expect(await verify(String(longest.access_token))).toMatchObject({
      subject: 'ada@example.com',
      issuer: issuer.issuer,
    });
  });

  it('issues directly too, with an email only for an address, and each token its own id', async () => {
    const [one, other] = [await issuer.issue('svc-1'), await issuer.issue('svc-1', { iat: 5 })];
    expect(decodeJwt(one)).not.toHaveProperty('email');
    expect(decodeJwt(one).jti).not.toBe(decodeJwt(other).jti);
    expect(decodeJwt(other).iat).toBe(5);
  });

  it('goes by the clock that it is given, whichever way a token is asked for', async () => {
    const at = Date.UTC(2027, 0, 1) / 1000;
    const later = await startTokenIssuer({ now: () => new Date(at * 1000 + 999) });
    const asked = await fetch(later.tokenUrl, { method: 'POST', body: '{"sub": "svc-1", "expiresIn": 60}' });
    const { access_token } = (await asked.json()) as { access_token: string };
    const times = [access_token, await later.issue('svc-1'), await later.sign({})].map((token) => {
      const { iat, exp } = decodeJwt(token);
      return [iat, exp];
    });
    await later.close();
    expect(times).toEqual([
      [at, at + 60],
      [at, at + 900],
      [at, undefined],
    ]);
  });

  it('signs a security event token: its claims, and neither sub nor exp', async () => {
    const events = { 'https://schemas.openid.net/secevent/caep/event-type/session-revoked': {} };
    const keys = createLocalJWKSet((await (await fetch(issuer.jwksUri)).json()) as JSONWebKeySet);
    const verified = await jwtVerify(await issuer.sign({ events }), keys, { algorithms: ['RS256'] });
    expect(verified.protectedHeader).toMatchObject({ typ: 'secevent+jwt', alg: 'RS256' });
    const { issuer: iss, audience: aud } = issuer;
    const usual = { iss, aud, jti: expect.any(String), iat: expect.any(Number) };
    expect(verified.payload).toEqual({ ...usual, events });
  });

  it('signs what it is told to, where a test wants it to be wrong', async () => {
    const token = await issuer.sign({ iss: 'https://other.example', aud: 'x', jti: 'j-1' }, { typ: 'JWT' });
    expect(decodeJwt(token)).toMatchObject({ iss: 'https://other.example', aud: 'x', jti: 'j-1' });
    expect(decodeProtectedHeader(token)).toMatchObject({ typ: 'JWT', alg: 'RS256' });
  });

  it('publishes no private key, and describes itself', async () => {
    const { keys } = (await (await fetch(issuer.jwksUri)).json()) as { keys: { alg: string }[] };
    expect(keys.map(({ alg }) => alg)).toEqual(['ES256', 'RS256']);
    for (const key of keys) expect(key).not.toHaveProperty('d');
    const described = await (await fetch(`${issuer.issuer}/.well-known/openid-configuration`)).json();
    expect(described).toMatchObject({ issuer: issuer.issuer, jwks_uri: issuer.jwksUri });
  });

  it('takes a body that says it is a form, as curl sends it', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = '{"sub": "ada@example.com"}';
    const response = await fetch(issuer.tokenUrl, { method: 'POST', headers, body });
    const { access_token } = (await response.json()) as { access_token: string };
    expect(decodeJwt(access_token).sub).toBe('ada@example.com');
  });

  it.each([
    ['no JSON', '{"sub"', 'body'],
    ['no sub', '{}', 'body.sub'],
    ['an empty sub', '{"sub": " "}', 'body.sub'],
    ['a sub that is a number', '{"sub": 7}', 'body.sub'],
    ['an unknown field', '{"sub": "a", "role": "x"}', 'body.role'],
    ['a day', '{"sub": "a", "expiresIn": 86400}', 'body.expiresIn'],
    ['no time', '{"sub": "a", "expiresIn": 0}', 'body.expiresIn'],
    ['a long body', JSON.stringify({ sub: 'a'.repeat(20_000) }), 'body'],
  ])('answers 400 naming the field: %s', async (_name, body, field) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toBe('invalid_request');
    expect(answer.body.error_description?.split(':')[0]).toBe(field);
  });

  it('knows no other path, and says which port is taken', async () => {
    expect((await fetch(issuer.tokenUrl)).status).toBe(404);
    const port = Number(new URL(issuer.issuer).port);
    await expect(startTokenIssuer({ port })).rejects.toThrow(`token issuer cannot listen on port ${port}`);
  });
});

describe('client credentials at the local token issuer', () => {
  const ask = async (authorization: string | undefined, form: Record<string, string>) => {
    const headers = authorization === undefined ? {} : { authorization };
    const body = new URLSearchParams(form);
    const response = await fetch(issuer.tokenUrl, { method: 'POST', headers, body });
    return { response, body: (await response.json()) as Record<string, string> };
  };
  const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const canary = () => basic(issuer.canary.clientId, issuer.canary.clientSecret);
  const grant = { grant_type: 'client_credentials' };

  it('are good for a token of the client, which the authorizer understands', async () => {
    const { response, body } = await ask(canary(), grant);
    expect(response.status).toBe(200);
    expect(body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 900 });
    const settings = issuerSchema.parse(tokenIssuerSettings(issuer));
    const verify = tokenVerifier([settings], { clockSkewSeconds: 0, now: () => new Date() });
    expect(await verify(String(body.access_token))).toMatchObject({ subject: 'canary', clients: ['canary'] });
    expect(decodeJwt(String(body.access_token))).toMatchObject({ sub: 'canary', client_id: 'canary' });
  });

  it('give a fresh token each time, of the scope that was asked for', async () => {
    const scoped = { ...grant, scope: 'read' };
    const [one, other] = [await ask(canary(), scoped), await ask(canary(), grant)];
    const [first, second] = [one, other].map(({ body }) => decodeJwt(String(body.access_token)));
    expect(first?.jti).not.toBe(second?.jti);
    expect([first?.scope, second?.scope]).toEqual(['read', undefined]);
  });

  it('that are wrong are refused, and told by nothing but their error', async () => {
    const { clientId, clientSecret } = issuer.canary;
    const wrong = [
      undefined,
      'Basic',
      `Bearer ${clientSecret}`,
      basic(clientId, ''),
      basic(clientId, `${clientSecret}x`),
      basic(clientId, `${clientSecret}&x=y`),
      basic('other', clientSecret),
    ];
    for (const authorization of wrong) {
      const { response, body } = await ask(authorization, grant);
      expect([response.status, body]).toEqual([401, { error: 'invalid_client' }]);
      expect(response.headers.get('www-authenticate')).toMatch(/^Basic /);
    }
  });

  it('get nothing by another grant, nor by a secret in the body', async () => {
    const { response, body } = await ask(canary(), { grant_type: 'password' });
    expect([response.status, body]).toEqual([400, { error: 'unsupported_grant_type' }]);
    const { clientId: client_id, clientSecret: client_secret } = issuer.canary;
    const sent = await ask(undefined, { ...grant, client_id, client_secret });
    expect(sent.response.status).toBe(401);
  });

  it('have a new secret at each start', async () => {
    const another = await startTokenIssuer();
    expect(another.canary.clientSecret).not.toBe(issuer.canary.clientSecret);
    await another.close();
  });
});
