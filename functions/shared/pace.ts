import { CutoffError } from '../domain/errors.ts';
import type { RateLimit, RateLimits } from '../stores/rate-limits.ts';

/** A share of a quota that all sweeps of an account have together; a dry run goes by a pace of its own. Waits until it is there. `calls`: how many are about to be made. */
export type Pace = (calls: number) => Promise<void>;

/**
 * API Gateway's control plane takes 10 requests a second in all, of the whole account ("Quotas", API Gateway Developer Guide):
 * less than half of it, so that revocations and deployments have their share.
 */
export const apiGatewayLimit: RateLimit = { name: 'apigateway', perSecond: 4, burst: 8 };

/** IAM's limits are unpublished. Assumption: it answers so many reads beside what everybody else of an account asks. */
export const iamLimit: RateLimit = { name: 'iam', perSecond: 10, burst: 20 };

/** `UserPoolClientRead` is 15 a second, and 5 of one pool ("Quotas in Amazon Cognito"). */
export const cognitoLimit: RateLimit = { name: 'cognito', perSecond: 3, burst: 5 };

/** Far below what `ListSecrets` takes ("AWS Secrets Manager quotas"). */
export const secretsManagerLimit: RateLimit = { name: 'secretsmanager', perSecond: 10, burst: 20 };

interface Waiting {
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  /** Milliseconds that are left for all of it; without it there is no end. */
  readonly timeLeft?: () => number;
}

interface PaceDeps extends Waiting {
  readonly rateLimits: RateLimits;
}

/**
 * Takes turns with everybody who shares the buckets. Tokens come in lots of a second's worth, so that the table is not
 * asked for every call; what is left of a lot at the end is lost. A wait that would outlast the time that is left is
 * `throttled`, retryable, and never begun.
 */
export const sharedPace = (limit: RateLimit, { rateLimits, sleep, timeLeft }: PaceDeps): Pace => {
  const lot = Math.max(1, Math.min(Math.ceil(limit.perSecond), Math.floor(limit.burst)));
  let tokens = 0;

  const refill = async (): Promise<void> => {
    for (;;) {
      const wait = await rateLimits.take(limit, lot);
      if (wait <= 0) break;
      if (wait >= (timeLeft?.() ?? Number.POSITIVE_INFINITY)) {
        throw new CutoffError(`no time is left to wait for ${limit.name}`, {
          code: 'throttled',
          retryable: true,
        });
      }
      await sleep(wait);
    }
    tokens += lot;
  };
  const spend = async (calls: number): Promise<void> => {
    while (tokens < calls) await refill();
    tokens -= calls;
  };
  // One after the other: those who wait together must not each take a lot for the same calls.
  let turn: Promise<void> = Promise.resolve();
  return (calls) => {
    const own = turn.then(() => spend(calls));
    turn = own.catch(() => undefined);
    return own;
  };
};

/** A bucket of this process alone, full at first. */
class OwnBucket implements RateLimits {
  readonly #now: () => Date;
  #tokens: number | undefined;
  #at = 0;

  constructor(now: () => Date) {
    this.#now = now;
  }

  async take({ perSecond, burst }: RateLimit, tokens: number): Promise<number> {
    const now = this.#now().getTime();
    const grown = (Math.max(0, now - this.#at) / 1000) * perSecond;
    const there = Math.min(burst, (this.#tokens ?? burst) + grown);
    const isEnough = there >= tokens;
    this.#tokens = isEnough ? there - tokens : there;
    this.#at = now;
    return isEnough ? 0 : Math.ceil(((tokens - there) / perSecond) * 1000);
  }
}

/** The same pace for one process alone, such as a dry run: writes nothing, and does not see what others take. */
export const ownPace = (
  limit: RateLimit,
  { now, ...waiting }: Waiting & { readonly now: () => Date },
): Pace => sharedPace(limit, { ...waiting, rateLimits: new OwnBucket(now) });
