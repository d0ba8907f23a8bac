import { assertIsJwks } from 'aws-jwt-verify/jwk';
import { isSecure } from '../domain/secure-address.ts';
import { type PublicKey, publicKeysOf } from './public-keys.ts';

export const downloadMilliseconds = 2000;

/**
 * Downloads the keys of an issuer (RFC 7517). Throws where there is no answer within two seconds, or one that is no
 * key set; plain http is for an issuer on this machine only. The library's own fetcher knows https alone.
 */
export const downloadKeys = async (uri: string): Promise<PublicKey[]> => {
  const url = new URL(uri);
  if (!isSecure(url)) throw new Error('keys must come over https');
  const response = await fetch(url, {
    // A redirect would let whoever controls it choose the keys.
    redirect: 'error',
    // A connection that is kept may have died while Lambda had the process frozen.
    headers: { accept: 'application/json', connection: 'close' },
    signal: AbortSignal.timeout(downloadMilliseconds),
  });
  if (!response.ok) throw new Error(`the issuer answered ${response.status}`);
  const jwks: unknown = await response.json();
  assertIsJwks(jwks as Parameters<typeof assertIsJwks>[0]);
  return publicKeysOf((jwks as { keys: Parameters<typeof publicKeysOf>[0] }).keys);
};
