import { DeleteAccessKeyCommand, paginateListAccessKeys, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import type { IamAccessKey } from '../domain/credential.ts';
import type { AwsClients } from '../shared/aws-clients.ts';
import { type IamUserPartCalls, IamUserPartRevoker } from './iam-user-part.ts';

export const accessKeyCalls: IamUserPartCalls = {
  noun: 'AccessKey',
  async *list(client, UserName) {
    for await (const { AccessKeyMetadata = [] } of paginateListAccessKeys({ client }, { UserName })) {
      yield AccessKeyMetadata.map(({ AccessKeyId: id, Status: status, CreateDate: createdAt }) => ({
        id,
        status,
        createdAt,
      }));
    }
  },
  update: (client, { user: UserName, id: AccessKeyId }, Status) =>
    client.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status })),
  delete: (client, { user: UserName, id: AccessKeyId }) =>
    client.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId })),
};

/** One access key of an IAM user. Inactive, it does not end sessions minted from it: the deny on its user does. */
export class IamAccessKeyRevoker extends IamUserPartRevoker<IamAccessKey> {
  readonly kind = 'iam-access-key';

  constructor(clients: Pick<AwsClients, 'iam'>) {
    super(accessKeyCalls, clients);
  }
}
