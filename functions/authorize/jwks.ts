import { assertIsJwks, SimpleJwksCache, SimplePenaltyBox } from 'aws-jwt-verify/jwk';
import { Unavailable } from './refusal.ts';

const timeoutMilliseconds = 2000;

/** While an issuer is down it is asked this often, not once per request; its users wait no longer than that. */
const restAfterFailureMilliseconds = 5000;

const isLoopback = (url: URL) => url.hostname === '127.0.0.1' || url.hostname === 'localhost';

const download = async (uri: string): Promise<ArrayBuffer> => {
  const url = new URL(uri);
  if (url.protocol !== 'https:' && !isLoopback(url)) throw new Error('keys must come over https');
  // A redirect would let whoever controls it choose the keys.
  const options = { redirect: 'error', signal: AbortSignal.timeout(timeoutMilliseconds) } as const;
  const response = await fetch(url, options);
  if (!response.ok) throw new Error(`the issuer answered ${response.status}`);
  const body = await response.arrayBuffer();
  // The cache parses it too, but outside this function's reach: a broken key set must count as a failure here.
  assertIsJwks(JSON.parse(new TextDecoder().decode(body)));
  return body;
};

/** The library's own fetcher knows https only, which leaves out an issuer on this machine, and never rests. */
const restingFetcher = () => {
  const failedAt = new Map<string, number>();
  return {
    fetch: async (uri: string): Promise<ArrayBuffer> => {
      const rested = performance.now() - (failedAt.get(uri) ?? Number.NEGATIVE_INFINITY);
      if (rested < restAfterFailureMilliseconds) throw new Unavailable('issuer-unreachable');
      try {
        return await download(uri);
      } catch (error) {
        failedAt.set(uri, performance.now());
        throw new Unavailable('issuer-unreachable', error);
      }
    },
  };
};

/**
 * Keys of the issuers, kept in memory. An unknown `kid` leads to a download (keys rotate), but after one that
 * did not know it either, no other for ten seconds (aws-jwt-verify, `SimplePenaltyBox`): strangers can neither
 * flood an issuer through us nor keep its new keys from us for longer.
 */
export const jwksCache = (): SimpleJwksCache =>
  new SimpleJwksCache({ fetcher: restingFetcher(), penaltyBox: new SimplePenaltyBox({ waitSeconds: 10 }) });
