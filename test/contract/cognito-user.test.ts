import {
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  DeleteUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, it } from 'vitest';
import type { Search } from '../../functions/credentials/credential-revoker.ts';
import { issuerOf } from '../../functions/domain/cognito-issuer.ts';
import { addPool, addPoolUser, issuerOfPool, userRevokerOn, verified } from './cognito-worlds.ts';
import { describeRevokerContract } from './credential-revoker.contract.ts';
import { onEveryStandIn } from './stand-ins.ts';
import { ada, addUser, order } from './worlds.ts';

onEveryStandIn((standIn) => {
  const worldWith = (isTrusted: boolean) => async () => {
    const aws = standIn();
    const pool = await addPool(aws);
    const { credential, sub } = await addPoolUser(aws, pool);
    const user = { UserPoolId: pool, Username: credential.user };
    return {
      revoker: userRevokerOn(aws, [pool], isTrusted ? [issuerOfPool(pool)] : []).revoker,
      credential,
      order,
      log: aws.log,
      finds: [
        { for: 'everyone' },
        { for: 'subject', subjects: [ada] },
        { for: 'subject', subjects: [{ format: 'iss_sub', iss: issuerOf(pool), sub }] },
        { for: 'subject', subjects: [{ format: 'opaque', id: sub }] },
      ] satisfies Search[],
      ignores: [
        { for: 'principal', principal: await addUser(aws) },
        { for: 'subject', subjects: [{ format: 'iss_sub', iss: 'https://id.example.com', sub }] },
        { for: 'subject', subjects: [{ format: 'opaque', id: 'ada' }] },
      ] satisfies Search[],
      missingAction: 'cognito-idp:AdminGetUser',
      cutByOthers: async () => {
        await aws.admin.cognito.send(new AdminDisableUserCommand(user));
      },
      deletedByOthers: async () => {
        await aws.admin.cognito.send(new AdminDeleteUserCommand(user));
      },
    };
  };

  describeRevokerContract('cognito-user of a pool that the authorizer trusts', worldWith(true));
  describeRevokerContract('cognito-user of a pool that it does not trust', worldWith(false));

  const adaIn = async (attributes?: Record<string, string>) => {
    const aws = standIn();
    const pool = await addPool(aws);
    return { aws, pool, ...(await addPoolUser(aws, pool, attributes)), ...userRevokerOn(aws, [pool]) };
  };

  it('finds each user of all pools once, with the facts that the user itself tells', async () => {
    const aws = standIn();
    const pools = [await addPool(aws), await addPool(aws)];
    const [first = '', second = ''] = pools;
    const { credential, sub } = await addPoolUser(aws, first);
    for (const name of ['grace', 'edsger']) await addPoolUser(aws, first, { name });
    await addPoolUser(aws, second);
    const { revoker, found } = userRevokerOn(aws, pools);
    const ids = [`${first}/ada`, `${first}/grace`, `${first}/edsger`, `${second}/ada`];
    expect(await found({ for: 'everyone' })).toEqual(ids);
    const subjects = [ada, { format: 'opaque', id: sub }, { format: 'opaque', id: sub }] as const;
    expect(await found({ for: 'subject', subjects })).toEqual([`${first}/ada`, `${second}/ada`]);
    const [listed] = await Array.fromAsync(revoker.discover({ for: 'everyone' }));
    expect(listed?.facts).toEqual({
      arn: '',
      name: 'ada',
      tags: {},
      createdAt: expect.stringMatching(/Z$/),
      inherentOwners: [`iss_sub:${issuerOf(first)}#${sub}`, `opaque:${sub}`, 'email:ada@example.com'],
    });
    expect(await revoker.describe(credential)).toEqual(listed?.facts);
  });

  it('does not take an address that nobody verified for an owner', async () => {
    const { revoker, credential, sub, pool } = await adaIn({ email: ada.email, email_verified: 'false' });
    const facts = await revoker.describe(credential);
    expect(facts?.inherentOwners).toEqual([`iss_sub:${issuerOf(pool)}#${sub}`, `opaque:${sub}`]);
  });

  it('does not take a pool that is missing for users that are gone', async () => {
    const { aws, revoker, credential, pool } = await adaIn();
    await aws.admin.cognito.send(new DeleteUserPoolCommand({ UserPoolId: pool }));
    const refused = { code: 'unavailable', retryable: true };
    await expect(revoker.inspect(credential, order)).rejects.toMatchObject(refused);
    await expect(revoker.remove(credential)).rejects.toMatchObject(refused);
    await expect(Array.fromAsync(revoker.discover({ for: 'everyone' }))).rejects.toMatchObject(refused);
  });

  it('restores what it disabled only', async () => {
    const { aws, revoker, credential } = await adaIn();
    await aws.admin.cognito.send(
      new AdminDisableUserCommand({ UserPoolId: credential.pool, Username: 'ada' }),
    );
    const { original } = await revoker.inspect(credential, order);
    await revoker.revoke(credential, order);
    await revoker.restore(credential, original);
    expect((await revoker.inspect(credential, order)).original).toMatchObject({ enabled: false });
  });

  it('cuts one user and no other', async () => {
    const { aws, revoker, credential, pool } = await adaIn();
    const { credential: other } = await addPoolUser(aws, pool, { ...verified, name: 'grace' });
    await revoker.revoke(credential, order);
    expect((await revoker.inspect(other, order)).state).toBe('live');
    await revoker.remove(credential);
    expect((await revoker.inspect(other, order)).state).toBe('live');
  });
});
