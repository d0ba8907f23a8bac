import { describe, expect, it } from 'vitest';
import { clientSecret, failureOf, canary as settings, start, canaryWorld as world } from './canary-stage.ts';

describe('the token of a canary', () => {
  it('is asked for by client credentials, with the scope that the settings name', async () => {
    const { canary, stage } = world({}, { scope: 'hello:read' });
    await canary.probe();
    const [url, init] = stage.forms[0] ?? [];
    expect(url).toBe(settings.tokenUrl);
    expect(init).toMatchObject({ method: 'POST', redirect: 'manual' });
    expect(String(init?.body)).toBe('grant_type=client_credentials&scope=hello%3Aread');
    const pair = `app%3A1:${new URLSearchParams({ '': clientSecret }).toString().slice(1)}`;
    expect(new Headers(init?.headers).get('authorization')).toBe(
      `Basic ${Buffer.from(pair).toString('base64')}`,
    );
  });

  it.each([
    ['no jti', { jti: undefined }, 'canary.token.jti'],
    ['an empty jti', { jti: '' }, 'canary.token.jti'],
    ['a jti that no row can name', { jti: 'j'.repeat(513) }, 'canary.token.jti'],
    ['no exp', { exp: undefined }, 'canary.token.exp'],
    ['no end in sight', { exp: start / 1000 + 10 * 86_400 }, 'canary.token.exp'],
    ['an issuer that is not ours', { iss: 'https://elsewhere.example.com' }, 'canary.token.iss'],
  ])('is of no use with %s', async (_, claims, field) => {
    const { canary, stage } = world({ claims });
    expect(await failureOf(canary)).toMatchObject({ code: 'invalid-input', field });
    expect(stage.denylist.rows.size).toBe(0);
    expect(stage.tried).toEqual([]);
  });

  it('of a Cognito user pool is denied under the one spelling that rows have', async () => {
    const pool = 'cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc';
    const { canary } = world({ issuer: `https://${pool}`, claims: { iss: `https://issuer-${pool}` } });
    expect((await canary.probe()).state).toBe('dead');
  });

  it('is of no use where it ends within a minute', async () => {
    const { canary, stage } = world({ claims: { exp: start / 1000 + 60 } });
    expect((await failureOf(canary)).code).toBe('probe-inconclusive');
    expect(stage.tried).toEqual([]);
  });

  it('has to be a JWT', async () => {
    const { canary, stage } = world();
    stage.grant = () => Response.json({ access_token: 'opaque' });
    expect((await failureOf(canary)).code).toBe('invalid-input');
  });

  it.each([
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://x.example' } })],
    ['a refusal', () => Response.json({ error: 'invalid_client' }, { status: 401 })],
    ['a refusal that has one', () => Response.json({ access_token: 'a.b.c' }, { status: 403 })],
    ['no token', () => Response.json({})],
    ['no JSON', () => new Response('<html>')],
  ])('is none where the endpoint answers with %s', async (_, grant) => {
    const { canary, stage } = world();
    stage.grant = grant;
    expect(await failureOf(canary)).toMatchObject({ retryable: true });
    expect(stage.tried).toEqual([]);
  });

  it('is none where the secret is not as it has to be', async () => {
    const { canary, stage } = world({ secret: JSON.stringify({ clientId: 'app', secret: clientSecret }) });
    expect((await failureOf(canary)).message).not.toContain(clientSecret);
    expect(stage.forms).toEqual([]);
  });

  it('is told to nobody, nor is the secret, whatever is echoed', async () => {
    const { canary, stage } = world();
    const told: string[] = [];
    const echo = (status: number) => (jti: string) =>
      new Response(`${stage.tried.at(-1)} ${jti}`, {
        status,
        headers: { 'x-amzn-errortype': `${stage.tried.at(-1)}` },
      });
    for (const status of [200, 302, 401, 403, 500]) {
      stage.route = echo(status);
      const outcome = await canary.probe().catch((error: Error) => [error.stack, error, error.cause]);
      told.push(JSON.stringify(outcome));
      stage.clock += 10_000;
    }
    stage.grant = (token) => new Response(`${token} ${clientSecret}`, { status: 400 });
    told.push(String((await failureOf(canary)).stack));
    for (const secret of [...stage.minted, clientSecret]) expect(told.join()).not.toContain(secret);
  });
});
