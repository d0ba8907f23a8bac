import { DescribeUserPoolClientCommand } from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, it } from 'vitest';
import { CognitoAppClientRevoker } from '../../../functions/credentials/cognito-app-client.ts';
import { hasFlows } from '../../../functions/credentials/cognito-app-client-configuration.ts';
import { awsClients } from '../../../functions/shared/aws-clients.ts';
import {
  addAppClient,
  addPool,
  type ClientInput,
  dependenciesOn,
  failOn,
} from '../../contract/cognito-worlds.ts';
import { home, inMemory } from '../../contract/stand-ins.ts';
import { order } from '../../contract/worlds.ts';

const setUp = async (input: ClientInput) => {
  const aws = inMemory();
  const pool = await addPool(aws);
  const credential = await addAppClient(aws, pool, input);
  const revoker = new CognitoAppClientRevoker(dependenciesOn(aws, [pool]));
  const describeClient = new DescribeUserPoolClientCommand({ UserPoolId: pool, ClientId: credential.client });
  const described = async () => {
    const { LastModifiedDate: _, ...rest } =
      (await aws.admin.cognito.send(describeClient)).UserPoolClient ?? {};
    return rest;
  };
  return { aws, pool, credential, revoker, described };
};

const kinds: readonly [string, ClientInput][] = [
  [
    'a service that has credentials of its own',
    {
      GenerateSecret: true,
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['orders/write'],
    },
  ],
  ['a client with the default flows', {}],
  [
    'a client that rotates refresh tokens',
    {
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 },
    },
  ],
  [
    'a client with analytics under a role',
    {
      AnalyticsConfiguration: { ApplicationId: 'app', RoleArn: 'arn:aws:iam::123456789012:role/analytics' },
    },
  ],
];

// moto keeps what an update leaves out, and accepts any; here it goes to its default, and what Cognito refuses is refused.
describe('a cognito-app-client revoker', () => {
  it.each(kinds)('cuts %s, and restores it as it was', async (_, input) => {
    const { revoker, credential, described } = await setUp(input);
    const before = await described();
    const { original, state } = await revoker.inspect(credential, order);
    expect(state).toBe('live');
    await revoker.revoke(credential, order);
    expect((await revoker.inspect(credential, order)).state).toBe('dead');
    expect(await described()).not.toHaveProperty('AnalyticsConfiguration');
    await revoker.restore(credential, JSON.parse(JSON.stringify(original)));
    expect(await described()).toEqual(before);
  });

  it('cuts one client and no other', async () => {
    const { aws, pool, credential, revoker } = await setUp({});
    const other = await addAppClient(aws, pool);
    await revoker.revoke(credential, order);
    const { state, observed } = await revoker.inspect(other, order);
    expect({ state, observed }).toEqual({
      state: 'live',
      observed: 'cognito-idp:DescribeUserPoolClient flows on, denylist blocked=false',
    });
  });

  const refreshOnly: ClientInput = { ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'] };
  const broughtBack: readonly [string, ClientInput][] = [
    ['OAuth flows', { ...refreshOnly, AllowedOAuthFlowsUserPoolClient: true }],
    ['another flow', { ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_AUTH'] }],
  ];

  it.each(broughtBack)('is alive again once somebody brings back %s', async (_, input) => {
    const { aws, pool, credential, revoker } = await setUp(input);
    const off = await addAppClient(aws, pool, refreshOnly);
    for (const client of [credential, off]) await revoker.deny(client, order);
    expect((await revoker.inspect(credential, order)).state).toBe('live');
    expect((await revoker.inspect(off, order)).state).toBe('dead');
  });

  it('takes a client that names no flow for one with the default flows', () => {
    expect(hasFlows({})).toBe(true);
    expect(hasFlows({ ExplicitAuthFlows: [] })).toBe(true);
  });

  it('takes a client that AWS still lists for one that could not be read, not for gone', async () => {
    const { aws, credential, revoker } = await setUp({});
    failOn(aws.log, 'DescribeUserPoolClient', 'ResourceNotFoundException');
    await expect(revoker.inspect(credential, order)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is not configured, and asks nobody, where the settings name no pool', async () => {
    const aws = inMemory();
    const revoker = new CognitoAppClientRevoker(dependenciesOn(aws, []));
    expect(revoker.isConfigured).toBe(false);
    expect(await Array.fromAsync(revoker.discover({ for: 'everyone' }))).toEqual([]);
    expect(aws.log.calls).toEqual([]);
    expect(new CognitoAppClientRevoker(dependenciesOn(aws, ['eu-west-1_a'])).isConfigured).toBe(true);
  });

  it('says that a pool of another region is not served', async () => {
    const dependencies = { ...dependenciesOn(inMemory(), ['us-east-1_a']), clients: awsClients(home) };
    const search = Array.fromAsync(new CognitoAppClientRevoker(dependencies).discover({ for: 'everyone' }));
    await expect(search).rejects.toMatchObject({ code: 'foreign-account', retryable: false });
  });
});

it('tells when it was made where it is asked for alone, and the listing does not', async () => {
  const { revoker, credential, described } = await setUp({});
  const createdAt = (await described()).CreationDate?.toISOString();
  expect(await revoker.describe(credential)).toMatchObject({ createdAt });
  const [listed] = await Array.fromAsync(revoker.discover({ for: 'everyone' }));
  expect(listed?.facts).not.toHaveProperty('createdAt');
});
