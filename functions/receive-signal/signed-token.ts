import { type CompactVerifyGetKey, compactVerify, decodeJwt, decodeProtectedHeader, errors } from 'jose';
import { z } from 'zod';
import { CutoffError } from '../domain/errors.ts';
import type { Signer } from '../domain/settings.ts';

/** Why a token is not believed. Stable: it goes to log and metric. */
export type TokenFault =
  | 'token-malformed'
  | 'token-type-refused'
  | 'critical-header-unknown'
  | 'algorithm-refused'
  | 'issuer-unknown'
  | 'key-unknown'
  | 'signature-invalid'
  | 'audience-wrong'
  | 'token-without-jti'
  | 'token-without-iat'
  | 'token-without-exp'
  | 'token-expired'
  | 'token-not-yet-valid'
  | 'token-from-the-future'
  | 'token-too-old';

/** The fault alone: what the token says stays out of it. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
  readonly fault: TokenFault;

  constructor(fault: TokenFault) {
    super(fault);
    this.fault = fault;
  }
}

export interface TokenRules<S extends Signer> {
  readonly signers: readonly S[];
  readonly keysOf: (signer: S) => CompactVerifyGetKey;
  /** Media types for `typ` without `application/`, in lower case; `undefined` lets a token have none. */
  readonly types: readonly (string | undefined)[];
  /** Seconds from `iat`. For as long a used token must be remembered. */
  readonly maxAgeSeconds: number;
  readonly mustExpire: boolean;
  readonly now: () => Date;
}

export interface SignedToken<S extends Signer> {
  readonly signer: S;
  readonly jti: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Epoch seconds; from then on the token is too old to be used again. */
  readonly usableUntil: number;
}

/** Seconds by which the clocks of issuers may be ahead. */
const skew = 60;

/** Asymmetric ones alone: with an HMAC, everybody who has the public key could sign, and `none` needs no key. */
const algorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/** Media types are compared without case, and may leave `application/` out (RFC 7515 section 4.1.9). */
const typeOf = (typ: unknown): string | undefined =>
  typ === undefined
    ? undefined
    : String(typ)
        .toLowerCase()
        .replace(/^application\//, '');

const claimsSchema = z.looseObject({
  iss: z.string().catch(''),
  aud: z.union([z.string().transform((one) => [one]), z.array(z.string())]).catch([]),
  jti: z.string().min(1).max(4096).optional().catch(undefined),
  iat: z.number().optional().catch(undefined),
  // A time that cannot be read is none that could be kept.
  exp: z.number().optional().catch(0),
  nbf: z.number().optional().catch(Number.POSITIVE_INFINITY),
});
type Claims = z.output<typeof claimsSchema>;

const decode = (token: string) => {
  try {
    return { header: decodeProtectedHeader(token), claims: claimsSchema.parse(decodeJwt(token)) };
  } catch {
    throw new TokenRefused('token-malformed');
  }
};

/** Without a key the sender is at fault, without a key set we are: the issuer is out of reach, or publishes none. */
const keyFrom =
  (keys: CompactVerifyGetKey): CompactVerifyGetKey =>
  async (header, token) => {
    try {
      return await keys(header, token);
    } catch (cause) {
      const isUnknown =
        cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JWKSMultipleMatchingKeys;
      if (isUnknown) throw new TokenRefused('key-unknown');
      throw new CutoffError('the keys of an issuer are out of reach', {
        code: 'unavailable',
        retryable: true,
        cause,
      });
    }
  };

const verifySignature = async (token: string, keys: CompactVerifyGetKey): Promise<void> => {
  try {
    await compactVerify(token, keyFrom(keys), { algorithms });
  } catch (error) {
    if (error instanceof TokenRefused || error instanceof CutoffError) throw error;
    throw new TokenRefused('signature-invalid');
  }
};

const checkTimes = (
  claims: Claims,
  rules: Pick<TokenRules<Signer>, 'maxAgeSeconds' | 'mustExpire' | 'now'>,
) => {
  const { iat, exp, nbf = Number.NEGATIVE_INFINITY } = claims;
  const now = rules.now().getTime() / 1000;
  if (iat === undefined) throw new TokenRefused('token-without-iat');
  if (exp === undefined && rules.mustExpire) throw new TokenRefused('token-without-exp');
  if (exp !== undefined && exp <= now) throw new TokenRefused('token-expired');
  if (nbf > now + skew) throw new TokenRefused('token-not-yet-valid');
  if (iat > now + skew) throw new TokenRefused('token-from-the-future');
  if (iat + rules.maxAgeSeconds <= now) throw new TokenRefused('token-too-old');
  return Math.ceil(iat + rules.maxAgeSeconds);
};

/**
 * A compact JWS against the published keys of its issuer, which must be one of the settings'. What a stranger can learn
 * from the fault before the signature holds is only whether an issuer is configured.
 * Throws `TokenRefused` where the token is at fault, `CutoffError` `unavailable` where keys are out of reach.
 */
export const tokenVerifier = <S extends Signer>(rules: TokenRules<S>) => {
  const known = rules.signers.map((signer) => ({ signer, keys: rules.keysOf(signer) }));
  return async (token: string): Promise<SignedToken<S>> => {
    const { header, claims } = decode(token);
    if (!rules.types.includes(typeOf(header.typ))) throw new TokenRefused('token-type-refused');
    // RFC 7515 section 4.1.11: extensions that must be understood. None is.
    if (header.crit !== undefined) throw new TokenRefused('critical-header-unknown');
    if (!algorithms.includes(String(header.alg))) throw new TokenRefused('algorithm-refused');
    // An issuer may stand there several times, once for each audience.
    const ofIssuer = known.filter(({ signer }) => signer.issuer === claims.iss);
    const chosen = ofIssuer.find(({ signer }) => claims.aud.includes(signer.audience)) ?? ofIssuer[0];
    if (!chosen) throw new TokenRefused('issuer-unknown');
    await verifySignature(token, chosen.keys);
    if (!claims.aud.includes(chosen.signer.audience)) throw new TokenRefused('audience-wrong');
    const usableUntil = checkTimes(claims, rules);
    if (claims.jti === undefined) throw new TokenRefused('token-without-jti');
    return { signer: chosen.signer, jti: claims.jti, claims, usableUntil };
  };
};
