import type {
  UpdateUserPoolClientRequest,
  UserPoolClientType,
} from '@aws-sdk/client-cognito-identity-provider';

/** All that an update of an app client sets. */
export type ClientConfiguration = Omit<UpdateUserPoolClientRequest, 'UserPoolId' | 'ClientId'>;

/** What a cut leaves as it is. A field that AWS adds does not compile until somebody has decided about it. */
const keeps: Readonly<Record<keyof ClientConfiguration, boolean>> = {
  ClientName: true,
  RefreshTokenValidity: true,
  AccessTokenValidity: true,
  IdTokenValidity: true,
  TokenValidityUnits: true,
  ReadAttributes: true,
  WriteAttributes: true,
  PreventUserExistenceErrors: true,
  EnableTokenRevocation: true,
  EnablePropagateAdditionalUserContextData: true,
  AuthSessionValidity: true,
  ExplicitAuthFlows: false,
  SupportedIdentityProviders: false,
  AllowedOAuthFlows: false,
  AllowedOAuthScopes: false,
  AllowedOAuthFlowsUserPoolClient: false,
  // These may be set only with `AllowedOAuthFlowsUserPoolClient` ("UpdateUserPoolClient").
  CallbackURLs: false,
  LogoutURLs: false,
  DefaultRedirectURI: false,
  // Incompatible with `ALLOW_REFRESH_TOKEN_AUTH` ("Refresh tokens", Amazon Cognito Developer Guide).
  RefreshTokenRotation: false,
  // May name a role, which takes a permission to pass it. A restore of such a client needs that, a cut must not.
  AnalyticsConfiguration: false,
};

const picked = (from: object, isPicked: (field: keyof ClientConfiguration) => boolean): ClientConfiguration =>
  Object.fromEntries(
    Object.entries(from).filter(
      ([field, value]) =>
        value !== undefined && Object.hasOwn(keeps, field) && isPicked(field as keyof typeof keeps),
    ),
  );

/** What a restore sends back: neither the secret nor what cannot be set. */
export const configurationOf = (described: UserPoolClientType): ClientConfiguration =>
  picked(described, () => true);

/**
 * The same client, where nobody can sign in. Assumption: an empty `ExplicitAuthFlows` stands for the default flows, as
 * an absent one does. A list without this flow is refused ("REFRESH_TOKEN_AUTH should always be allowed", aws-cdk
 * issue 7625), so a refresh token from before still yields tokens, which the denylist refuses.
 */
export const withoutFlows = (configuration: ClientConfiguration): ClientConfiguration => ({
  ...picked(configuration, (field) => keeps[field]),
  ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
  SupportedIdentityProviders: [],
  AllowedOAuthFlows: [],
  AllowedOAuthScopes: [],
  AllowedOAuthFlowsUserPoolClient: false,
});

/** "If you don't specify a value", an app client has the default flows ("UpdateUserPoolClient"): none is not none. */
export const hasFlows = ({
  ExplicitAuthFlows: flows = [],
  AllowedOAuthFlowsUserPoolClient: oauth,
}: ClientConfiguration): boolean =>
  oauth === true || flows.length === 0 || flows.some((flow) => flow !== 'ALLOW_REFRESH_TOKEN_AUTH');
