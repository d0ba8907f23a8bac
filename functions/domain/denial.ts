import type { TokenName } from './credential.ts';

/** What the authorizer reads: one row per subject at an issuer, or per API key. No zod here: see bundle size. */
export interface Denial {
  /** Every token or use is refused, until restored. */
  readonly blocked: boolean;
  /** Epoch seconds; tokens issued at or before it are refused. It only ever grows, and no restore lowers it. */
  readonly notBefore?: number;
  /** Epoch seconds, DynamoDB's TTL attribute. TTL deletes late, so readers compare it themselves. */
  readonly expiresAt: number;
}

/** OpenID Connect Core section 2 forbids a fragment in an issuer, so the first two `#` are the separators. */
export const tokenDenialKey = (issuer: string, by: TokenName, value: string): string =>
  `${by}#${issuer}#${value}`;

export const subjectDenialKey = (issuer: string, subject: string): string =>
  tokenDenialKey(issuer, 'subject', subject);

export const apiKeyDenialKey = (apiKeyId: string): string => `api-key#${apiKeyId}`;

const latest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b);

/** Two denials of one key: whatever refuses more, for longer. Commutative and idempotent. */
export const mergeDenials = (a: Denial | undefined, b: Denial): Denial => {
  if (!a) return b;
  const notBefore = latest(a.notBefore, b.notBefore);
  return {
    blocked: a.blocked || b.blocked,
    ...(notBefore !== undefined && { notBefore }),
    expiresAt: Math.max(a.expiresAt, b.expiresAt),
  };
};

export const isLive = (denial: Denial, nowSeconds: number): boolean => denial.expiresAt > nowSeconds;
