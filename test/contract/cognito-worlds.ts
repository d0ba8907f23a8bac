import {
  AdminCreateUserCommand,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { BearerTokenRevoker } from '../../functions/credentials/bearer-token.ts';
import type { PoolDependencies } from '../../functions/credentials/cognito-pool.ts';
import { CognitoUserRevoker } from '../../functions/credentials/cognito-user.ts';
import type { CredentialRevoker, Search } from '../../functions/credentials/credential-revoker.ts';
import { issuerOf } from '../../functions/domain/cognito-issuer.ts';
import type { CognitoAppClient, CognitoUser } from '../../functions/domain/credential.ts';
import { type Issuer, issuerSchema } from '../../functions/domain/settings.ts';
import { MemoryDenylist } from '../support/memory-denylist.ts';
import { type CallLog, loggedDenylist } from './call-log.ts';
import { home, type StandIn } from './stand-ins.ts';
import { ada, now } from './worlds.ts';

/** Cognito answers this call with an error of this name. */
export const failOn = (log: CallLog, call: string, name: string): void => {
  const note = log.note.bind(log);
  log.note = (called) => {
    note(called);
    if (called === call) throw Object.assign(new Error('no'), { name });
  };
};

export const addPool = async ({ admin }: StandIn): Promise<string> => {
  const { UserPool } = await admin.cognito.send(new CreateUserPoolCommand({ PoolName: 'people' }));
  return UserPool?.Id ?? '';
};

export interface AddedUser {
  readonly credential: CognitoUser;
  readonly sub: string;
}

export const verified = { email: ada.email, email_verified: 'true' };

export const addPoolUser = async (
  { admin }: StandIn,
  pool: string,
  { name = 'ada', ...attributes }: Readonly<Record<string, string>> = verified,
): Promise<AddedUser> => {
  const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
  const input = { UserPoolId: pool, Username: name, UserAttributes, MessageAction: 'SUPPRESS' } as const;
  const { User } = await admin.cognito.send(new AdminCreateUserCommand(input));
  const sub = User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value ?? '';
  return { credential: { kind: 'cognito-user', ...home, id: `${pool}/${name}`, pool, user: name }, sub };
};

export type ClientInput = Partial<CreateUserPoolClientCommandInput>;

/** With all that a cut has to take away and a restore has to bring back. */
export const fullClient: ClientInput = {
  ClientName: 'shop',
  GenerateSecret: true,
  RefreshTokenValidity: 7,
  AccessTokenValidity: 15,
  TokenValidityUnits: { AccessToken: 'minutes', RefreshToken: 'days' },
  ReadAttributes: ['email', 'name'],
  ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  SupportedIdentityProviders: ['COGNITO'],
  CallbackURLs: ['https://shop.example.com/in'],
  LogoutURLs: ['https://shop.example.com/out'],
  DefaultRedirectURI: 'https://shop.example.com/in',
  AllowedOAuthFlows: ['code'],
  AllowedOAuthScopes: ['openid', 'email'],
  AllowedOAuthFlowsUserPoolClient: true,
  PreventUserExistenceErrors: 'ENABLED',
};

export const addAppClient = async (
  { admin }: StandIn,
  pool: string,
  input: ClientInput = fullClient,
): Promise<CognitoAppClient> => {
  const create = new CreateUserPoolClientCommand({ ClientName: 'client', ...input, UserPoolId: pool });
  const { UserPoolClient } = await admin.cognito.send(create);
  const client = UserPoolClient?.ClientId ?? '';
  return { kind: 'cognito-app-client', ...home, id: `${pool}/${client}`, pool, client };
};

/** The authorizer trusts the pool. */
export const issuerOfPool = (pool: string, claim: Partial<Issuer> = {}): Issuer =>
  issuerSchema.parse({
    issuer: issuerOf(pool),
    audience: 'shop',
    jwksUri: `${issuerOf(pool)}/.well-known/jwks.json`,
    tokenUse: 'access',
    subjectClaim: 'sub',
    subjectFormat: 'opaque',
    ...claim,
  });

export const dependenciesOn = (
  { clients, log }: StandIn,
  cognitoUserPools: readonly string[],
  issuers: readonly Issuer[] = [],
): PoolDependencies & { readonly rows: MemoryDenylist['rows'] } => {
  const denylist = new MemoryDenylist();
  return {
    clients,
    home,
    denylist: loggedDenylist(denylist, log),
    issuers,
    blockedDays: 90,
    settings: { cognitoUserPools: [...cognitoUserPools] },
    now,
    rows: denylist.rows,
  };
};

export const userRevokerOn = (aws: StandIn, pools: readonly string[], issuers: readonly Issuer[] = []) => {
  const { rows, ...dependencies } = dependenciesOn(aws, pools, issuers);
  const revoker: CredentialRevoker<CognitoUser> = new CognitoUserRevoker(dependencies);
  const found = async (search: Search) =>
    (await Array.fromAsync(revoker.discover(search))).map(({ credential }) => credential.id);
  return { revoker, rows, found, tokens: new BearerTokenRevoker(dependencies) };
};
