import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A key under any name. */
export const keyNamed = (kid: string): object => ({
  ...publicKey.export({ format: 'jwk' }),
  kid,
  use: 'sig',
});

/** Publishes keys on loopback, and does it badly where it is told to. */
export const startKeyServer = async () => {
  const state = {
    fetches: 0,
    status: 200,
    kids: ['k-1'],
    body: undefined as string | undefined,
    /** No answer before `held` is worked off. */
    holds: false,
    headers: {} as IncomingHttpHeaders,
  };
  const held: ((end: 'answer' | 'hang up') => void)[] = [];
  const answer = (response: ServerResponse, kids = state.kids, status = state.status) =>
    response
      .writeHead(status, { location: '/elsewhere' })
      .end(state.body ?? JSON.stringify({ keys: kids.map(keyNamed) }));
  const server = createServer((request, response) => {
    state.fetches += 1;
    state.headers = request.headers;
    const { kids } = state;
    // Where a redirect leads to, there are keys.
    if (request.url === '/elsewhere') return answer(response, kids, 200);
    if (!state.holds) return answer(response);
    held.push((end) => (end === 'answer' ? answer(response, kids) : response.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url, state, held, close };
};
export type KeyServer = Awaited<ReturnType<typeof startKeyServer>>;
