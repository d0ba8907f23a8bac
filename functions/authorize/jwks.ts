import http from 'node:http';
import https from 'node:https';
import { assertIsJwks, type Jwks } from 'aws-jwt-verify/jwk';
import { isSecure } from '../domain/secure-address.ts';
import { answerTo } from './exchange.ts';
import { type PublicKey, publicKeysOf } from './public-keys.ts';

export const downloadMilliseconds = 2000;
const budget = { connect: downloadMilliseconds, answer: downloadMilliseconds } as const;

const isJwks = (value: unknown): value is Jwks => {
  assertIsJwks(value as Jwks);
  return true;
};

/**
 * Downloads the keys of an issuer (RFC 7517). Throws where there is no answer within two seconds, or one that is no
 * key set; plain http is for an issuer on this machine only. The library's own fetcher knows https alone.
 * A redirect is no answer: it would let whoever controls it choose the keys. Over a connection of its own, since one that
 * was kept may have died while Lambda had the process frozen.
 */
export const downloadKeys = async (uri: string): Promise<PublicKey[]> => {
  const url = new URL(uri);
  if (!isSecure(url)) throw new Error('keys must come over https');
  const { get } = url.protocol === 'http:' ? http : https;
  const request = get(url, { headers: { accept: 'application/json' }, agent: false });
  const { status, body } = await answerTo(request, {
    budget,
    until: performance.now() + downloadMilliseconds,
  });
  if (status !== 200) throw new Error(`the issuer answered ${status}`);
  const jwks: unknown = JSON.parse(body.toString());
  return isJwks(jwks) ? publicKeysOf(jwks.keys) : [];
};
