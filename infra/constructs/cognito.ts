import { Aws } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { CredentialsSettings } from '../../functions/domain/credential-settings.ts';
import { allow, type Grantee } from './allow.ts';
import type { CredentialGrants } from './credential-grants.ts';

/**
 * What functions may do to users and app clients of the pools that the settings name, and to no other pool. All of these
 * actions take a pool as their resource ("Actions, resources, and condition keys for Amazon Cognito User Pools"); users
 * and clients have neither ARN nor tags, so what is protected among them only the code can spare.
 *
 * `cognito-idp:DescribeUserPoolClient` answers the client's secret, and cannot be narrowed to leave it out; the code
 * drops it at once. `cognito-idp:ListUserPoolClients` beside it tells a client that is gone from a pool that is.
 */
export class CognitoPools extends Construct implements CredentialGrants {
  readonly #pools: readonly string[];

  constructor(
    scope: Construct,
    id: string,
    props: { credentials: Pick<CredentialsSettings, 'cognitoUserPools'> },
  ) {
    super(scope, id);
    this.#pools = props.credentials.cognitoUserPools.map(
      (pool) => `arn:${Aws.PARTITION}:cognito-idp:${Aws.REGION}:${Aws.ACCOUNT_ID}:userpool/${pool}`,
    );
  }

  grantInspect(grantee: Grantee): void {
    this.#grant(grantee, 'AdminGetUser', 'DescribeUserPoolClient', 'ListUserPoolClients');
  }

  grantDiscover(grantee: Grantee): void {
    this.#grant(grantee, 'ListUsers', 'ListUserPoolClients');
  }

  /** When an app client was made that the registry does not know. */
  grantFindDrift(grantee: Grantee): void {
    this.#grant(grantee, 'DescribeUserPoolClient', 'ListUserPoolClients');
  }

  /** What a sweep reads: app clients alone. */
  grantSweep(grantee: Grantee): void {
    this.#grant(grantee, 'DescribeUserPoolClient', 'ListUserPoolClients');
  }

  /** The denylist refuses tokens by the user's `sub` or address, which is read first; renewing a row needs it too. */
  grantContain(grantee: Grantee): void {
    this.#grant(grantee, 'AdminGetUser');
  }

  grantRevoke(grantee: Grantee): void {
    this.#grant(grantee, 'AdminGetUser', 'AdminDisableUser', 'AdminEnableUser', 'AdminUserGlobalSignOut');
    this.#grant(grantee, 'DescribeUserPoolClient', 'UpdateUserPoolClient', 'ListUserPoolClients');
  }

  grantRemove(grantee: Grantee): void {
    this.#grant(grantee, 'AdminGetUser', 'AdminDeleteUser', 'DeleteUserPoolClient', 'ListUserPoolClients');
  }

  #grant(grantee: Grantee, ...actions: string[]): void {
    if (this.#pools.length === 0) return;
    allow(grantee, { actions: actions.map((name) => `cognito-idp:${name}`), resources: [...this.#pools] });
  }
}
