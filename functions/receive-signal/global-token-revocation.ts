import { InvalidInput } from '../domain/errors.ts';
import type { Signer } from '../domain/settings.ts';
import { sha256 } from '../domain/sha256.ts';
import { subjectKey } from '../domain/subject.ts';
import type { Named } from '../sources/ssf-identifiers.ts';
import { readSubject } from '../sources/ssf-subject.ts';
import { tokenId } from '../sources/token-id.ts';
import type { SeenTokens } from '../stores/seen-tokens.ts';
import { type Channel, type Received, Refused, type SignalRequest } from './channel.ts';
import { type SignedToken, TokenRefused, type TokenRules, tokenVerifier } from './signed-token.ts';
import { remoteKeys } from './signer-keys.ts';
import { withoutTokens } from './ssf-detail.ts';

export interface GlobalTokenRevocationDeps {
  readonly callers: readonly Signer[];
  readonly seen: SeenTokens;
  readonly now: () => Date;
  readonly keysOf?: TokenRules<Signer>['keysOf'];
}

const accepted = { status: 204 } as const;

/** Bytes. */
const largestBody = 16 * 1024;

/** The draft recommends five minutes between `iat` and `exp`; a token that would live longer dies after a day. */
const maxAgeSeconds = 86_400;

/**
 * Okta's own type (Okta developer docs, "Build Universal Logout for your app"). The draft names none, so its tokens have
 * none or the general one. They are told from other tokens of the same issuer by their audience, which is this
 * endpoint's URL and nothing else's.
 */
const types = ['global-token-revocation+jwt', 'jwt', undefined];

const refused = (reason: string, status: number, headers?: Readonly<Record<string, string>>): Refused =>
  new Refused(reason, { status, ...(headers && { headers }) });

/** RFC 6750 section 3: no error code for who brings no token. */
const unauthorised = (reason: string, challenge = 'Bearer error="invalid_token"'): Refused =>
  refused(reason, 401, { 'www-authenticate': challenge });

const bearerIn = ({ headers }: SignalRequest): string => {
  const { authorization } = headers;
  const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(authorization?.trim() ?? '')?.[1];
  if (token) return token;
  throw authorization ? unauthorised('token-malformed') : unauthorised('token-missing', 'Bearer');
};

const parse = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
};

const read = (subId: unknown, issuer: string): Named => {
  try {
    return readSubject(subId, { field: 'sub_id', issuer, about: 'person' });
  } catch (error) {
    throw error instanceof InvalidInput ? refused('subject-unreadable', 400) : error;
  }
};

/** The identifier with the names that it gives. `subject` is what Okta's documentation called `sub_id` before. */
const subjectIn = ({ headers, body }: SignalRequest, issuer: string) => {
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw refused('content-type-wrong', 400);
  if (body.length > largestBody) throw refused('body-too-large', 400);
  const parsed = parse(body);
  if (typeof parsed !== 'object' || parsed === null) throw refused('body-malformed', 400);
  const { sub_id, subject } = parsed as Readonly<Record<string, unknown>>;
  const subId = sub_id ?? subject;
  const named = read(subId, issuer);
  if (named.kind !== 'person') throw refused('subject-unsupported', 400);
  return { subId, names: named.subjects.map(subjectKey) };
};

/** A token belongs to one request: the same one again is the caller's retry, with another subject it was stolen. */
const keysOfRequest = (eventId: string, names: readonly string[]) => {
  const used = `global-token-revocation#${eventId}`;
  return { used, same: `${used}#${sha256(JSON.stringify(names))}` };
};

/**
 * The endpoint of draft-parecki-oauth-global-token-revocation-06, for Okta's Universal Logout too. 204 says that revoking
 * has begun. Whether the person exists is known to none of our tables (tokens leave no trace until they are used), so
 * there is no 404; every configured issuer may name anybody, so there is no 403. Bodies are empty: the draft has none.
 */
export const globalTokenRevocationChannel = (deps: GlobalTokenRevocationDeps): Channel => {
  const { callers, seen, now, keysOf = remoteKeys } = deps;
  const verify = tokenVerifier({ signers: callers, keysOf, types, maxAgeSeconds, mustExpire: true, now });
  const authenticated = (token: string): Promise<SignedToken<Signer>> =>
    verify(token).catch((error: unknown) => {
      throw error instanceof TokenRefused ? unauthorised(error.fault) : error;
    });
  const receive = async (request: SignalRequest): Promise<Received> => {
    if (request.method !== 'POST') throw refused('method-not-allowed', 405, { allow: 'POST' });
    const { signer, jti, usableUntil } = await authenticated(bearerIn(request));
    const { subId, names } = subjectIn(request, signer.issuer);
    const eventId = tokenId(signer.issuer, jti);
    const { used, same } = keysOfRequest(eventId, names);
    if (await seen.seen(same)) return { answer: accepted, signals: [] };
    if (await seen.seen(used)) throw unauthorised('token-used-before');
    const receivedAt = now().toISOString();
    const detail = { issuer: signer.issuer, jti, eventId, receivedAt, sub_id: withoutTokens(subId) };
    return {
      answer: accepted,
      signals: [{ source: 'cutoff.global-token-revocation', detailType: 'GlobalTokenRevocation', detail }],
      settle: async () => {
        await seen.remember(same, usableUntil);
        await seen.remember(used, usableUntil);
      },
    };
  };
  return { name: 'global-token-revocation', prefix: '/global-token-revocation', receive };
};
