import { randomUUID } from 'node:crypto';
import { apiKeyDenialKey, tokenDenialKey } from '../domain/denial.ts';
import { normaliseEmail } from '../domain/email.ts';
import { tokensOf } from '../domain/exchanged-token.ts';
import type { TokenSettings } from '../domain/issue-settings.ts';
import type { Caller } from './caller.ts';
import type { Owned } from './owner.ts';

/** Of a JWT access token (RFC 9068 section 2.2). Times are epoch seconds. */
export interface Claims {
  readonly iss: string;
  readonly aud: string;
  readonly sub: string;
  readonly client_id: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  /** What it was exchanged for: see `tokensOf`. */
  readonly sid: string;
  /** Id of the access key that an IAM user signed with. */
  readonly azp?: string;
  readonly scope?: string;
}

export interface ClaimSettings extends Pick<TokenSettings, 'audience' | 'minutes'> {
  readonly issuer: string;
}

/** RFC 6749 section 3.3: a scope is made of these; what is not cannot be told apart in the list. */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** It lives no longer than what it is exchanged for. */
const expiryOf = (iat: number, minutes: number, endsAt: string | undefined): number => {
  const usual = iat + minutes * 60;
  return endsAt === undefined ? usual : Math.min(usual, Math.floor(Date.parse(endsAt) / 1000));
};

/** `scope` lists the entitlements of the credential that its owner has not lost, where there are any: what it is for. */
export const claimsFor = (
  { credential, accessKey }: Caller,
  { names, entitlements, endsAt }: Owned,
  { issuer, audience, minutes, now }: ClaimSettings & { readonly now: Date },
): Claims => {
  const iat = Math.floor(now.getTime() / 1000);
  const scope = entitlements.filter((one) => scopeToken.test(one)).join(' ');
  return {
    iss: issuer,
    aud: audience,
    sub: names.subject,
    client_id: names.client,
    iat,
    exp: expiryOf(iat, minutes, endsAt),
    jti: randomUUID(),
    sid: tokensOf(credential).value,
    ...(accessKey && { azp: tokensOf(accessKey).value }),
    ...(scope !== '' && { scope }),
  };
};

/** Every row that the authorizer would refuse such a token by, as it spells them; its `jti` is new, so there is none by that. */
export const denialKeysOf = ({ iss, sub, sid, client_id, azp }: Claims): string[] => [
  tokenDenialKey(iss, 'subject', normaliseEmail(sub)),
  tokenDenialKey(iss, 'sid', sid),
  tokenDenialKey(iss, 'client', client_id),
  ...(azp === undefined ? [] : [tokenDenialKey(iss, 'client', azp)]),
];

/** The rows by which the credential itself is refused: an IAM user has none. */
export const ownDenialKeysOf = ({ credential }: Caller): string[] =>
  credential.kind === 'api-gateway-key' ? [apiKeyDenialKey(credential.id)] : [];
