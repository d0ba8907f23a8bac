import { tokenDenialKey } from './denial.ts';

interface Address {
  readonly account: string;
  /** An AWS region, or `global` for IAM. */
  readonly region: string;
  readonly id: string;
}

/** What a denylist row names tokens by: the subject (all of theirs), one token, one session, or the client that they were issued to. */
export type TokenName = 'subject' | 'jti' | 'sid' | 'client';

/** Tokens of one issuer: all of one subject's or client's, or what one `jti` or `sid` names. `id` is the denylist row's key. */
export interface BearerToken extends Address {
  readonly kind: 'bearer-token';
  readonly issuer: string;
  readonly by: TokenName;
  readonly value: string;
}

/** An IAM user with its permissions; `id` is the user name. */
export interface IamUser extends Address {
  readonly kind: 'iam-user';
}

/** `id` is the access key id (AKIA…). The secret is never read. */
export interface IamAccessKey extends Address {
  readonly kind: 'iam-access-key';
  readonly user: string;
}

/** The console password; `id` is the user name, since a user has one at most. */
export interface IamLoginProfile extends Address {
  readonly kind: 'iam-login-profile';
  readonly user: string;
}

/** A key or password of IAM's for one service: Bedrock, CodeCommit, Keyspaces. `id` is its ServiceSpecificCredentialId. */
export interface IamServiceCredential extends Address {
  readonly kind: 'iam-service-credential';
  readonly user: string;
}

/** An SSH public key, for CodeCommit; `id` is the SSHPublicKeyId. */
export interface IamSshKey extends Address {
  readonly kind: 'iam-ssh-key';
  readonly user: string;
}

/** An X.509 certificate that signs requests; `id` is the CertificateId. */
export interface IamSigningCertificate extends Address {
  readonly kind: 'iam-signing-certificate';
  readonly user: string;
}

/** What a session of a role carries that its holder cannot choose. */
export type SessionName = 'session-name' | 'source-identity';

/** Every session that one person has on one role, by a name that the role's trust policy vouches for. */
export interface IamRoleSession extends Address {
  readonly kind: 'iam-role-session';
  readonly role: string;
  readonly by: SessionName;
  readonly value: string;
}

/** Sessions that were seen on a role until a time: those of one session name, or, without `session`, all of them. */
export interface IamAssumedSession extends Address {
  readonly kind: 'iam-assumed-session';
  readonly role: string;
  readonly session?: string;
}

/** A REST API key on usage plans; `id` is the key's id, never its value. */
export interface ApiGatewayKey extends Address {
  readonly kind: 'api-gateway-key';
}

/** A user of a Cognito user pool; `id` is `POOL/USERNAME`. */
export interface CognitoUser extends Address {
  readonly kind: 'cognito-user';
  readonly pool: string;
  readonly user: string;
}

/** An app client of a Cognito user pool; `id` is `POOL/CLIENT_ID`. */
export interface CognitoAppClient extends Address {
  readonly kind: 'cognito-app-client';
  readonly pool: string;
  readonly client: string;
}

/** A refresh token at an OAuth server; `id` is the ARN of the secret that holds it. */
export interface OAuthGrant extends Address {
  readonly kind: 'oauth-grant';
}

/** Grants and sessions of one person in Okta; `id` is the Okta user id. */
export interface OktaGrants extends Address {
  readonly kind: 'okta-grants';
}

/** Grants and sessions of one person in Auth0; `id` is the Auth0 user id. */
export interface Auth0Grants extends Address {
  readonly kind: 'auth0-grants';
}

/** An account assignment of one Identity Center user; `id` is `TARGET_ACCOUNT/USER_ID/PERMISSION_SET_ARN`. */
export interface IdentityCenterAssignment extends Address {
  readonly kind: 'identity-center-assignment';
  readonly target: string;
  readonly permissionSet: string;
  readonly user: string;
}

/** A membership of one Identity Center user in one group, through which assignments come; `id` is `GROUP_ID/USER_ID`. */
export interface IdentityCenterMembership extends Address {
  readonly kind: 'identity-center-membership';
  readonly group: string;
  readonly user: string;
}

/** A secret of Secrets Manager that holds a key of somebody else's API; `id` is its ARN. */
export interface StoredSecret extends Address {
  readonly kind: 'stored-secret';
}

export type Credential =
  | BearerToken
  | IamUser
  | IamAccessKey
  | IamLoginProfile
  | IamServiceCredential
  | IamSshKey
  | IamSigningCertificate
  | IamRoleSession
  | IamAssumedSession
  | ApiGatewayKey
  | CognitoUser
  | CognitoAppClient
  | OAuthGrant
  | OktaGrants
  | Auth0Grants
  | IdentityCenterAssignment
  | IdentityCenterMembership
  | StoredSecret;
export type CredentialKind = Credential['kind'];

/** What hangs off a principal and is revoked in the same task, after it. */
export const dependentKinds: Readonly<Record<CredentialKind, readonly CredentialKind[]>> = {
  'bearer-token': [],
  'iam-user': [
    'iam-access-key',
    'iam-login-profile',
    'iam-service-credential',
    'iam-ssh-key',
    'iam-signing-certificate',
  ],
  'iam-access-key': [],
  'iam-login-profile': [],
  'iam-service-credential': [],
  'iam-ssh-key': [],
  'iam-signing-certificate': [],
  'iam-role-session': [],
  'iam-assumed-session': [],
  'api-gateway-key': [],
  'cognito-user': [],
  'cognito-app-client': [],
  'oauth-grant': [],
  'okta-grants': [],
  'auth0-grants': [],
  'identity-center-assignment': [],
  'identity-center-membership': [],
  'stored-secret': [],
};

export const credentialKinds = Object.keys(dependentKinds) as [CredentialKind, ...CredentialKind[]];

/** The handle of tokens in the denylist of this account and region. */
export const bearerToken = (
  { account, region }: Omit<Address, 'id'>,
  { issuer, by, value }: Pick<BearerToken, 'issuer' | 'by' | 'value'>,
): BearerToken => ({
  kind: 'bearer-token',
  account,
  region,
  id: tokenDenialKey(issuer, by, value),
  issuer,
  by,
  value,
});

/** One string per credential. `id` stands last: it alone may contain a colon. */
export const credentialKey = ({ kind, account, region, id }: Credential): string =>
  [kind, account, region, id].join(':');

/** What it hangs off, or itself. A part of an IAM user has the same owner, the same facts, the same task. */
export const principalOf = (credential: Credential): Credential => {
  if (!dependentKinds['iam-user'].includes(credential.kind) || !('user' in credential)) return credential;
  const { account, region, user } = credential;
  return { kind: 'iam-user', account, region, id: user };
};
