import { JwtVerifier } from 'aws-jwt-verify';
import * as problem from 'aws-jwt-verify/error';
import type { JwtPayload } from 'aws-jwt-verify/jwt-model';
import type { Issuer } from '../domain/settings.ts';
import { claimsOf, type VerifiedToken } from './claims.ts';
import { jwksCache } from './jwks.ts';
import { Unauthenticated, type UnauthenticatedReason, Unavailable } from './refusal.ts';

/** Throws `Unauthenticated` where the token is at fault, `Unavailable` where its issuer's keys are out of reach. */
export type VerifyToken = (token: string) => Promise<VerifiedToken>;

export interface VerifyOptions {
  readonly clockSkewSeconds: number;
  readonly now: () => Date;
}

/** The library keeps keys for ever; a key that its issuer withdrew must die here too. */
const keysLiveMilliseconds = 15 * 60 * 1000;

const reasons: readonly (readonly [abstract new (...args: never[]) => Error, UnauthenticatedReason])[] = [
  [problem.JwtExpiredError, 'token-expired'],
  [problem.JwtNotBeforeError, 'token-not-yet-valid'],
  [problem.JwtInvalidIssuerError, 'issuer-unknown'],
  [problem.ParameterValidationError, 'issuer-unknown'],
  [problem.JwtInvalidAudienceError, 'audience-wrong'],
  [problem.JwtInvalidSignatureAlgorithmError, 'algorithm-refused'],
  [problem.JwtInvalidSignatureError, 'signature-invalid'],
  [problem.JwtWithoutValidKidError, 'key-unknown'],
  [problem.KidNotFoundInJwksError, 'key-unknown'],
  [problem.WaitPeriodNotYetEndedJwkError, 'key-unknown'],
];

/** Our own word for a library error. Its message may quote claims, so it goes no further. */
const refusalOf = (error: unknown): Error => {
  if (error instanceof Unauthenticated || error instanceof Unavailable) return error;
  const reason = reasons.find(([kind]) => error instanceof kind)?.[1];
  return new Unauthenticated(reason ?? 'token-malformed');
};

/** RFC 7515 section 4.1.11: an extension that must be understood and isn't. The library does not look. */
const refuseCritical = ({ header }: { header: object }): void => {
  if ('crit' in header) throw new Unauthenticated('critical-header-unknown');
};

/**
 * Signature and claims against the issuers' published keys. The library accepts asymmetric algorithms only
 * (`supportedSignatureAlgorithms`: RS, ES, EdDSA) and, where the key names its algorithm, that one only; so
 * neither `none` nor a public key used as an HMAC secret gets through.
 */
export const tokenVerifier = (issuers: readonly Issuer[], options: VerifyOptions): VerifyToken => {
  if (issuers.length === 0) return () => Promise.reject(new Unauthenticated('issuer-unknown'));
  const checks = { graceSeconds: options.clockSkewSeconds, customJwtCheck: refuseCritical };
  const create = () =>
    JwtVerifier.create(
      issuers.map(({ issuer, audience, jwksUri }) => ({ issuer, audience, jwksUri, ...checks })),
      { jwksCache: jwksCache() },
    );
  let verifier = create();
  let renewAt = performance.now() + keysLiveMilliseconds;
  const verified = (token: string): Promise<JwtPayload> => {
    if (performance.now() >= renewAt) {
      verifier = create();
      renewAt = performance.now() + keysLiveMilliseconds;
    }
    return verifier.verify(token);
  };
  return async (token) => {
    try {
      const payload = await verified(token);
      const issuer = issuers.find((known) => known.issuer === payload.iss);
      if (!issuer) throw new Unauthenticated('issuer-unknown');
      const nowSeconds = options.now().getTime() / 1000;
      return claimsOf(payload, issuer, { nowSeconds, skewSeconds: options.clockSkewSeconds });
    } catch (error) {
      throw refusalOf(error);
    }
  };
};
