import type { CredentialsSettings } from '../domain/credential-settings.ts';
import type { EnforcementSettings } from '../domain/enforcement-settings.ts';
import type { TokenSource } from '../domain/exchanged-token.ts';
import type { IdentityCenterSettings, Issuer } from '../domain/settings.ts';
import { Canary } from '../enforcement/canary-probe.ts';
import type { AwsClients, Place } from '../shared/aws-clients.ts';
import type { Denylist } from '../stores/denylist.ts';
import { ApiGatewayKeyRevoker } from './api-gateway-key.ts';
import { Auth0GrantsRevoker } from './auth0-grants.ts';
import { BearerTokenRevoker } from './bearer-token.ts';
import { CognitoAppClientRevoker } from './cognito-app-client.ts';
import { CognitoUserRevoker } from './cognito-user.ts';
import type { CredentialRevoker, Revokers } from './credential-revoker.ts';
import { ExchangedTokens } from './exchanged-tokens.ts';
import { IamAccessKeyRevoker } from './iam-access-key.ts';
import { IamAssumedSessionRevoker } from './iam-assumed-session.ts';
import { IamLoginProfileRevoker } from './iam-login-profile.ts';
import { IamRoleSessionRevoker } from './iam-role-session.ts';
import { IamServiceCredentialRevoker } from './iam-service-credential.ts';
import { IamSigningCertificateRevoker } from './iam-signing-certificate.ts';
import { IamSshKeyRevoker } from './iam-ssh-key.ts';
import { IamUserRevoker } from './iam-user.ts';
import { IdentityCenterAssignmentRevoker } from './identity-center-assignment.ts';
import { IdentityCenterMembershipRevoker } from './identity-center-membership.ts';
import { OAuthGrantRevoker } from './oauth-grant.ts';
import { OktaGrantsRevoker } from './okta-grants.ts';
import { StoredSecretRevoker } from './stored-secret.ts';
import { withExchangedTokens } from './with-exchanged-tokens.ts';

export interface RevokerDependencies {
  readonly clients: AwsClients;
  /** The deployment's own account and region. */
  readonly home: Place;
  readonly denylist: Denylist;
  readonly issuers: readonly Issuer[];
  /** Of the tokens that we exchange credentials for; it is among the issuers. Without one there are none to end. */
  readonly tokenIssuer?: string | undefined;
  readonly blockedDays: number;
  /** Where the settings say that credentials are. */
  readonly settings: CredentialsSettings;
  readonly enforcement: EnforcementSettings;
  readonly identityCenter: IdentityCenterSettings | undefined;
  /** The text of a secret, by ARN. */
  readonly secret: (arn: string) => Promise<string>;
  readonly fetch: typeof fetch;
  readonly now: () => Date;
}

/** For kinds that tokens of our own are exchanged for: cut with them, where there may be any. */
const withTokensOf = (dependencies: RevokerDependencies) => {
  const { tokenIssuer } = dependencies;
  const tokens = tokenIssuer && new ExchangedTokens(tokenIssuer, dependencies);
  return <C extends TokenSource>(revoker: CredentialRevoker<C>): CredentialRevoker<C> =>
    tokens ? withExchangedTokens(revoker, tokens) : revoker;
};

/** One revoker per kind; a kind that is missing here does not compile. */
export const buildRevokers = (dependencies: RevokerDependencies): Revokers => {
  const { clients, home } = dependencies;
  const { canary } = dependencies.enforcement.probes;
  const withTokens = withTokensOf(dependencies);
  return {
    'bearer-token': new BearerTokenRevoker(dependencies, canary && new Canary(canary, dependencies)),
    'iam-user': withTokens(new IamUserRevoker(clients, home)),
    'iam-access-key': withTokens(new IamAccessKeyRevoker(clients)),
    'iam-login-profile': new IamLoginProfileRevoker(clients),
    'iam-service-credential': new IamServiceCredentialRevoker(clients),
    'iam-ssh-key': new IamSshKeyRevoker(clients),
    'iam-signing-certificate': new IamSigningCertificateRevoker(clients),
    'iam-role-session': new IamRoleSessionRevoker(dependencies),
    'iam-assumed-session': new IamAssumedSessionRevoker(dependencies),
    'api-gateway-key': withTokens(new ApiGatewayKeyRevoker(dependencies)),
    'cognito-user': new CognitoUserRevoker(dependencies),
    'cognito-app-client': new CognitoAppClientRevoker(dependencies),
    'oauth-grant': new OAuthGrantRevoker(dependencies),
    'okta-grants': new OktaGrantsRevoker(dependencies),
    'auth0-grants': new Auth0GrantsRevoker(dependencies),
    'identity-center-assignment': new IdentityCenterAssignmentRevoker(dependencies),
    'identity-center-membership': new IdentityCenterMembershipRevoker(dependencies),
    'stored-secret': new StoredSecretRevoker(dependencies),
  };
};
