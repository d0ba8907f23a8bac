import { issuerOf, regionOf } from '../domain/cognito-issuer.ts';
import { type BearerToken, bearerToken, type TokenName } from '../domain/credential.ts';
import type { CredentialsSettings } from '../domain/credential-settings.ts';
import type { Issuer } from '../domain/settings.ts';
import type { AwsClients, Place } from '../shared/aws-clients.ts';
import type { Denylist } from '../stores/denylist.ts';

export interface PoolDependencies {
  readonly clients: AwsClients;
  readonly home: Place;
  readonly denylist: Denylist;
  readonly issuers: readonly Issuer[];
  readonly blockedDays: number;
  readonly settings: Pick<CredentialsSettings, 'cognitoUserPools'>;
  readonly now: () => Date;
}

/** Where a pool is, by its id: one of another region is refused by the clients, and not taken for one of ours. */
export const placeOf = ({ account }: Place, pool: string): Place => ({ account, region: regionOf(pool) });

/** Tokens that a pool issued, as the denylist of `home` names them. */
export const poolTokens = (home: Place, pool: string, by: TokenName, value: string): BearerToken =>
  bearerToken(home, { issuer: issuerOf(pool), by, value });
