import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Jwk, JwkWithKid } from 'aws-jwt-verify/jwk';
import { sha256 } from '../domain/sha256.ts';

/** RFC 7518 section 3.1, RFC 8037 section 3.1: those of aws-jwt-verify. Neither `none` nor HMAC, in which everybody could sign. */
export const signatureAlgorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;
export type SignatureAlgorithm = (typeof signatureAlgorithms)[number];

/** A key of an issuer, with what it may be used for. */
export interface PublicKey {
  /** Its name in the tokens. */
  readonly kid: string;
  readonly algorithms: readonly SignatureAlgorithm[];
  /** For the library, which remembers keys by `kid`: here it names the key itself, which may change under its other name. */
  readonly jwk: JwkWithKid;
}

/** RFC 7518 section 3.3. */
const fewestRsaBits = 2048;

/** RFC 7518 section 3.4. The library, and OpenSSL beneath it, would verify any curve with any digest. */
const byCurve: Readonly<Record<string, SignatureAlgorithm>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
};

const fittingTo = ({
  asymmetricKeyType: type,
  asymmetricKeyDetails: details,
}: KeyObject): readonly SignatureAlgorithm[] => {
  if (type === 'ed25519' || type === 'ed448') return ['EdDSA'];
  if (type === 'rsa' && (details?.modulusLength ?? 0) >= fewestRsaBits) return ['RS256', 'RS384', 'RS512'];
  const fits = type === 'ec' ? byCurve[details?.namedCurve ?? ''] : undefined;
  return fits ? [fits] : [];
};

/** RFC 7517 sections 4.2 and 4.3. */
const isForSignatures = ({ use, key_ops: operations }: Jwk): boolean =>
  (use === undefined || use === 'sig') &&
  (operations === undefined || (Array.isArray(operations) && operations.includes('verify')));

const keyOf = (jwk: Jwk): KeyObject | undefined => {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return undefined;
  }
};

/**
 * The keys of a set that a signature can be verified with: public ones with a name, of a kind and strength that one
 * of the algorithms asks for. A key that names its algorithm (RFC 7517 section 4.4) is for that one only. Others are
 * left out: a set may hold keys for encryption, or of kinds that are not known here.
 */
export const publicKeysOf = (keys: readonly Jwk[]): PublicKey[] =>
  keys.flatMap((jwk) => {
    const { kid } = jwk;
    const key = kid && isForSignatures(jwk) ? keyOf(jwk) : undefined;
    if (!key || !kid) return [];
    const algorithms = fittingTo(key).filter((fits) => jwk.alg === undefined || jwk.alg === fits);
    if (algorithms.length === 0) return [];
    const itself = sha256(key.export({ type: 'spki', format: 'pem' }).toString());
    return [{ kid, algorithms, jwk: { ...jwk, kid: itself } }];
  });
