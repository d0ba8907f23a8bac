import { KeyObject, sign as signBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import type { Issuer } from '../../../functions/domain/settings.ts';

export type Algorithm = 'RS256' | 'ES256';

const keysOf = async (alg: Algorithm) => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return {
    alg,
    kid: `${alg}-1`,
    privateKey,
    pem: await exportSPKI(publicKey),
    jwk: await exportJWK(publicKey),
  };
};

/** `undefined` leaves a claim out. */
type Claims = Readonly<Record<string, unknown>>;

export const seconds = () => Math.floor(Date.now() / 1000);

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

/** A real issuer on loopback that also makes what a real one never would. */
export const startTestIssuer = async () => {
  const pairs = { RS256: await keysOf('RS256'), ES256: await keysOf('ES256') };
  const state = {
    fetches: 0,
    status: 200,
    namesAlgorithms: true,
    served: ['RS256', 'ES256'] as Algorithm[],
    others: [] as object[],
  };
  const server = createServer((_request, response) => {
    state.fetches += 1;
    const keys = state.served.map((alg) => {
      const { jwk, kid } = pairs[alg];
      return { ...jwk, kid, use: 'sig', ...(state.namesAlgorithms && { alg }) };
    });
    response
      .writeHead(state.status, { location: '/elsewhere' })
      .end(JSON.stringify({ keys: [...keys, ...state.others] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const settings: Issuer = {
    issuer: url,
    audience: 'orders-api',
    jwksUri: `${url}/keys`,
    subjectClaim: 'email',
    subjectFormat: 'email',
    longestTokenSeconds: 3600,
  };
  const claims = (extra: Claims = {}): Record<string, unknown> => {
    const usual = { iss: url, aud: 'orders-api', sub: 'u-1', email: 'ada@example.com', jti: 'j-1' };
    return JSON.parse(JSON.stringify({ ...usual, iat: seconds(), exp: seconds() + 900, ...extra }));
  };
  const sign = (extra?: Claims, header: object = {}, alg: Algorithm = 'ES256') =>
    new SignJWT(claims(extra))
      .setProtectedHeader({ alg, kid: pairs[alg].kid, ...header })
      .sign(pairs[alg].privateKey);
  /** Header and payload to the letter; only what the header says of itself may be a lie. */
  const signText = (header: string, payload: string, alg: Algorithm = 'ES256') => {
    const signed = [header, payload].map((part) => Buffer.from(part).toString('base64url')).join('.');
    const key = { key: KeyObject.from(pairs[alg].privateKey), dsaEncoding: 'ieee-p1363' } as const;
    return `${signed}.${signBytes('sha256', Buffer.from(signed), key).toString('base64url')}`;
  };
  /** Alg confusion: the public key, which everybody has, used as an HMAC secret. */
  const signWithPublicKey = () =>
    new SignJWT(claims())
      .setProtectedHeader({ alg: 'HS256', kid: 'RS256-1' })
      .sign(new TextEncoder().encode(pairs.RS256.pem));
  const unsigned = (signature = '') =>
    `${encode({ alg: 'none', kid: 'ES256-1' })}.${encode(claims())}.${signature}`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url, settings, state, claims, sign, signText, signWithPublicKey, unsigned, close };
};
export type TestIssuer = Awaited<ReturnType<typeof startTestIssuer>>;
