import type { TokenName } from './credential.ts';

/** What the authorizer reads: one row per subject at an issuer, or per API key. No zod here: see bundle size. */
export interface Denial {
  /** Every token or use is refused, until restored. */
  readonly blocked: boolean;
  /** Who wants it blocked: two kinds of credentials may need the same row. Readers need not look. */
  readonly blockedBy?: readonly string[];
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

/** Of a key that comes in a header of your own: SHA-256 of its value, in hex. */
export const apiKeyHashDenialKey = (hash: string): string => `api-key-sha256#${hash}`;

const latest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b);

/** Two denials of one key: whatever refuses more, for longer. Commutative and idempotent. */
export const mergeDenials = (a: Denial | undefined, b: Denial): Denial => {
  if (!a) return b;
  const notBefore = latest(a.notBefore, b.notBefore);
  const blockedBy = [...new Set([...(a.blockedBy ?? []), ...(b.blockedBy ?? [])])].sort();
  return {
    blocked: a.blocked || b.blocked,
    ...(blockedBy.length > 0 && { blockedBy }),
    ...(notBefore !== undefined && { notBefore }),
    expiresAt: Math.max(a.expiresAt, b.expiresAt),
  };
};

export const isLive = (denial: Denial, nowSeconds: number): boolean => denial.expiresAt > nowSeconds;

/** A denial in somebody's name. Only a block has one: a time is never lifted. */
export const inNameOf = (denial: Denial, by: string): Denial =>
  denial.blocked ? { ...denial, blockedBy: [by] } : denial;

/** Without what one of them wanted: blocked as long as another does. */
export const liftedBy = (row: Denial, by: string): Denial => {
  const { blockedBy: all = [], ...rest } = row;
  const blockedBy = all.filter((one) => one !== by);
  return { ...rest, blocked: blockedBy.length > 0, ...(blockedBy.length > 0 && { blockedBy }) };
};

/** Whether the row was lifted, as far as this one is concerned: what was lifted is not prolonged. */
export const isLiftedBy = (row: Denial, by: string): boolean => !row.blocked || !row.blockedBy?.includes(by);
