import { DeleteSigningCertificateCommand, UpdateSigningCertificateCommand } from '@aws-sdk/client-iam';
import { IamSigningCertificateRevoker } from '../../functions/credentials/iam-signing-certificate.ts';
import type { IamSigningCertificate } from '../../functions/domain/credential.ts';
import { describeUserPart } from './iam-user-part.ts';
import { onEveryStandIn } from './stand-ins.ts';
import { addSigningCertificate } from './worlds.ts';

const named = ({ user: UserName, id: CertificateId }: IamSigningCertificate) => ({ UserName, CertificateId });

onEveryStandIn((standIn) => {
  describeUserPart(standIn, 'iam-signing-certificate', {
    Revoker: IamSigningCertificateRevoker,
    missingAction: 'iam:UpdateSigningCertificate',
    add: addSigningCertificate,
    deactivate: ({ admin }, certificate) =>
      admin.iam.send(new UpdateSigningCertificateCommand({ ...named(certificate), Status: 'Inactive' })),
    delete: ({ admin }, certificate) =>
      admin.iam.send(new DeleteSigningCertificateCommand(named(certificate))),
  });
});
