import {
  DeleteSSHPublicKeyCommand,
  paginateListSSHPublicKeys,
  UpdateSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import type { IamSshKey } from '../domain/credential.ts';
import type { AwsClients } from '../shared/aws-clients.ts';
import { type IamUserPartCalls, IamUserPartRevoker } from './iam-user-part.ts';

export const sshKeyCalls: IamUserPartCalls = {
  noun: 'SSHPublicKey',
  async *list(client, UserName) {
    for await (const { SSHPublicKeys = [] } of paginateListSSHPublicKeys({ client }, { UserName })) {
      yield SSHPublicKeys.map(({ SSHPublicKeyId: id, Status: status }) => ({ id, status }));
    }
  },
  update: (client, { user: UserName, id: SSHPublicKeyId }, Status) =>
    client.send(new UpdateSSHPublicKeyCommand({ UserName, SSHPublicKeyId, Status })),
  delete: (client, { user: UserName, id: SSHPublicKeyId }) =>
    client.send(new DeleteSSHPublicKeyCommand({ UserName, SSHPublicKeyId })),
};

/**
 * One SSH public key of an IAM user, for CodeCommit. Inactive, it cannot be used for authentication
 * ("UpdateSSHPublicKey", IAM API Reference).
 */
export class IamSshKeyRevoker extends IamUserPartRevoker<IamSshKey> {
  readonly kind = 'iam-ssh-key';

  constructor(clients: Pick<AwsClients, 'iam'>) {
    super(sshKeyCalls, clients);
  }
}
