import {
  type ApiGatewayKey,
  type BearerToken,
  credentialKey,
  type IamAccessKey,
  type IamUser,
} from './credential.ts';

/** What a token of ours is exchanged for. */
export type ExchangedCredential = ApiGatewayKey | IamUser;

/** What ends such tokens when it is cut. */
export type TokenSource = ExchangedCredential | IamAccessKey;

/**
 * The name under which all tokens of one source stand on the denylist. A token carries the API key or the IAM user as its
 * `sid`; that of an IAM user also carries the access key that was used, as its authorised party (`azp`), which the
 * authorizer reads like a client. So one row ends all tokens of a user, whatever became of its keys meanwhile, and another
 * one those of a single key.
 */
export const tokensOf = (source: TokenSource): Pick<BearerToken, 'by' | 'value'> =>
  source.kind === 'iam-access-key'
    ? { by: 'client', value: source.id }
    : { by: 'sid', value: credentialKey(source) };
