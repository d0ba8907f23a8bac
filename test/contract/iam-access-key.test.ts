import { DeleteAccessKeyCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { expect, it } from 'vitest';
import { IamAccessKeyRevoker } from '../../functions/credentials/iam-access-key.ts';
import type { IamAccessKey } from '../../functions/domain/credential.ts';
import { describeUserPart } from './iam-user-part.ts';
import { onEveryStandIn } from './stand-ins.ts';
import { addAccessKey, addUser } from './worlds.ts';

const named = ({ user: UserName, id: AccessKeyId }: IamAccessKey) => ({ UserName, AccessKeyId });

onEveryStandIn((standIn) => {
  describeUserPart(standIn, 'iam-access-key', {
    Revoker: IamAccessKeyRevoker,
    missingAction: 'iam:UpdateAccessKey',
    add: addAccessKey,
    deactivate: ({ admin }, key) =>
      admin.iam.send(new UpdateAccessKeyCommand({ ...named(key), Status: 'Inactive' })),
    delete: ({ admin }, key) => admin.iam.send(new DeleteAccessKeyCommand(named(key))),
  });

  it('tells when each was made', async () => {
    const aws = standIn();
    const user = await addUser(aws);
    await addAccessKey(aws, user);
    const revoker = new IamAccessKeyRevoker(aws.clients);
    const [found] = await Array.fromAsync(revoker.discover({ for: 'principal', principal: user }));
    expect(found?.facts.createdAt).toMatch(/^20.*Z$/);
  });
});
