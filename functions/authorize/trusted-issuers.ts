import { spellingsOf } from '../domain/cognito-issuer.ts';
import { InvalidInput } from '../domain/errors.ts';
import type { Issuer } from '../domain/settings.ts';
import { KeySet } from './key-set.ts';
import type { Moment } from './moment.ts';
import type { SignatureAlgorithm } from './public-keys.ts';

export interface TrustedIssuer {
  readonly settings: Issuer;
  readonly algorithms: readonly SignatureAlgorithm[];
  readonly keys: KeySet;
}

/** By every `iss` that their tokens may carry. */
export type TrustedIssuers = ReadonlyMap<string, TrustedIssuer>;

/** What issuers sign with in practice; another one must be asked for (RFC 8725 section 3.1). */
const usualAlgorithms: readonly SignatureAlgorithm[] = ['RS256', 'ES256'];

/**
 * Issuers with one key set share its downloads. Throws `InvalidInput` where an issuer stands there twice: which of its
 * audiences counted would be anybody's guess.
 * Assumption: the key set under one spelling of a Cognito pool signs for the other too. Where it does not, the key is unknown
 * and the token refused.
 */
export const trustedIssuers = (issuers: readonly Issuer[], now: () => Moment): TrustedIssuers => {
  const keySets = new Map<string, KeySet>();
  const trusted = new Map<string, TrustedIssuer>();
  for (const settings of issuers) {
    const { issuer, jwksUri, algorithms = usualAlgorithms } = settings;
    if (trusted.has(issuer)) throw new InvalidInput('issuers', 'names an issuer twice');
    const keys = keySets.get(jwksUri) ?? new KeySet(jwksUri, now);
    keySets.set(jwksUri, keys);
    for (const iss of spellingsOf(issuer)) trusted.set(iss, { settings, algorithms, keys });
  }
  return trusted;
};
