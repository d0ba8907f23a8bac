import {
  DeleteServiceSpecificCredentialCommand,
  ListServiceSpecificCredentialsCommand,
  UpdateServiceSpecificCredentialCommand,
} from '@aws-sdk/client-iam';
import type { IamServiceCredential } from '../domain/credential.ts';
import type { AwsClients } from '../shared/aws-clients.ts';
import { type IamUserPartCalls, IamUserPartRevoker } from './iam-user-part.ts';

export const serviceCredentialCalls: IamUserPartCalls = {
  noun: 'ServiceSpecificCredential',
  /** In pages ("ListServiceSpecificCredentials", IAM API Reference), though the SDK has no paginator for them. */
  async *list(client, UserName) {
    let Marker: string | undefined;
    do {
      const list = new ListServiceSpecificCredentialsCommand({ UserName, Marker });
      const page = await client.send(list);
      const credentials = page.ServiceSpecificCredentials ?? [];
      yield credentials.map(({ ServiceSpecificCredentialId: id, Status: status }) => ({ id, status }));
      Marker = page.IsTruncated ? page.Marker : undefined;
    } while (Marker);
  },
  update: (client, { user: UserName, id: ServiceSpecificCredentialId }, Status) =>
    client.send(
      new UpdateServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId, Status }),
    ),
  delete: (client, { user: UserName, id: ServiceSpecificCredentialId }) =>
    client.send(new DeleteServiceSpecificCredentialCommand({ UserName, ServiceSpecificCredentialId })),
};

/**
 * One key or password of an IAM user for one service: Bedrock, CodeCommit, Keyspaces. Inactive, it cannot be used for
 * authentication to the service ("UpdateServiceSpecificCredential", IAM API Reference).
 */
export class IamServiceCredentialRevoker extends IamUserPartRevoker<IamServiceCredential> {
  readonly kind = 'iam-service-credential';

  constructor(clients: Pick<AwsClients, 'iam'>) {
    super(serviceCredentialCalls, clients);
  }
}
