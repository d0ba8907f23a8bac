import { tokenDenialKey } from './denial.ts';

interface Address {
  readonly account: string;
  /** An AWS region, or `global` for IAM. */
  readonly region: string;
  readonly id: string;
}

/** What a denylist row names tokens by: the subject (all of theirs), one token, or one session. */
export type TokenName = 'subject' | 'jti' | 'sid';

/** Tokens of one issuer: all of one subject's, or what one `jti` or `sid` names. `id` is the denylist row's key. */
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

/** What hangs off a principal and is revoked in the same task, after it. */
export const dependentKinds: Readonly<Record<CredentialKind, readonly CredentialKind[]>> = {
  'bearer-token': [],
  'iam-user': ['iam-access-key'],
  'iam-access-key': [],
  'api-gateway-key': [],
};
