import { type CompactVerifyGetKey, createRemoteJWKSet, customFetch } from 'jose';
import type { Signer } from '../domain/settings.ts';

const timeoutMilliseconds = 2000;

/**
 * After a download, an unknown `kid` leads to no other for this long: strangers cannot flood an issuer through us, and
 * its new keys are known this much later at most.
 */
const cooldownMilliseconds = 5000;

/** A key that its issuer withdrew must die here too. */
const keysLiveMilliseconds = 10 * 60 * 1000;

/** While an issuer is down it is asked this often, not once per request. */
const restAfterFailureMilliseconds = 5000;

/** Redirects are refused by the library: whoever controls one would choose the keys. */
const restingFetch = (): typeof fetch => {
  let failedAt = Number.NEGATIVE_INFINITY;
  return async (...request) => {
    if (performance.now() - failedAt < restAfterFailureMilliseconds) throw new Error('the issuer rests');
    try {
      const response = await fetch(...request);
      if (response.status !== 200) failedAt = performance.now();
      return response;
    } catch (error) {
      failedAt = performance.now();
      throw error;
    }
  };
};

/** The published keys of a signer, kept in memory for as long as the function lives. */
export const remoteKeys = ({ jwksUri }: Signer): CompactVerifyGetKey =>
  createRemoteJWKSet(new URL(jwksUri), {
    timeoutDuration: timeoutMilliseconds,
    cooldownDuration: cooldownMilliseconds,
    cacheMaxAge: keysLiveMilliseconds,
    [customFetch]: restingFetch(),
  });
