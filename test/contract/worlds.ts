import { randomUUID } from 'node:crypto';
import {
  CreateApiKeyCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
} from '@aws-sdk/client-api-gateway';
import {
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateServiceSpecificCredentialCommand,
  CreateUserCommand,
  UploadSigningCertificateCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam';
import type { Order } from '../../functions/credentials/credential-revoker.ts';
import type {
  ApiGatewayKey,
  IamAccessKey,
  IamLoginProfile,
  IamServiceCredential,
  IamSigningCertificate,
  IamSshKey,
  IamUser,
} from '../../functions/domain/credential.ts';
import { home, type StandIn } from './stand-ins.ts';

export const now = () => new Date('2026-03-01T12:00:00.000Z');

export const order: Order = {
  revocationId: 'rev-1',
  action: 'disable',
  cutoff: '2026-03-01T12:00:00.000Z',
};

export const ada = { format: 'email', email: 'ada@example.com' } as const;

/** Names are never used twice: the local endpoint is shared by all tests of a file. */
const unique = () => randomUUID().slice(0, 8);

/** A user of Ada's, under a path, so that nobody takes the name for the ARN's end. */
export const addUser = async ({ admin }: StandIn): Promise<IamUser> => {
  const id = `ada-${unique()}`;
  const Tags = [{ Key: 'owner', Value: ada.email }];
  await admin.iam.send(new CreateUserCommand({ UserName: id, Path: '/people/', Tags }));
  return { kind: 'iam-user', account: home.account, region: 'global', id };
};

export const addAccessKey = async ({ admin }: StandIn, user: IamUser): Promise<IamAccessKey> => {
  const { AccessKey } = await admin.iam.send(new CreateAccessKeyCommand({ UserName: user.id }));
  const { account, region } = user;
  return { kind: 'iam-access-key', account, region, id: AccessKey?.AccessKeyId ?? '', user: user.id };
};

export const addLoginProfile = async ({ admin }: StandIn, user: IamUser): Promise<IamLoginProfile> => {
  await admin.iam.send(new CreateLoginProfileCommand({ UserName: user.id, Password: randomUUID() }));
  return { ...user, kind: 'iam-login-profile', user: user.id };
};

export const addServiceCredential = async (
  { admin }: StandIn,
  user: IamUser,
): Promise<IamServiceCredential> => {
  const input = { UserName: user.id, ServiceName: 'bedrock.amazonaws.com' };
  const create = new CreateServiceSpecificCredentialCommand(input);
  const { ServiceSpecificCredential: made } = await admin.iam.send(create);
  const id = made?.ServiceSpecificCredentialId ?? '';
  return { ...user, kind: 'iam-service-credential', id, user: user.id };
};

export const addSshKey = async ({ admin }: StandIn, user: IamUser): Promise<IamSshKey> => {
  const input = { UserName: user.id, SSHPublicKeyBody: 'ssh-ed25519 AAAA' };
  const { SSHPublicKey } = await admin.iam.send(new UploadSSHPublicKeyCommand(input));
  return { ...user, kind: 'iam-ssh-key', id: SSHPublicKey?.SSHPublicKeyId ?? '', user: user.id };
};

/** Self-signed for the tests; its private key was never kept. The local endpoint takes real certificates only. */
const CertificateBody = `-----BEGIN CERTIFICATE-----
MIIBcjCCARmgAwIBAgIUTEVf8u2G7norICBVo6F+gSNO3MwwCgYIKoZIzj0EAwIw
DjEMMAoGA1UEAwwDYWRhMCAXDTI2MTEyNTAwMDgxMVoYDzIxMjYxMTAxMDAwODEx
WjAOMQwwCgYDVQQDDANhZGEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQYnFyS
szhfKww/7a9WmLyK3nZeWTgAOWzUTf6nOQhgpnggjNlnk4m3XMmFEqTMKR9vCqcS
x1GdFtp7GIWA1cRBo1MwUTAdBgNVHQ4EFgQUFF3RRSSwLxc91ZEPIkVoRjVM648w
HwYDVR0jBBgwFoAUFF3RRSSwLxc91ZEPIkVoRjVM648wDwYDVR0TAQH/BAUwAwEB
/zAKBggqhkjOPQQDAgNHADBEAiBuq8C+uJ4eg8y1GQQOPZXVUMfU6SAAzLAKiMlC
gqEu0gIgaT05fmZug16edYrTr+TyO7+SncgHtN5luvDkobIlAAQ=
-----END CERTIFICATE-----`;

export const addSigningCertificate = async (
  { admin }: StandIn,
  user: IamUser,
): Promise<IamSigningCertificate> => {
  const upload = new UploadSigningCertificateCommand({ UserName: user.id, CertificateBody });
  const { Certificate } = await admin.iam.send(upload);
  return { ...user, kind: 'iam-signing-certificate', id: Certificate?.CertificateId ?? '', user: user.id };
};

export const addUsagePlan = async ({ admin }: StandIn, key: ApiGatewayKey): Promise<string> => {
  const { id: usagePlanId } = await admin.apiGateway.send(new CreateUsagePlanCommand({ name: 'gold' }));
  const input = { usagePlanId, keyId: key.id, keyType: 'API_KEY' };
  await admin.apiGateway.send(new CreateUsagePlanKeyCommand(input));
  return usagePlanId ?? '';
};

export const addApiKey = async ({ admin }: StandIn): Promise<ApiGatewayKey> => {
  const input = { name: `ada-${unique()}`, enabled: true, tags: { owner: ada.email } };
  const { id } = await admin.apiGateway.send(new CreateApiKeyCommand(input));
  return { kind: 'api-gateway-key', ...home, id: id ?? '' };
};
