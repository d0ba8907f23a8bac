import type { Issuer } from '../domain/settings.ts';
import type { AwsClients, Place } from '../shared/aws-clients.ts';
import type { Denylist } from '../stores/denylist.ts';
import { ApiGatewayKeyRevoker } from './api-gateway-key.ts';
import { BearerTokenRevoker } from './bearer-token.ts';
import type { Revokers } from './credential-revoker.ts';
import { IamAccessKeyRevoker } from './iam-access-key.ts';
import { IamUserRevoker } from './iam-user.ts';

export interface RevokerDependencies {
  readonly clients: AwsClients;
  /** The deployment's own account and region. */
  readonly home: Place;
  readonly denylist: Denylist;
  readonly issuers: readonly Issuer[];
  readonly blockedDays: number;
  readonly now: () => Date;
}

/** One revoker per kind; a kind that is missing here does not compile. */
export const buildRevokers = (dependencies: RevokerDependencies): Revokers => ({
  'bearer-token': new BearerTokenRevoker(dependencies),
  'iam-user': new IamUserRevoker(dependencies.clients, dependencies.home),
  'iam-access-key': new IamAccessKeyRevoker(dependencies.clients),
  'api-gateway-key': new ApiGatewayKeyRevoker(dependencies),
});
