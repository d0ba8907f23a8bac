import {
  DeleteUserPoolClientCommand,
  DeleteUserPoolCommand,
  DescribeUserPoolClientCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, it } from 'vitest';
import { CognitoAppClientRevoker } from '../../functions/credentials/cognito-app-client.ts';
import type { CredentialRevoker, Search } from '../../functions/credentials/credential-revoker.ts';
import { issuerOf } from '../../functions/domain/cognito-issuer.ts';
import { type CognitoAppClient, credentialKey } from '../../functions/domain/credential.ts';
import { tokenDenialKey } from '../../functions/domain/denial.ts';
import { addAppClient, addPool, dependenciesOn, fullClient } from './cognito-worlds.ts';
import { describeRevokerContract } from './credential-revoker.contract.ts';
import { onEveryStandIn, type StandIn } from './stand-ins.ts';
import { ada, addUser, order } from './worlds.ts';

const revokerOn = (aws: StandIn, pools: readonly string[]) => {
  const { rows, ...dependencies } = dependenciesOn(aws, pools);
  const revoker: CredentialRevoker<CognitoAppClient> = new CognitoAppClientRevoker(dependencies);
  const found = async (search: Search) =>
    (await Array.fromAsync(revoker.discover(search))).map(({ credential }) => credential.client);
  return { revoker, rows, found };
};

const opaque = (id: string) => ({ format: 'opaque', id }) as const;

onEveryStandIn((standIn) => {
  const shop = async () => {
    const aws = standIn();
    const pool = await addPool(aws);
    const credential = await addAppClient(aws, pool);
    const row = tokenDenialKey(issuerOf(pool), 'client', credential.client);
    const key = { UserPoolId: pool, ClientId: credential.client };
    const described = async () =>
      (await aws.admin.cognito.send(new DescribeUserPoolClientCommand(key))).UserPoolClient;
    return { aws, pool, credential, row, key, described, ...revokerOn(aws, [pool]) };
  };

  describeRevokerContract('cognito-app-client', async () => {
    const { aws, revoker, credential, key } = await shop();
    return {
      revoker,
      credential,
      order,
      log: aws.log,
      finds: [{ for: 'everyone' }, { for: 'subject', subjects: [ada, opaque(credential.client)] }],
      ignores: [
        { for: 'principal', principal: await addUser(aws) },
        { for: 'subject', subjects: [ada, opaque('another')] },
      ],
      missingAction: 'dynamodb:PutItem',
      cutByOthers: async () => {
        const off = {
          AllowedOAuthFlowsUserPoolClient: false,
          ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
        };
        await aws.admin.cognito.send(new UpdateUserPoolClientCommand({ ...key, ...off } as typeof key));
      },
      deletedByOthers: async () => {
        await aws.admin.cognito.send(new DeleteUserPoolClientCommand(key));
      },
    };
  });

  it('takes away every flow, and no more than that', async () => {
    const { revoker, credential, described } = await shop();
    await revoker.revoke(credential, order);
    expect(await described()).toMatchObject({
      ClientName: 'shop',
      AccessTokenValidity: 15,
      RefreshTokenValidity: 7,
      TokenValidityUnits: fullClient.TokenValidityUnits,
      ReadAttributes: ['email', 'name'],
      PreventUserExistenceErrors: 'ENABLED',
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      AllowedOAuthFlowsUserPoolClient: false,
    });
    for (const gone of ['SupportedIdentityProviders', 'AllowedOAuthFlows', 'AllowedOAuthScopes'] as const) {
      expect((await described())?.[gone] ?? []).toEqual([]);
    }
  });

  it('brings back the very client that was there, secret included, which it keeps nowhere', async () => {
    const { revoker, credential, described } = await shop();
    const { LastModifiedDate: _, ...before } = (await described()) ?? {};
    expect(before.ClientSecret).toBeTruthy();
    const { original, observed } = await revoker.inspect(credential, order);
    const kept = JSON.stringify([original, observed, await revoker.describe(credential)]);
    expect(kept).not.toContain('ClientSecret');
    expect(kept).not.toContain(`"${before.ClientSecret}"`);
    await revoker.revoke(credential, order);
    await revoker.restore(credential, JSON.parse(JSON.stringify(original)));
    expect(await described()).toMatchObject(before);
  });

  it('refuses its tokens before it touches the client', async () => {
    const { aws, revoker, credential, rows, row } = await shop();
    expect(await revoker.deny(credential, order)).toBe('denied');
    expect(aws.log.calls).toEqual(['PutItem']);
    expect([...rows]).toEqual([[row, expect.objectContaining({ blocked: true })]]);
    expect((await revoker.inspect(credential, order)).state).toBe('live'); // it may still issue
  });

  it('is alive where its flows are off and its tokens pass', async () => {
    const { aws, revoker, credential, rows, row } = await shop();
    await revoker.revoke(credential, order);
    rows.delete(row);
    const { state, observed } = await revoker.inspect(credential, order);
    expect(state).toBe('live');
    expect(observed).toBe('cognito-idp:DescribeUserPoolClient flows off, denylist blocked=false');
    expect(aws.log.calls).toContain('UpdateUserPoolClient');
  });

  it('does not lift a row that somebody blocked before', async () => {
    const { revoker, credential, rows, row } = await shop();
    rows.set(row, { blocked: true, blockedBy: ['another'], expiresAt: 4_000_000_000 });
    const { original } = await revoker.inspect(credential, order);
    await revoker.revoke(credential, order);
    await revoker.restore(credential, original);
    expect(rows.get(row)?.blocked).toBe(true);
  });

  it('lets a row stand longer, and does not bring back one that was lifted', async () => {
    const { revoker, credential, rows, row } = await shop();
    rows.set(row, { blocked: true, blockedBy: [credentialKey(credential)], expiresAt: 1 });
    await revoker.prolong(credential);
    expect(rows.get(row)?.expiresAt).toBeGreaterThan(1);
    rows.set(row, { blocked: false, expiresAt: 1 });
    await revoker.prolong(credential);
    expect(rows.get(row)).toEqual({ blocked: false, expiresAt: 1 });
  });

  it('finds the clients of all pools, and the one that a subject names', async () => {
    const aws = standIn();
    const pools = [await addPool(aws), await addPool(aws)];
    const [first = '', second = ''] = pools;
    const names = ['one', 'two', 'three'].map((ClientName) => ({ ClientName }));
    const clients = [];
    for (const input of names) clients.push((await addAppClient(aws, first, input)).client);
    clients.push((await addAppClient(aws, second)).client);
    const { revoker, found } = revokerOn(aws, pools);
    expect(await found({ for: 'everyone' })).toEqual(clients);
    const [, , third = '', last = ''] = clients;
    expect(await found({ for: 'subject', subjects: [opaque(third), opaque(last)] })).toEqual([third, last]);
    const [listed] = await Array.fromAsync(revoker.discover({ for: 'everyone' }));
    const owner = `opaque:${clients[0]}`;
    expect(listed?.facts).toEqual({ arn: '', name: 'one', tags: {}, inherentOwners: [owner] });
    // Where it is asked for alone, a client also tells when it was made; moto does not say.
    expect(listed && (await revoker.describe(listed.credential))).toMatchObject(listed?.facts ?? {});
  });

  it('asks no pool where no subject can name a client', async () => {
    const { aws, found } = await shop();
    expect(await found({ for: 'subject', subjects: [ada, opaque('a-b'), opaque('x'.repeat(129))] })).toEqual(
      [],
    );
    expect(aws.log.calls).toEqual([]);
  });

  it('does not take a pool that is missing for a client that is gone', async () => {
    const { aws, revoker, credential, pool } = await shop();
    await aws.admin.cognito.send(new DeleteUserPoolCommand({ UserPoolId: pool }));
    const refused = { code: 'unavailable', retryable: true };
    await expect(revoker.inspect(credential, order)).rejects.toMatchObject(refused);
    await expect(revoker.revoke(credential, order)).rejects.toMatchObject(refused);
    await expect(revoker.remove(credential)).rejects.toMatchObject(refused);
  });
});
