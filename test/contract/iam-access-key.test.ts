import { DeleteAccessKeyCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { expect, it } from 'vitest';
import type { CredentialRevoker } from '../../functions/credentials/credential-revoker.ts';
import { IamAccessKeyRevoker } from '../../functions/credentials/iam-access-key.ts';
import type { IamAccessKey } from '../../functions/domain/credential.ts';
import { describeRevokerContract } from './credential-revoker.contract.ts';
import { home, onEveryStandIn } from './stand-ins.ts';
import { ada, addAccessKey, addApiKey, addUser, order } from './worlds.ts';

onEveryStandIn((standIn) => {
  describeRevokerContract('iam-access-key', async () => {
    const aws = standIn();
    const user = await addUser(aws);
    const credential = await addAccessKey(aws, user);
    const key = { UserName: user.id, AccessKeyId: credential.id };
    return {
      revoker: new IamAccessKeyRevoker(aws.clients),
      credential,
      order,
      log: aws.log,
      finds: [{ for: 'principal', principal: user }],
      ignores: [
        { for: 'everyone' },
        { for: 'subject', subjects: [ada] },
        { for: 'principal', principal: await addApiKey(aws) },
      ],
      missingAction: 'iam:UpdateAccessKey',
      cutByOthers: async () => {
        await aws.admin.iam.send(new UpdateAccessKeyCommand({ ...key, Status: 'Inactive' }));
      },
      deletedByOthers: async () => {
        await aws.admin.iam.send(new DeleteAccessKeyCommand(key));
      },
    };
  });

  it('finds every key of the user, and touches one only', async () => {
    const aws = standIn();
    const user = await addUser(aws);
    const [first, second] = [await addAccessKey(aws, user), await addAccessKey(aws, user)];
    const revoker: CredentialRevoker<IamAccessKey> = new IamAccessKeyRevoker(aws.clients);
    await revoker.revoke(first, order);
    expect(await Array.fromAsync(revoker.discover({ for: 'principal', principal: user }))).toEqual(
      [first, second].map((credential) => ({
        credential,
        facts: { arn: '', name: credential.id, tags: {} },
      })),
    );
    expect((await revoker.inspect(first, order)).state).toBe('dead');
    expect((await revoker.inspect(second, order)).state).toBe('live');
  });

  it('finds nothing under a user that is gone', async () => {
    const aws = standIn();
    const gone = { kind: 'iam-user', account: home.account, region: 'global', id: 'nobody' } as const;
    const revoker = new IamAccessKeyRevoker(aws.clients);
    expect(await Array.fromAsync(revoker.discover({ for: 'principal', principal: gone }))).toEqual([]);
  });
});
