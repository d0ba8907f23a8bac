import type { JwtPayload } from 'aws-jwt-verify/jwt-model';
import { emailPattern, longestEmail, normaliseEmail } from '../domain/email.ts';
import type { Issuer } from '../domain/settings.ts';
import type { Clock } from './decision.ts';
import { Unauthenticated } from './refusal.ts';

/** A token whose signature, issuer, audience and times hold. Nothing is known yet about revocation. */
export interface VerifiedToken {
  readonly issuer: string;
  /** As the denylist spells it. */
  readonly subject: string;
  /** `iat`, epoch seconds. */
  readonly issuedAt: number;
  readonly jti?: string;
  /** The session at the issuer (OpenID Connect Front-Channel Logout, section 3). */
  readonly sid?: string;
  /** The clients that it was issued to, under whatever claim its issuer names them. */
  readonly clients: readonly string[];
}

/** Characters. No event can name a longer subject (`domain/subject.ts`), so none could ever be revoked. */
const longestName = 512;

/** Half of a surrogate pair is replaced when it is stored, and would never again be equal to what was asked for. */
const isUsable = (name: string): boolean => name !== '' && name.length <= longestName && name.isWellFormed();

/**
 * Tokens of a Cognito user pool: what they are for is pinned, and an access token names its client instead of an
 * audience ("Verifying JSON web tokens", Amazon Cognito Developer Guide).
 */
const checkAudience = (payload: JwtPayload, { tokenUse, audience }: Issuer): void => {
  if (tokenUse !== undefined && payload.token_use !== tokenUse) throw new Unauthenticated('token-use-wrong');
  const meant: readonly unknown[] = [tokenUse === 'access' ? payload.client_id : payload.aud].flat();
  const ours: readonly unknown[] = [audience].flat();
  if (!meant.some((one) => ours.includes(one))) throw new Unauthenticated('audience-wrong');
};

/** RFC 7519 makes `exp` and `iat` optional; without them a token can be neither outlived nor dated. */
const checkTimes = (payload: JwtPayload, issuer: Issuer, clock: Clock): number => {
  const { exp, iat, nbf } = payload;
  const earliest = clock.nowSeconds - clock.skewSeconds;
  const latest = clock.nowSeconds + clock.skewSeconds;
  if (exp === undefined) throw new Unauthenticated('token-without-exp');
  if (iat === undefined) throw new Unauthenticated('token-without-iat');
  if (exp <= earliest) throw new Unauthenticated('token-expired');
  if (nbf !== undefined && nbf > latest) throw new Unauthenticated('token-not-yet-valid');
  if (iat > latest) throw new Unauthenticated('token-from-the-future');
  // The denylist forgets a cutoff after the longest token; one that lives longer would come back to life.
  if (exp - iat > issuer.longestTokenSeconds) throw new Unauthenticated('token-lives-too-long');
  return iat;
};

/** An id that nobody can name cannot be revoked by it: events and operators' names are trimmed and not endless. */
const idIn = (payload: JwtPayload, claim: string): string | undefined => {
  const id: unknown = payload[claim];
  if (id === undefined || id === null) return undefined;
  if (typeof id !== 'string' || !isUsable(id) || id !== id.trim())
    throw new Unauthenticated('token-id-unusable');
  return id;
};

/**
 * `client_id` (RFC 9068 section 2.2), `azp` (OpenID Connect Core section 2), Okta's `cid`; an ID token of Cognito
 * names its client as the audience alone ("Understanding the identity (ID) token", Amazon Cognito Developer Guide).
 */
const clientsIn = (payload: JwtPayload): string[] => {
  const claims = ['client_id', 'azp', 'cid', ...(payload.token_use === 'id' ? ['aud'] : [])];
  return [...new Set(claims.flatMap((claim) => idIn(payload, claim) ?? []))];
};

/**
 * What is no address to events either could not be revoked by one: an opaque id where the settings forgot to say so. A client
 * that has a token for itself bears its own name (RFC 9068 section 2.2), and is revoked by that.
 */
const isNameable = (subject: string, payload: JwtPayload): boolean =>
  (subject.length <= longestEmail && emailPattern.test(subject)) ||
  clientsIn(payload).some((client) => normaliseEmail(client) === subject);

/** Spelled as the events' side spells it (`domain/subject.ts`), or the two would never meet. */
const subjectOf = (payload: JwtPayload, issuer: Issuer): string => {
  const claim = payload[issuer.subjectClaim];
  if (typeof claim !== 'string') throw new Unauthenticated('subject-unusable');
  const isEmail = issuer.subjectFormat === 'email';
  const subject = isEmail ? normaliseEmail(claim) : claim.trim();
  if (!isUsable(subject) || (isEmail && !isNameable(subject, payload)))
    throw new Unauthenticated('subject-unusable');
  return subject;
};

const nameIn = (payload: JwtPayload, claim: 'jti' | 'sid'): Partial<Record<typeof claim, string>> => {
  const id = idIn(payload, claim);
  return id === undefined ? {} : { [claim]: id };
};

/**
 * What a token says whose signature holds, or `Unauthenticated` with the rule that it breaks. `issuer` is spelled as
 * in the settings, and so in the denylist, whatever the token's `iss` is.
 */
export const claimsOf = (payload: JwtPayload, issuer: Issuer, clock: Clock): VerifiedToken => {
  checkAudience(payload, issuer);
  return {
    issuedAt: checkTimes(payload, issuer, clock),
    issuer: issuer.issuer,
    subject: subjectOf(payload, issuer),
    ...nameIn(payload, 'jti'),
    ...nameIn(payload, 'sid'),
    clients: clientsIn(payload),
  };
};
