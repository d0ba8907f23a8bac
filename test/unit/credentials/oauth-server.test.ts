import { describe, expect, it } from 'vitest';
import { OAuthServerClient } from '../../../functions/credentials/oauth-server.ts';
import { CutoffError } from '../../../functions/domain/errors.ts';

const issuer = 'https://as.example.com';
const settings = {
  issuer,
  revocationEndpoint: `${issuer}/revoke`,
  introspectionEndpoint: `${issuer}/introspect`,
  tokenEndpoint: `${issuer}/token`,
  clientSecretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:client-AbCdEf',
};
const credential = JSON.stringify({ clientId: 'app:1', clientSecret: 's3cret+ %é' });

type Reply = readonly [status: number, body?: object | string, headers?: Record<string, string>];

/** A server that answers each request with the next reply, the last one for ever. */
const world = (replies: readonly Reply[], secret: () => Promise<string> = async () => credential) => {
  const asked: { url: string; form: Record<string, string>; authorization: string }[] = [];
  const fetchIt: typeof fetch = async (url, init) => {
    asked.push({
      url: String(url),
      form: Object.fromEntries(init?.body as URLSearchParams),
      authorization: new Headers(init?.headers).get('authorization') ?? '',
    });
    const [status, body = '', headers = {}] = replies[Math.min(asked.length, replies.length) - 1] ?? [500];
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers });
  };
  return { asked, server: new OAuthServerClient(settings, { fetch: fetchIt, secret }) };
};

const failureOf = async (call: Promise<unknown>): Promise<CutoffError> => {
  const error = await call.then(
    () => expect.fail('did not fail'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CutoffError);
  expect(JSON.stringify({ ...(error as CutoffError), message: String(error) })).not.toMatch(/t0ken|s3cret/);
  return error as CutoffError;
};

describe('an authorization server', () => {
  it('is asked to revoke as its client, whose id and secret are form-encoded first', async () => {
    const { asked, server } = world([[200]]);
    await server.revoke('t0ken');
    const basic = Buffer.from('app%3A1:s3cret%2B+%25%C3%A9').toString('base64');
    expect(asked).toEqual([
      {
        url: settings.revocationEndpoint,
        form: { token: 't0ken', token_type_hint: 'refresh_token' },
        authorization: `Basic ${basic}`,
      },
    ]);
  });

  it.each([
    ['revoke', (server: OAuthServerClient) => server.revoke('t0ken')],
    ['introspect', (server: OAuthServerClient) => server.isActive('t0ken')],
    ['refresh', (server: OAuthServerClient) => server.refreshes('t0ken')],
  ])('that refuses the client: %s is access-denied and names the issuer', async (_, call) => {
    for (const status of [400, 401]) {
      const { server } = world([[status, { error: 'invalid_client', error_description: 't0ken' }]]);
      const failure = await failureOf(call(server));
      expect(failure).toMatchObject({ code: 'access-denied', retryable: true });
      expect(failure.message).toContain(issuer);
    }
  });

  it('that is busy is throttled', async () => {
    const { server } = world([[503, '', { 'retry-after': '60' }]]);
    expect(await failureOf(server.revoke('t0ken'))).toMatchObject({ code: 'throttled', retryable: true });
  });

  it.each(['unsupported_token_type', 'invalid_request'])('that will not revoke: %s', async (error) => {
    const failure = await failureOf(world([[400, { error }]]).server.revoke('t0ken'));
    expect(failure).toMatchObject({ code: 'invalid-input', retryable: false });
    expect(failure.message).toBe(`revocation at ${issuer} answered 400 ${error}`);
  });

  it('is not believed to have revoked by another success, and its words are not quoted', async () => {
    const { server } = world([[202, { error: 't0ken' }]]);
    expect((await failureOf(server.revoke('t0ken'))).message).toBe(`revocation at ${issuer} answered 202`);
  });

  it.each([true, false])('says whether a token is active: %s', async (active) => {
    const { asked, server } = world([[200, { active, username: 'ada' }]]);
    expect(await server.isActive('t0ken')).toBe(active);
    expect(asked[0]?.url).toBe(settings.introspectionEndpoint);
  });

  it.each([{}, { active: 'false' }, 'no JSON', [false]])(
    'proves nothing by an introspection that is none: %j',
    async (body) => {
      const failure = await failureOf(world([[200, body]]).server.isActive('t0ken'));
      expect(failure).toMatchObject({ code: 'unavailable', retryable: true });
    },
  );

  it('says that a refresh is refused by invalid_grant, and by nothing else', async () => {
    expect(await world([[400, { error: 'invalid_grant' }]]).server.refreshes('t0ken')).toBe(false);
    for (const [status, error] of [
      [400, 'unauthorized_client'],
      [400, 'unsupported_grant_type'],
      [404, 'invalid_grant'],
    ] as const) {
      await failureOf(world([[status, { error }]]).server.refreshes('t0ken'));
    }
  });

  it('revokes what a refresh brought, each with its hint, and nothing that did not come', async () => {
    const both = world([[200, { access_token: 'a', refresh_token: 'r' }], [200]]);
    expect(await both.server.refreshes('t0ken')).toBe(true);
    expect(both.asked.map(({ form }) => form)).toEqual([
      { grant_type: 'refresh_token', refresh_token: 't0ken' },
      { token: 'r', token_type_hint: 'refresh_token' },
      { token: 'a', token_type_hint: 'access_token' },
    ]);
    const one = world([[200, { access_token: 'a' }], [200]]);
    await one.server.refreshes('t0ken');
    expect(one.asked.map(({ form }) => form.token)).toEqual([undefined, 'a']);
  });

  it('need not be able to revoke access tokens, but refresh tokens', async () => {
    const unsupported: Reply = [400, { error: 'unsupported_token_type' }];
    const access = world([[200, { access_token: 'a', refresh_token: 'r' }], [200], unsupported]);
    expect(await access.server.refreshes('t0ken')).toBe(true);
    await failureOf(world([[200, { refresh_token: 'r' }], unsupported]).server.refreshes('t0ken'));
    const denied = world([
      [200, { access_token: 'a' }],
      [401, { error: 'invalid_client' }],
    ]);
    expect((await failureOf(denied.server.refreshes('t0ken'))).code).toBe('access-denied');
  });

  it('is not asked where its client is not known', async () => {
    for (const text of ['s3cret', '{"clientId":"app:1","clientSecret":""}']) {
      const { asked, server } = world([[200]], async () => text);
      const failure = await failureOf(server.revoke('t0ken'));
      expect(failure).toMatchObject({ code: 'invalid-input', retryable: false });
      expect(failure.message).toContain(issuer);
      expect(asked).toEqual([]);
    }
  });

  it('names the permission that is missing on the secret of its client', async () => {
    const denied = Object.assign(new Error('s3cret'), { name: 'AccessDeniedException' });
    const { server } = world([[200]], () => Promise.reject(denied));
    const { code, message } = await failureOf(server.revoke('t0ken'));
    expect([code, message]).toEqual([
      'access-denied',
      'secretsmanager:GetSecretValue is not allowed to this role',
    ]);
  });
});
