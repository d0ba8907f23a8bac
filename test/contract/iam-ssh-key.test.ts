import { DeleteSSHPublicKeyCommand, UpdateSSHPublicKeyCommand } from '@aws-sdk/client-iam';
import { IamSshKeyRevoker } from '../../functions/credentials/iam-ssh-key.ts';
import type { IamSshKey } from '../../functions/domain/credential.ts';
import { describeUserPart } from './iam-user-part.ts';
import { onEveryStandIn } from './stand-ins.ts';
import { addSshKey } from './worlds.ts';

const named = ({ user: UserName, id: SSHPublicKeyId }: IamSshKey) => ({ UserName, SSHPublicKeyId });

onEveryStandIn((standIn) => {
  describeUserPart(standIn, 'iam-ssh-key', {
    Revoker: IamSshKeyRevoker,
    missingAction: 'iam:UpdateSSHPublicKey',
    add: addSshKey,
    deactivate: ({ admin }, key) =>
      admin.iam.send(new UpdateSSHPublicKeyCommand({ ...named(key), Status: 'Inactive' })),
    delete: ({ admin }, key) => admin.iam.send(new DeleteSSHPublicKeyCommand(named(key))),
  });
});
