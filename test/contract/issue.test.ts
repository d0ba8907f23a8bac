import { GetApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { DescribeUserPoolClientCommand } from '@aws-sdk/client-cognito-identity-provider';
import { DescribeSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { expect, it, vi } from 'vitest';
import { existing, makeIssueWorld, minute, plansOf } from '../support/issue-world.ts';
import { onEveryStandIn } from './stand-ins.ts';

onEveryStandIn((standIn) => {
  it('issues an API key that is enabled, on its plan and says whose it is', async () => {
    const world = await makeIssueWorld(standIn());
    const request = { ...world.requests.apiKey, name: 'shop', entitlements: ['partners', 'beta'] };
    const { issuanceId, secret, credential } = await world.issue(request);
    const id = credential.split(':').at(-1) ?? '';
    const get = new GetApiKeyCommand({ apiKey: id, includeValue: true });
    expect(await world.aws.admin.apiGateway.send(get)).toMatchObject({
      name: 'shop',
      enabled: true,
      value: secret?.apiKey,
      tags: {
        'cutoff:issuance': issuanceId,
        'cutoff:owner': 'ada@acme.example',
        'cutoff:entitlements': 'partners beta',
      },
    });
    expect(await plansOf(world, id)).toEqual([world.gold]);
  });

  it('issues an access key of the user', async () => {
    const world = await makeIssueWorld(standIn());
    const user = `ada-${crypto.randomUUID().slice(0, 8)}`;
    await world.addUser(user, { owner: 'ada@acme.example' });
    const { secret, credential } = await world.issue({ ...world.requests.accessKey, user });
    expect(secret).toEqual({ accessKeyId: expect.any(String), secretAccessKey: expect.any(String) });
    expect(credential).toBe(`iam-access-key:123456789012:global:${secret?.accessKeyId}`);
    const keys = (await existing(world, [user])).filter((one) => one.credential.kind === 'iam-access-key');
    expect(keys).toEqual([
      { credential: expect.objectContaining({ id: secret?.accessKeyId, user }), live: true },
    ]);
  });

  it('issues an app client that gets client credentials and nothing else', async () => {
    const world = await makeIssueWorld(standIn());
    const { issuanceId, secret } = await world.issue({ ...world.requests.oauthClient, name: 'shop' });
    const describe = new DescribeUserPoolClientCommand({
      UserPoolId: world.pool,
      ClientId: secret?.clientId,
    });
    const { UserPoolClient } = await world.aws.admin.cognito.send(describe);
    expect(UserPoolClient).toMatchObject({
      ClientName: `shop ${issuanceId}`,
      ClientSecret: secret?.clientSecret,
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['shop/read'],
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
    });
  });

  it('keeps a secret in Secrets Manager, and tells only where', async () => {
    const world = await makeIssueWorld(standIn());
    const answer = await world.issue({ ...world.requests.apiKey, deliver: 'secrets-manager' });
    const { secretsManager } = world.aws.admin;
    const get = new GetSecretValueCommand({ SecretId: answer.secretArn });
    const { Name, SecretString = '', VersionId } = await secretsManager.send(get);
    expect(Name).toBe(`cutoff/issued/${answer.issuanceId}`);
    expect(VersionId).toBe(answer.issuanceId); // so that the same call again is the same secret
    const { apiKey } = JSON.parse(SecretString);
    expect(apiKey).toBeTruthy();
    expect(JSON.stringify(answer)).not.toContain(apiKey);
    const { Tags } = await secretsManager.send(new DescribeSecretCommand({ SecretId: answer.secretArn }));
    expect(Tags).toContainEqual({ Key: 'cutoff:owner', Value: 'ada@acme.example' });
    expect(Tags).toContainEqual({ Key: 'cutoff:issuance', Value: answer.issuanceId });
  });

  it('rotates onto the same plans, and both work until the overlap is over', async () => {
    const world = await makeIssueWorld(standIn());
    const first = await world.issue(world.requests.apiKey);
    const id = first.credential.split(':').at(-1) ?? '';
    const second = await world.issue({ rotate: { kind: 'api-gateway-key', id } });
    const [old, next] = (await existing(world)).filter(({ credential }) =>
      [first, second].some((answer) => answer.credential.endsWith(`:${credential.id}`)),
    );
    expect([old?.live, next?.live]).toEqual([true, true]);
    expect(await plansOf(world, next?.credential.id ?? '')).toEqual([world.gold]);
  });

  it.each(['apiKey', 'accessKey', 'oauthClient'] as const)(
    'finds again what came of an %s that nobody heard of',
    async (kind) => {
      const world = await makeIssueWorld(standIn());
      const user = `ada-${crypto.randomUUID().slice(0, 8)}`;
      await world.addUser(user);
      const asked = { ...world.requests[kind], ...(kind === 'accessKey' && { user }) };
      const seen = new Set((await existing(world, [user])).map(({ credential }) => credential.id));
      vi.spyOn(world.registry, 'issued').mockRejectedValueOnce(new Error('died'));
      await expect(world.issue(asked)).rejects.toThrow('died');
      const later = () => new Date(Date.now() + 11 * minute);
      expect(await world.reconcile({ now: later })).toMatchObject({ abandoned: 1 });
      const made = (await existing(world, [user])).filter(({ credential }) => !seen.has(credential.id));
      const [due] = await Array.fromAsync(world.registry.dueBy(later().toISOString()));
      expect(made.map(({ credential }) => credential)).toEqual([due?.credential]);
    },
  );
});
