import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SigningKey {
  readonly id: string;
  readonly pem: string;
  sign(body: Buffer): string;
}

const pemOf = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();

export const signingKey = (id: string, namedCurve = 'prime256v1'): SigningKey => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
  return {
    id,
    pem: pemOf(publicKey),
    sign: (body) => sign('sha256', body, { key: privateKey, dsaEncoding: 'der' }).toString('base64'),
  };
};

/** GitHub's list of keys, served on loopback. */
export const startKeyServer = async () => {
  const state = { keys: [] as Pick<SigningKey, 'id' | 'pem'>[], status: 200, requests: 0 };
  const server = createServer((request, response) => {
    state.requests += 1;
    const list = state.keys.map(({ id, pem }) => ({ key_identifier: id, key: pem, is_current: true }));
    if (request.url !== '/keys') return response.writeHead(200).end(JSON.stringify({ public_keys: list }));
    response.writeHead(state.status, { location: '/elsewhere' }).end(JSON.stringify({ public_keys: list }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`, state, close };
};
export type KeyServer = Awaited<ReturnType<typeof startKeyServer>>;
