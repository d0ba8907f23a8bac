import type * as cognito from '@aws-sdk/client-cognito-identity-provider';
import type { Answer } from './call-log.ts';
import { fake } from './fake.ts';
import { FakeUserPools, invalid, noResource, pageOf } from './fake-user-pools.ts';

const byDefault: cognito.UserPoolClientType = {
  ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH'],
  RefreshTokenValidity: 30,
  AllowedOAuthFlowsUserPoolClient: false,
  EnableTokenRevocation: true,
};

const given = (values: object) =>
  Object.entries(values).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );

/** The rules that "UpdateUserPoolClient" and the refusals of the real service tell. */
const check = (client: cognito.UserPoolClientType) => {
  const refreshes = client.ExplicitAuthFlows?.includes('ALLOW_REFRESH_TOKEN_AUTH');
  const rotates = client.RefreshTokenRotation?.Feature === 'ENABLED';
  if (rotates && refreshes) throw invalid('refresh token rotation goes without ALLOW_REFRESH_TOKEN_AUTH');
  if (!rotates && !refreshes) throw invalid('REFRESH_TOKEN_AUTH should always be allowed.');
  const oauth = [client.CallbackURLs, client.LogoutURLs, client.AllowedOAuthScopes, client.AllowedOAuthFlows];
  if (!client.AllowedOAuthFlowsUserPoolClient && oauth.some(Boolean)) throw invalid('needs the OAuth flows');
  if (client.DefaultRedirectURI && !client.CallbackURLs?.includes(client.DefaultRedirectURI))
    throw invalid('the default redirect URI is none of the callback URLs');
};

/** With the app clients too. A client's secret comes with each answer. */
class FakeCognito extends FakeUserPools {
  client({ UserPoolId, ClientId }: { UserPoolId?: string | undefined; ClientId?: string | undefined }) {
    const client = this.pool(UserPoolId).clients.get(ClientId ?? '');
    if (!client) throw noResource();
    return client;
  }

  CreateUserPoolClient({ GenerateSecret, ...input }: cognito.CreateUserPoolClientCommandInput) {
    this.made += 1;
    const ClientId = `client${this.made}`;
    const secret = GenerateSecret && { ClientSecret: 'secret' };
    const client = { ...byDefault, ...Object.fromEntries(given(input)), ClientId, ...secret };
    check(client);
    this.pool(input.UserPoolId).clients.set(ClientId, client);
    return { UserPoolClient: client };
  }

  /** What is not given goes back to its default, and nothing else is kept but the secret. */
  UpdateUserPoolClient({ UserPoolId, ...input }: cognito.UpdateUserPoolClientCommandInput) {
    const { ClientId = '', ClientSecret } = this.client({ UserPoolId, ...input });
    const secret = ClientSecret && { ClientSecret };
    const client = { ...byDefault, UserPoolId, ...Object.fromEntries(given(input)), ClientId, ...secret };
    check(client);
    this.pool(UserPoolId).clients.set(ClientId, client);
    return { UserPoolClient: client };
  }

  DescribeUserPoolClient(input: cognito.DescribeUserPoolClientCommandInput) {
    const dates = { CreationDate: new Date(0), LastModifiedDate: new Date() };
    return { UserPoolClient: { ...this.client(input), ...dates, ClientType: 'REGULAR' } };
  }

  ListUserPoolClients({ UserPoolId, NextToken, MaxResults = 60 }: cognito.ListUserPoolClientsCommandInput) {
    const all = [...this.pool(UserPoolId).clients.values()];
    const { page, token } = pageOf(all, NextToken, Math.min(MaxResults, this.pageSize));
    const UserPoolClients = page.map(({ ClientId, ClientName }) => ({ ClientId, ClientName, UserPoolId }));
    return { UserPoolClients, ...(token && { NextToken: token }) };
  }

  DeleteUserPoolClient(input: cognito.DeleteUserPoolClientCommandInput) {
    const { ClientId = '' } = this.client(input);
    this.pool(input.UserPoolId).clients.delete(ClientId);
    return {};
  }
}

/** Fewer than asked for, as Cognito may ("ListUsers": "might return fewer items than you specify"). */
export const fakeCognito = (pageSize = 2): Answer => fake(new FakeCognito(pageSize));
