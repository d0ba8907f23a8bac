import { type Denial, isLive } from '../domain/denial.ts';

export type Decision = 'allowed' | 'no-credential' | 'subject-blocked' | 'token-revoked' | 'api-key-blocked';

/** What was presented, with what the denylist says about it. */
export interface Presented {
  readonly token?: {
    /** The token's `iat`, epoch seconds. */
    readonly issuedAt: number;
    /** All rows that apply to it: its subject's, its session's, its clients' and its own. */
    readonly denials: readonly Denial[];
  };
  readonly apiKey?: { readonly denials: readonly Denial[] };
}

/** When it is, epoch seconds, and by how much the issuers' clocks may be off. */
export interface Clock {
  readonly nowSeconds: number;
  readonly skewSeconds: number;
}

/** DynamoDB deletes expired rows late, so they are left out here. Writers date them an hour beyond any token. */
const liveOf = (denials: readonly Denial[], { nowSeconds }: Clock): Denial[] =>
  denials.filter((denial) => isLive(denial, nowSeconds));

const tokenDecision = (token: NonNullable<Presented['token']>, clock: Clock): Decision => {
  const live = liveOf(token.denials, clock);
  if (live.some((denial) => denial.blocked)) return 'subject-blocked';
  const notBefore = Math.max(...live.map((denial) => denial.notBefore ?? Number.NEGATIVE_INFINITY));
  // Dated by a clock that may run ahead, the token may be older than it says.
  return token.issuedAt - clock.skewSeconds <= notBefore ? 'token-revoked' : 'allowed';
};

/**
 * Pure. Every credential that was presented must stand: a good token does not save a blocked key, nor the other
 * way round. `blocked` refuses always; the newest `notBefore` refuses tokens issued at or before it.
 */
export const decide = (presented: Presented, clock: Clock): Decision => {
  const { token, apiKey } = presented;
  if (!token && !apiKey) return 'no-credential';
  if (apiKey && liveOf(apiKey.denials, clock).some((denial) => denial.blocked)) return 'api-key-blocked';
  return token ? tokenDecision(token, clock) : 'allowed';
};
