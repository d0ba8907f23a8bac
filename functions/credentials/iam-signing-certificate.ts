import {
  DeleteSigningCertificateCommand,
  paginateListSigningCertificates,
  UpdateSigningCertificateCommand,
} from '@aws-sdk/client-iam';
import type { IamSigningCertificate } from '../domain/credential.ts';
import type { AwsClients } from '../shared/aws-clients.ts';
import { type IamUserPartCalls, IamUserPartRevoker } from './iam-user-part.ts';

export const signingCertificateCalls: IamUserPartCalls = {
  noun: 'SigningCertificate',
  async *list(client, UserName) {
    for await (const page of paginateListSigningCertificates({ client }, { UserName })) {
      const certificates = page.Certificates ?? [];
      yield certificates.map(({ CertificateId: id, Status: status }) => ({ id, status }));
    }
  },
  update: (client, { user: UserName, id: CertificateId }, Status) =>
    client.send(new UpdateSigningCertificateCommand({ UserName, CertificateId, Status })),
  delete: (client, { user: UserName, id: CertificateId }) =>
    client.send(new DeleteSigningCertificateCommand({ UserName, CertificateId })),
};

/**
 * One X.509 certificate of an IAM user, by which some services validate requests ("UploadSigningCertificate", IAM API
 * Reference).
 */
export class IamSigningCertificateRevoker extends IamUserPartRevoker<IamSigningCertificate> {
  readonly kind = 'iam-signing-certificate';

  constructor(clients: Pick<AwsClients, 'iam'>) {
    super(signingCertificateCalls, clients);
  }
}
