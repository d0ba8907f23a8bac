import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { OAuthGrantRevoker } from '../../../functions/credentials/oauth-grant.ts';
import { credentialsSchema } from '../../../functions/domain/credential-settings.ts';
import { awsClients } from '../../../functions/shared/aws-clients.ts';

const home = { account: '123456789012', region: 'eu-west-1' };
const secrets = mockClient(SecretsManagerClient);
const issuer = 'https://as.example.com';
const clientSecretArn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:client-AbCdEf';
const credential = {
  kind: 'oauth-grant',
  ...home,
  id: 'arn:aws:secretsmanager:…:secret:grant-AbCdEf',
} as const;
const order = { revocationId: 'rev-1', action: 'revoke', cutoff: '2026-03-01T12:00:00.000Z' } as const;

const oauthServers = [
  { issuer, revocationEndpoint: `${issuer}/revoke`, tokenEndpoint: `${issuer}/token`, clientSecretArn },
];

const notFound = new ResourceNotFoundException({ message: 'not there', $metadata: { httpStatusCode: 400 } });
const denied = Object.assign(new Error('arn:aws:sts::1:secret'), { name: 'AccessDeniedException' });

const revokerWith = (secret: () => Promise<string>, status = 200) =>
  new OAuthGrantRevoker({
    clients: awsClients(home),
    home,
    settings: credentialsSchema.parse({ oauthServers }),
    secret,
    fetch: async () => new Response('{"error":"invalid_client"}', { status }),
  });
const revoker = revokerWith(async () => JSON.stringify({ clientId: 'app', clientSecret: 's3cret' }));

beforeEach(() => {
  secrets.reset();
  secrets.on(DescribeSecretCommand).resolves({
    ARN: credential.id,
    Tags: [{ Key: 'cutoff:issuer', Value: issuer }],
    VersionIdsToStages: { v1: ['AWSCURRENT'] },
  });
  secrets.on(GetSecretValueCommand).resolves({ SecretString: 't0ken', VersionId: 'v1' });
  secrets.on(TagResourceCommand).resolves({});
});

describe('a refresh token in Secrets Manager', () => {
  it('is not taken for gone because the secret of the client is', async () => {
    const clientless = revokerWith(() => Promise.reject(notFound));
    await expect(clientless.revoke(credential, order)).rejects.toMatchObject({ code: 'unavailable' });
    expect(secrets.commandCalls(TagResourceCommand)).toEqual([]);
  });

  it('is gone, and not tried, where its secret has no value', async () => {
    secrets.on(GetSecretValueCommand).rejects(notFound);
    expect((await revoker.inspect(credential)).state).toBe('gone');
    await revoker.revoke(credential, order);
    expect(secrets.commandCalls(TagResourceCommand)).toEqual([]);
  });

  it('is revoked where the secret goes before it is marked', async () => {
    secrets.on(TagResourceCommand).rejects(notFound);
    await revoker.revoke(credential, order);
  });

  it('is not marked where the server did not revoke it', async () => {
    const refused = revokerWith(async () => JSON.stringify({ clientId: 'app', clientSecret: 'x' }), 401);
    await expect(refused.revoke(credential, order)).rejects.toMatchObject({ code: 'access-denied' });
    expect(secrets.commandCalls(TagResourceCommand)).toEqual([]);
  });

  it.each([
    ['secretsmanager:GetSecretValue', GetSecretValueCommand, () => revoker.inspect(credential)],
    ['secretsmanager:TagResource', TagResourceCommand, () => revoker.revoke(credential, order)],
    [
      'secretsmanager:ListSecrets',
      ListSecretsCommand,
      () => Array.fromAsync(revoker.discover({ for: 'everyone' })),
    ],
  ])('names the permission that is missing: %s', async (permission, command, call) => {
    secrets.on(command as typeof GetSecretValueCommand).rejects(denied);
    await expect(call()).rejects.toMatchObject({
      code: 'access-denied',
      message: `${permission} is not allowed to this role`,
    });
  });

  it('names the permission that is missing for a removal', async () => {
    const Tags = [{ Key: 'cutoff:revoked', Value: `${order.cutoff}/v1` }];
    secrets
      .on(DescribeSecretCommand)
      .resolves({ Tags, VersionIdsToStages: { v0: ['AWSPREVIOUS'], v1: ['AWSCURRENT'] } });
    secrets.on(DeleteSecretCommand).rejects(denied);
    await expect(revoker.remove(credential)).rejects.toMatchObject({
      message: 'secretsmanager:DeleteSecret is not allowed to this role',
    });
  });
});
