import {
  DeleteServiceSpecificCredentialCommand,
  UpdateServiceSpecificCredentialCommand,
} from '@aws-sdk/client-iam';
import { IamServiceCredentialRevoker } from '../../functions/credentials/iam-service-credential.ts';
import type { IamServiceCredential } from '../../functions/domain/credential.ts';
import { describeUserPart } from './iam-user-part.ts';
import { inMemoryOnly } from './stand-ins.ts';
import { addServiceCredential } from './worlds.ts';

const named = ({ user: UserName, id: ServiceSpecificCredentialId }: IamServiceCredential) => ({
  UserName,
  ServiceSpecificCredentialId,
});

inMemoryOnly('moto has none of the calls for service-specific credentials', (standIn) => {
  describeUserPart(standIn, 'iam-service-credential', {
    Revoker: IamServiceCredentialRevoker,
    missingAction: 'iam:UpdateServiceSpecificCredential',
    add: addServiceCredential,
    deactivate: ({ admin }, credential) =>
      admin.iam.send(
        new UpdateServiceSpecificCredentialCommand({ ...named(credential), Status: 'Inactive' }),
      ),
    delete: ({ admin }, credential) =>
      admin.iam.send(new DeleteServiceSpecificCredentialCommand(named(credential))),
  });
});
