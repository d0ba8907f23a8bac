import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { entraUserLookUp } from '../../../functions/identity/entra-user.ts';
import { changeOf } from '../../support/world.ts';

const tenantId = '6f1f9c1a-0d3b-4d5e-9f00-1a2b3c4d5e6f';
const userId = '0b0e1f2a-3c4d-4e5f-8a9b-0c1d2e3f4a5b';
const app = { tenantId, clientId: 'client-1', clientSecret: 's3cret-of-the-app' };
const lead = changeOf('x@acme.example', 'deactivated', { subject: { format: 'opaque', id: userId } });

const servers: { close(): void }[] = [];
afterEach(() => servers.splice(0).forEach((server) => void server.close()));

/** Speaks as much of Microsoft's token endpoint and of Graph as the look-up asks for. */
const startGraph = async (routes: Record<string, [number, unknown]>) => {
  const seen: { url: string; authorization: string | undefined; body: string }[] = [];
  const bodyOf = async (request: IncomingMessage) =>
    (await Array.fromAsync(request.setEncoding('utf8'))).join('');
  const server = createServer(async (request, response) => {
    const { url = '', headers } = request;
    seen.push({ url, authorization: headers.authorization, body: await bodyOf(request) });
    const [path = ''] = url.split('?');
    const token: [number, unknown] = [200, { access_token: 'graph-token', expires_in: 3599 }];
    const [status, body] = path.endsWith('/oauth2/v2.0/token')
      ? (routes.token ?? token)
      : (routes[path] ?? [404, { error: { code: 'Request_ResourceNotFound' } }]);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const graph = { app: async () => JSON.stringify(app), loginUrl: url, graphUrl: url };
  return {
    seen,
    look: (tenant = tenantId) =>
      entraUserLookUp(graph)(lead, { ask: 'entra-user', tenantId: tenant, userId }),
  };
};

const user = `/v1.0/users/${userId}`;
const deleted = `/v1.0/directory/deletedItems/${userId}/microsoft.graph.user`;
const noor = { userPrincipalName: 'Noor@acme.example', mail: null };

it('entra-soft-delete: a user that is gone, and among the deleted, was deleted', async () => {
  const { look } = await startGraph({ [deleted]: [200, { ...noor, accountEnabled: false }] });
  expect((await look()).changes).toMatchObject([
    { change: 'deleted', aliases: [{ format: 'email', email: 'Noor@acme.example' }] },
  ]);
});

it('a user whose account is off was deactivated, and is named', async () => {
  const { look, seen } = await startGraph({ [user]: [200, { ...noor, accountEnabled: false }] });
  expect((await look()).changes).toMatchObject([
    { change: 'deactivated', aliases: [{ email: 'Noor@acme.example' }] },
  ]);
  expect(seen[1]?.authorization).toBe('Bearer graph-token');
  expect(new URLSearchParams(seen[0]?.body).get('client_id')).toBe('client-1');
});

it('a user whose account is on was only edited', async () => {
  const { look } = await startGraph({ [user]: [200, { ...noor, accountEnabled: true }] });
  expect(await look()).toEqual({ changes: [], reason: 'the account is enabled' });
});

it('a user that is neither here nor among the deleted is held', async () => {
  const { look } = await startGraph({});
  expect((await look()).changes).toMatchObject([{ byHand: 'not-found-on-look-up' }]);
});

it.each([[{ ...noor, accountEnabled: null }], [noor]])(
  'an account whose state is not told is not taken for disabled',
  async (told) => {
    const { look } = await startGraph({ [user]: [200, told] });
    await expect(look()).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  },
);

it('another tenant’s user is not asked for with this one’s secret', async () => {
  const { look, seen } = await startGraph({});
  expect((await look('11111111-0000-4000-8000-000000000000')).changes).toMatchObject([
    { byHand: 'directory-not-configured' },
  ]);
  expect(seen).toEqual([]);
});

it.each(['{', '{}', '{"tenantId":"x"}'])(
  'a secret that is not what it should be waits for who put it there: %s',
  async (text) => {
    const graph = { app: async () => text, loginUrl: 'http://127.0.0.1:1', graphUrl: 'http://127.0.0.1:1' };
    const look = entraUserLookUp(graph)(lead, { ask: 'entra-user', tenantId, userId });
    await expect(look).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  },
);

it.each([
  [401, 'access-denied'],
  [403, 'access-denied'],
  [429, 'unavailable'],
  [503, 'unavailable'],
])('%s from Graph is tried again, and quotes nothing', async (status, code) => {
  const { look } = await startGraph({ [user]: [status, { error: 's3cret' }] });
  const error = await look().catch((caught: unknown) => caught as Error);
  expect(error).toMatchObject({ code, retryable: true });
  expect(String(error)).not.toContain('s3cret');
});

it('a refused app is tried again, and its secret is in no message', async () => {
  const { look } = await startGraph({ token: [401, { error: 'invalid_client' }] });
  const error = await look().catch((caught: unknown) => caught as Error);
  expect(error).toMatchObject({ code: 'access-denied', retryable: true });
  expect(String(error)).not.toContain(app.clientSecret);
});
