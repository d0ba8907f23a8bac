import type { JwtHeader } from 'aws-jwt-verify/jwt-model';
import type { SignatureAlgorithm } from './public-keys.ts';
import { Unauthenticated } from './refusal.ts';

/** What a token says about its signature. */
export interface SignedWith {
  readonly algorithm: SignatureAlgorithm;
  readonly kid: string;
}

/**
 * An access token says `at+jwt` (RFC 9068 section 2.1), `JWT` or nothing. Whatever else an issuer signs (security
 * events, logout tokens, proofs) may carry the same subject and audience and opens nothing (RFC 8725 section 3.11).
 */
const tokenTypes: ReadonlySet<unknown> = new Set([undefined, 'jwt', 'at+jwt']);

/** RFC 7515 section 4.1.9: case does not matter, and `application/` may be left out. */
const typeOf = ({ typ }: JwtHeader): unknown =>
  typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : typ;

/**
 * Before any key is looked for. A key that the header brings along or points to (`jwk`, `jku`, `x5c`, `x5u`) is never
 * looked at: RFC 8725 section 3.10.
 */
export const signedWith = (header: JwtHeader, allowed: readonly SignatureAlgorithm[]): SignedWith => {
  const { alg, kid } = header;
  const algorithm = allowed.find((one) => one === alg);
  if (!algorithm) throw new Unauthenticated('algorithm-refused');
  // RFC 7515 section 4.1.11: an extension that must be understood and isn't.
  if ('crit' in header) throw new Unauthenticated('critical-header-unknown');
  if (!tokenTypes.has(typeOf(header))) throw new Unauthenticated('token-type-wrong');
  if (!kid) throw new Unauthenticated('key-unknown');
  return { algorithm, kid };
};
