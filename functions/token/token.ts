import { decide } from '../authorize/decision.ts';
import { bearerToken, credentialKey } from '../domain/credential.ts';
import type { Denial } from '../domain/denial.ts';
import type { Place } from '../shared/aws-clients.ts';
import type { Recorder } from '../shared/recorder.ts';
import type { Denylist } from '../stores/denylist.ts';
import type { IssuedTokens } from '../stores/issued-tokens.ts';
import type { Losses } from '../stores/losses.ts';
import type { Registry } from '../stores/registry.ts';
import type { Caller } from './caller.ts';
import { type ClaimSettings, type Claims, claimsFor, denialKeysOf, ownDenialKeysOf } from './claims.ts';
import { type Owned, ownerOf } from './owner.ts';
import { Refused } from './refused.ts';
import type { Sign } from './sign.ts';

export interface TokenDeps {
  readonly home: Place;
  readonly settings: ClaimSettings;
  /** By how much clocks may be off, as the authorizer has it. */
  readonly clockSkewSeconds: number;
  readonly registry: Pick<Registry, 'read'>;
  readonly losses: Pick<Losses, 'of'>;
  readonly denylist: Pick<Denylist, 'read'>;
  readonly issuedTokens: Pick<IssuedTokens, 'remember'>;
  readonly sign: Sign;
  readonly record: Recorder;
  readonly now: () => Date;
}

/** RFC 6749 section 5.1. */
export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** Seconds. */
  readonly expires_in: number;
  readonly scope?: string;
}

const rowsUnder = async (keys: readonly string[], denylist: TokenDeps['denylist']): Promise<Denial[]> =>
  (await Promise.all(keys.map((key) => denylist.read(key)))).filter((row) => row !== undefined);

/**
 * What the authorizer would say about that token in this moment: one that it would refuse from the start, and that its
 * client would keep trying until it expires, is not issued. Read consistently, row by row.
 */
const checkDenials = async (caller: Caller, claims: Claims, deps: TokenDeps): Promise<void> => {
  const [denials, ofKey] = await Promise.all([
    rowsUnder(denialKeysOf(claims), deps.denylist),
    rowsUnder(ownDenialKeysOf(caller), deps.denylist),
  ]);
  const presented = { token: { issuedAt: claims.iat, denials }, apiKey: { denials: ofKey } };
  const decision = decide(presented, { nowSeconds: claims.iat, skewSeconds: deps.clockSkewSeconds });
  if (decision === 'token-revoked') throw new Refused('just-signed-out');
  if (decision !== 'allowed') throw new Refused('revoked');
};

/** A token that is about to be. */
interface Intended {
  readonly caller: Caller;
  readonly owned: Owned;
  readonly claims: Claims;
}

const remember = ({ caller, owned, claims }: Intended, { issuedTokens }: TokenDeps): Promise<void> =>
  issuedTokens.remember({
    jti: claims.jti,
    owners: [owned.owner],
    client: claims.client_id,
    entitlements: owned.entitlements,
    exchangedFor: caller.credential,
    expiresAt: claims.exp,
  });

/** In a chain of its own, under the token's id. */
const recordIssued = async (
  { caller, owned, claims }: Intended,
  { home, record }: TokenDeps,
): Promise<void> => {
  const { iss: issuer, jti, exp, client_id: client, scope } = claims;
  await record({
    type: 'issued',
    revocationId: jti,
    credential: credentialKey(bearerToken(home, { issuer, by: 'jti', value: jti })),
    once: 'issued',
    data: {
      owner: owned.owner,
      client,
      exchangedFor: credentialKey(caller.credential),
      ...(caller.accessKey && { accessKey: caller.accessKey.id }),
      ...(scope !== undefined && { scope }),
      expiresAt: new Date(exp * 1000).toISOString(),
    },
  });
};

/**
 * A token for whoever owns what the caller came with. It is in the registry before it exists, and handed out only once it is
 * in the audit trail. Whatever denies it after the look at the denylist ends it by a name that it bears.
 * Throws `Refused` where the caller gets none, and other errors where the trouble is ours.
 */
export const issueToken = async (caller: Caller, deps: TokenDeps): Promise<TokenAnswer> => {
  const now = deps.now();
  const owned = await ownerOf(caller, deps, now);
  const claims = claimsFor(caller, owned, { ...deps.settings, now });
  await checkDenials(caller, claims, deps);
  const intended = { caller, owned, claims };
  await remember(intended, deps);
  const access_token = await deps.sign(claims);
  await recordIssued(intended, deps);
  const { exp, iat, scope } = claims;
  return {
    access_token,
    token_type: 'Bearer',
    expires_in: exp - iat,
    ...(scope !== undefined && { scope }),
  };
};
