import { DeleteAccessKeyCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { IamAccessKeyRevoker } from '../../functions/credentials/iam-access-key.ts';
import type { IamAccessKey } from '../../functions/domain/credential.ts';
import { describeUserPart } from './iam-user-part.ts';
import { onEveryStandIn } from './stand-ins.ts';
import { addAccessKey } from './worlds.ts';

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
});
