import { JwtVerifier } from 'aws-jwt-verify';
import * as problem from 'aws-jwt-verify/error';
import type { JwksCache, JwkWithKid } from 'aws-jwt-verify/jwk';
import type { DecomposedJwt } from 'aws-jwt-verify/jwt';
import type { Issuer } from '../domain/settings.ts';
import { claimsOf, type VerifiedToken } from './claims.ts';
import { type Moment, momentNow } from './moment.ts';
import { Unauthenticated, type UnauthenticatedReason, Unavailable } from './refusal.ts';
import { signedWith } from './token-header.ts';
import { type TrustedIssuer, type TrustedIssuers, trustedIssuers } from './trusted-issuers.ts';

/** Throws `Unauthenticated` where the token is at fault, `Unavailable` where its issuer's keys are out of reach. */
export type VerifyToken = (token: string) => Promise<VerifiedToken>;

/** `ready` when the first download of each key set has ended, well or not. Never rejects. */
export type TokenVerifier = VerifyToken & { readonly ready: Promise<void> };

export interface VerifyOptions {
  readonly clockSkewSeconds: number;
  readonly now: () => Date;
  /** How old keys are. */
  readonly moment?: () => Moment;
}

const reasons: readonly (readonly [abstract new (...args: never[]) => Error, UnauthenticatedReason])[] = [
  [problem.JwtExpiredError, 'token-expired'],
  [problem.JwtNotBeforeError, 'token-not-yet-valid'],
  [problem.JwtInvalidIssuerError, 'issuer-unknown'],
  [problem.ParameterValidationError, 'issuer-unknown'],
  [problem.JwtInvalidAudienceError, 'audience-wrong'],
  [problem.JwtInvalidSignatureAlgorithmError, 'algorithm-refused'],
  [problem.JwtInvalidSignatureError, 'signature-invalid'],
];

/** Our own word for a library error. Its message may quote claims, so it goes no further. */
const refusalOf = (error: unknown): Error => {
  if (error instanceof Unauthenticated || error instanceof Unavailable) return error;
  const reason = reasons.find(([kind]) => error instanceof kind)?.[1];
  return new Unauthenticated(reason ?? 'token-malformed');
};

type Unverified = Pick<DecomposedJwt, 'header' | 'payload'>;

const issuerOf = (trusted: TrustedIssuers, { iss = '' }: Unverified['payload']): TrustedIssuer => {
  const issuer = trusted.get(iss);
  if (!issuer) throw new Unauthenticated('issuer-unknown');
  return issuer;
};

/**
 * The library asks here for the key of a token that it has taken apart and not verified yet. Everything that needs no key is
 * refused before one is looked for: strangers cause no download with what no issuer of ours would sign.
 */
const keyFor = async (trusted: TrustedIssuers, { header, payload }: Unverified): Promise<JwkWithKid> => {
  // The library looks at `iss` only after the signature, where it knows a single issuer.
  const issuer = issuerOf(trusted, payload);
  const { kid, algorithm } = signedWith(header, issuer.algorithms);
  const found = await issuer.keys.find(kid);
  if (found.length === 0) throw new Unauthenticated('key-unknown');
  const key = found.find(({ algorithms }) => algorithms.includes(algorithm));
  if (!key) throw new Unauthenticated('algorithm-refused');
  return key.jwk;
};

/** Only `getJwk` is asked for by `verify`. */
const jwksCacheOf = (trusted: TrustedIssuers): JwksCache => {
  const unused = (): never => {
    throw new Error('key sets are kept elsewhere');
  };
  return {
    getJwk: (_uri, token) => keyFor(trusted, token),
    getCachedJwk: unused,
    getJwks: unused,
    addJwks: unused,
  };
};

/** An access token of Cognito has no audience; `claimsOf` compares its client instead. */
const expectedOf = ({ tokenUse, audience, jwksUri }: Issuer) => ({
  jwksUri,
  audience: tokenUse === 'access' ? null : [audience].flat(),
});

/**
 * Signature and claims against the issuers' published keys, by aws-jwt-verify. What it leaves open, which keys and algorithms fit
 * whom, is settled before it gets a key; what is ours to ask of the claims, afterwards. The key sets are downloaded now, at the
 * start.
 */
export const tokenVerifier = (issuers: readonly Issuer[], options: VerifyOptions): TokenVerifier => {
  const { clockSkewSeconds: graceSeconds, now, moment = momentNow } = options;
  const none = () => Promise.reject(new Unauthenticated('issuer-unknown'));
  if (issuers.length === 0) return Object.assign(none, { ready: Promise.resolve() });
  const trusted = trustedIssuers(issuers, moment);
  const verifier = JwtVerifier.create(
    [...trusted].map(([issuer, { settings }]) => ({ issuer, ...expectedOf(settings), graceSeconds })),
    { jwksCache: jwksCacheOf(trusted) },
  );
  const keySets = new Set([...trusted.values()].map(({ keys }) => keys));
  const ready = Promise.all([...keySets].map((keys) => keys.prefetch())).then(() => undefined);
  const verify: VerifyToken = async (token) => {
    try {
      const payload = await verifier.verify(token);
      const { settings } = issuerOf(trusted, payload);
      const clock = { nowSeconds: now().getTime() / 1000, skewSeconds: graceSeconds };
      return claimsOf(payload, settings, clock);
    } catch (error) {
      throw refusalOf(error);
    }
  };
  return Object.assign(verify, { ready });
};
