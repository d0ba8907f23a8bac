import * as iam from '@aws-sdk/client-iam';
import type { Answer } from './call-log.ts';

interface User {
  readonly Arn: string;
  readonly Tags: iam.Tag[];
  readonly CreateDate: Date;
  readonly inline: Map<string, string>;
  readonly attached: Set<string>;
  readonly keys: Map<string, iam.StatusType>;
}

const noSuchEntity = () =>
  new iam.NoSuchEntityException({ message: 'no such entity', $metadata: { httpStatusCode: 404 } });

const pageOf = <T>(all: readonly T[], marker: string | undefined, pageSize: number) => {
  const start = Number(marker ?? 0);
  const end = start + pageSize;
  const more = end < all.length;
  return { page: all.slice(start, end), IsTruncated: more, ...(more && { Marker: String(end) }) };
};

/** IAM in memory, as far as the credential kinds call it. One method a command, by its name. */
class FakeIam {
  readonly #pageSize: number;
  readonly users = new Map<string, User>();
  #made = 0;

  constructor(pageSize: number) {
    this.#pageSize = pageSize;
  }

  user(name: string | undefined): User {
    const user = this.users.get(name ?? '');
    if (!user) throw noSuchEntity();
    return user;
  }

  CreateUser({ UserName = '', Path = '/', Tags = [] }: iam.CreateUserCommandInput) {
    const Arn = `arn:aws:iam::123456789012:user${Path}${UserName}`;
    const empty = { inline: new Map(), attached: new Set<string>(), keys: new Map() };
    this.users.set(UserName, { Arn, Tags, CreateDate: new Date(), ...empty });
    return {};
  }

  DeleteUser({ UserName }: iam.DeleteUserCommandInput) {
    this.user(UserName);
    this.users.delete(UserName ?? '');
    return {};
  }

  GetUser({ UserName }: iam.GetUserCommandInput) {
    const { Arn, Tags, CreateDate } = this.user(UserName);
    return { User: { UserName, Arn, Tags, CreateDate } };
  }

  GetAccountAuthorizationDetails({ Marker }: iam.GetAccountAuthorizationDetailsCommandInput) {
    const { page, ...rest } = pageOf([...this.users], Marker, this.#pageSize);
    const UserDetailList = page.map(([UserName, { Arn, Tags, CreateDate }]) => ({
      UserName,
      Arn,
      Tags,
      CreateDate,
    }));
    return { UserDetailList, ...rest };
  }

  PutUserPolicy({ UserName, PolicyName = '', PolicyDocument = '' }: iam.PutUserPolicyCommandInput) {
    this.user(UserName).inline.set(PolicyName, PolicyDocument);
    return {};
  }

  GetUserPolicy({ UserName, PolicyName }: iam.GetUserPolicyCommandInput) {
    const document = this.user(UserName).inline.get(PolicyName ?? '');
    if (document === undefined) throw noSuchEntity();
    return { UserName, PolicyName, PolicyDocument: encodeURIComponent(document) };
  }

  DeleteUserPolicy({ UserName, PolicyName }: iam.DeleteUserPolicyCommandInput) {
    if (!this.user(UserName).inline.delete(PolicyName ?? '')) throw noSuchEntity();
    return {};
  }

  AttachUserPolicy({ UserName, PolicyArn = '' }: iam.AttachUserPolicyCommandInput) {
    this.user(UserName).attached.add(PolicyArn);
    return {};
  }

  DetachUserPolicy({ UserName, PolicyArn }: iam.DetachUserPolicyCommandInput) {
    if (!this.user(UserName).attached.delete(PolicyArn ?? '')) throw noSuchEntity();
    return {};
  }

  ListAttachedUserPolicies({ UserName, Marker }: iam.ListAttachedUserPoliciesCommandInput) {
    const { page, ...rest } = pageOf([...this.user(UserName).attached], Marker, this.#pageSize);
    return { AttachedPolicies: page.map((PolicyArn) => ({ PolicyArn })), ...rest };
  }

  CreateAccessKey({ UserName }: iam.CreateAccessKeyCommandInput) {
    this.#made += 1;
    const AccessKeyId = `AKIAEXAMPLE${String(this.#made).padStart(9, '0')}`;
    this.user(UserName).keys.set(AccessKeyId, 'Active');
    return { AccessKey: { UserName, AccessKeyId, Status: 'Active' } };
  }

  UpdateAccessKey({ UserName, AccessKeyId = '', Status = 'Active' }: iam.UpdateAccessKeyCommandInput) {
    const { keys } = this.user(UserName);
    if (!keys.has(AccessKeyId)) throw noSuchEntity();
    keys.set(AccessKeyId, Status);
    return {};
  }

  DeleteAccessKey({ UserName, AccessKeyId }: iam.DeleteAccessKeyCommandInput) {
    if (!this.user(UserName).keys.delete(AccessKeyId ?? '')) throw noSuchEntity();
    return {};
  }

  ListAccessKeys({ UserName, Marker }: iam.ListAccessKeysCommandInput) {
    const { page, ...rest } = pageOf([...this.user(UserName).keys], Marker, this.#pageSize);
    const keys = page.map(([AccessKeyId, Status]) => ({ UserName, AccessKeyId, Status }));
    return { AccessKeyMetadata: keys, ...rest };
  }
}

/** Fewer than asked for, as IAM may ("Note that IAM might return fewer results", API Reference). */
export const fakeIam = (pageSize = 2): Answer => {
  const fake = new FakeIam(pageSize);
  return (command) => {
    const name = command.constructor.name.replace(/Command$/, '');
    const method = Reflect.get(fake, name) as (input: unknown) => object;
    return method.call(fake, (command as { input: unknown }).input);
  };
};
