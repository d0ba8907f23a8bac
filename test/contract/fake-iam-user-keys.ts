import type * as iam from '@aws-sdk/client-iam';
import { limitExceeded, noSuchEntity, pageOf, remove, update } from './fake-iam-answers.ts';

/** What hangs off a user and has a status. */
export interface UserKeys {
  readonly keys: Map<string, iam.StatusType>;
  readonly serviceCredentials: Map<string, iam.StatusType>;
  readonly sshKeys: Map<string, iam.StatusType>;
  readonly certificates: Map<string, iam.StatusType>;
}

/** IAM in memory: what of a user has a status. */
export abstract class FakeIamUserKeys {
  protected readonly pageSize: number;
  /** By id. */
  readonly madeAt = new Map<string, Date>();
  /** By id: what was used at all. */
  readonly usedAt = new Map<string, Date>();
  #made = 0;

  constructor(pageSize: number) {
    this.pageSize = pageSize;
  }

  abstract user(name: string | undefined): UserKeys;

  #add(all: Map<string, iam.StatusType>, prefix: string): string {
    this.#made += 1;
    const id = `${prefix}EXAMPLE${String(this.#made).padStart(9, '0')}`;
    all.set(id, 'Active');
    this.madeAt.set(id, new Date());
    return id;
  }

  CreateAccessKey({ UserName }: iam.CreateAccessKeyCommandInput) {
    const { keys } = this.user(UserName);
    if (keys.size >= 2) throw limitExceeded();
    const AccessKeyId = this.#add(keys, 'AKIA');
    return { AccessKey: { UserName, AccessKeyId, Status: 'Active', SecretAccessKey: 'secret' } };
  }

  UpdateAccessKey({ UserName, AccessKeyId, Status }: iam.UpdateAccessKeyCommandInput) {
    return update(this.user(UserName).keys, AccessKeyId, Status);
  }

  DeleteAccessKey({ UserName, AccessKeyId }: iam.DeleteAccessKeyCommandInput) {
    return remove(this.user(UserName).keys, AccessKeyId);
  }

  ListAccessKeys({ UserName, Marker }: iam.ListAccessKeysCommandInput) {
    const { page, ...rest } = pageOf([...this.user(UserName).keys], Marker, this.pageSize);
    return {
      AccessKeyMetadata: page.map(([AccessKeyId, Status]) => ({
        UserName,
        AccessKeyId,
        Status,
        CreateDate: this.madeAt.get(AccessKeyId),
      })),
      ...rest,
    };
  }

  /** Who never used the key is told the same as who used it before IAM kept track ("AccessKeyLastUsed", API Reference). */
  GetAccessKeyLastUsed({ AccessKeyId = '' }: iam.GetAccessKeyLastUsedCommandInput) {
    if (!this.madeAt.has(AccessKeyId)) throw noSuchEntity();
    const LastUsedDate = this.usedAt.get(AccessKeyId);
    const place = LastUsedDate
      ? { ServiceName: 's3', Region: 'eu-west-1' }
      : { ServiceName: 'N/A', Region: 'N/A' };
    return { AccessKeyLastUsed: { ...(LastUsedDate && { LastUsedDate }), ...place } };
  }

  CreateServiceSpecificCredential({ UserName }: iam.CreateServiceSpecificCredentialCommandInput) {
    const ServiceSpecificCredentialId = this.#add(this.user(UserName).serviceCredentials, 'ACCA');
    return {
      ServiceSpecificCredential: { UserName, ServiceSpecificCredentialId, ServicePassword: 'secret' },
    };
  }

  UpdateServiceSpecificCredential(input: iam.UpdateServiceSpecificCredentialCommandInput) {
    const { serviceCredentials } = this.user(input.UserName);
    return update(serviceCredentials, input.ServiceSpecificCredentialId, input.Status);
  }

  DeleteServiceSpecificCredential(input: iam.DeleteServiceSpecificCredentialCommandInput) {
    return remove(this.user(input.UserName).serviceCredentials, input.ServiceSpecificCredentialId);
  }

  ListServiceSpecificCredentials({ UserName, Marker }: iam.ListServiceSpecificCredentialsCommandInput) {
    const { page, ...rest } = pageOf([...this.user(UserName).serviceCredentials], Marker, this.pageSize);
    const credentials = page.map(([ServiceSpecificCredentialId, Status]) => ({
      UserName,
      ServiceSpecificCredentialId,
      Status,
    }));
    return { ServiceSpecificCredentials: credentials, ...rest };
  }

  UploadSSHPublicKey({ UserName }: iam.UploadSSHPublicKeyCommandInput) {
    const SSHPublicKeyId = this.#add(this.user(UserName).sshKeys, 'APKA');
    return { SSHPublicKey: { UserName, SSHPublicKeyId, Status: 'Active' } };
  }

  UpdateSSHPublicKey({ UserName, SSHPublicKeyId, Status }: iam.UpdateSSHPublicKeyCommandInput) {
    return update(this.user(UserName).sshKeys, SSHPublicKeyId, Status);
  }

  DeleteSSHPublicKey({ UserName, SSHPublicKeyId }: iam.DeleteSSHPublicKeyCommandInput) {
    return remove(this.user(UserName).sshKeys, SSHPublicKeyId);
  }

  ListSSHPublicKeys({ UserName, Marker }: iam.ListSSHPublicKeysCommandInput) {
    const { page, ...rest } = pageOf([...this.user(UserName).sshKeys], Marker, this.pageSize);
    return {
      SSHPublicKeys: page.map(([SSHPublicKeyId, Status]) => ({ UserName, SSHPublicKeyId, Status })),
      ...rest,
    };
  }

  UploadSigningCertificate({ UserName }: iam.UploadSigningCertificateCommandInput) {
    const CertificateId = this.#add(this.user(UserName).certificates, 'TA7S');
    return { Certificate: { UserName, CertificateId, Status: 'Active' } };
  }

  UpdateSigningCertificate({ UserName, CertificateId, Status }: iam.UpdateSigningCertificateCommandInput) {
    return update(this.user(UserName).certificates, CertificateId, Status);
  }

  DeleteSigningCertificate({ UserName, CertificateId }: iam.DeleteSigningCertificateCommandInput) {
    return remove(this.user(UserName).certificates, CertificateId);
  }

  ListSigningCertificates({ UserName, Marker }: iam.ListSigningCertificatesCommandInput) {
    const { page, ...rest } = pageOf([...this.user(UserName).certificates], Marker, this.pageSize);
    return {
      Certificates: page.map(([CertificateId, Status]) => ({ UserName, CertificateId, Status })),
      ...rest,
    };
  }
}
