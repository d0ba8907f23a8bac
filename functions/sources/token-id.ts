import { sha256 } from '../domain/sha256.ts';

/** Characters. Issuers choose their `jti` freely, and it becomes part of table keys. */
const longest = 256;

/**
 * One string for a signed token: `jti` is unique within its issuer only (RFC 7519 section 4.1.7). What is longer than
 * 256 characters is hashed. An issuer has no fragment (OpenID Connect Core section 2), so `#` separates.
 */
export const tokenId = (issuer: string, jti: string): string => {
  const id = `${issuer}#${jti}`;
  return id.length <= longest ? id : `sha256:${sha256(id)}`;
};
