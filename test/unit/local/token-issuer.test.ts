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
