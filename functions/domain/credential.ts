interface Address {
  readonly account: string;
  /** An AWS region, or `global` for IAM. */
  readonly region: string;
  readonly id: string;
}

/** All tokens that one issuer hands to one subject; `id` is `ISSUER#SUBJECT` and names no single token. */
export interface BearerToken extends Address {
  readonly kind: 'bearer-token';
  readonly issuer: string;
  readonly subject: string;
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

/** A REST API key on usage plans; `id` is the key's id, never its value. */
export interface ApiGatewayKey extends Address {
  readonly kind: 'api-gateway-key';
}

export type Credential = BearerToken | IamUser | IamAccessKey | ApiGatewayKey;
export type CredentialKind = Credential['kind'];

export const credentialKinds = [
  'bearer-token',
  'iam-user',
  'iam-access-key',
  'api-gateway-key',
] as const satisfies CredentialKind[];

/** One string per credential. `id` stands last: it alone may contain a colon. */
export const credentialKey = ({ kind, account, region, id }: Credential): string =>
  [kind, account, region, id].join(':');

/** What hangs off a principal and is revoked in the same task, after it. */
export const dependentKinds: Readonly<Record<CredentialKind, readonly CredentialKind[]>> = {
  'bearer-token': [],
  'iam-user': ['iam-access-key'],
  'iam-access-key': [],
  'api-gateway-key': [],
};
