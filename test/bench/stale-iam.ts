import type * as iam from '@aws-sdk/client-iam';
import type { Answer } from '../contract/call-log.ts';
import { fake } from '../contract/fake.ts';
import { type KeyNumber, pageFrom, type StaleAccount } from './stale-account.ts';

const both: readonly KeyNumber[] = [1, 2];

/** "Generate credential reports for your AWS account", IAM User Guide. */
const columnsOfUser =
  'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active';
const columnsOfKey = ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'];
const columns = [
  columnsOfUser,
  ...both.flatMap((key) => columnsOfKey.map((column) => `access_key_${key}_${column}`)),
  ...both.flatMap((key) => [`cert_${key}_active`, `cert_${key}_last_rotated`]),
].join(',');

/** Hours since the report was made. */
const age = 3;

const markers = (next: string | undefined) => ({
  IsTruncated: next !== undefined,
  ...(next !== undefined && { Marker: next }),
});

/** IAM, as far as sweeps and loops call it: output shapes of the SDK, pages of a thousand unless fewer are asked for. */
class StaleIam {
  readonly #account: StaleAccount;
  readonly #now: Date;

  constructor(account: StaleAccount, now: Date) {
    this.#account = account;
    this.#now = now;
  }

  #user(user: number) {
    return {
      Path: '/',
      UserName: this.#account.nameOf(user),
      UserId: this.#account.nameOf(user),
      Arn: this.#account.arnOf(user),
      CreateDate: this.#account.created,
    };
  }

  #tags(user: number): iam.Tag[] {
    return [{ Key: 'cutoff:owner', Value: this.#account.ownerOf(user) }];
  }

  ListUsers({ Marker, MaxItems = 100 }: iam.ListUsersCommandInput) {
    const { numbers, next } = pageFrom(Marker, this.#account.users, MaxItems);
    return { Users: numbers.map((user) => this.#user(user)), ...markers(next) };
  }

  ListUserTags({ UserName = '' }: iam.ListUserTagsCommandInput) {
    return { Tags: this.#tags(this.#account.userIn(UserName)), IsTruncated: false };
  }

  ListAccessKeys({ UserName = '' }: iam.ListAccessKeysCommandInput) {
    const user = this.#account.userIn(UserName);
    const AccessKeyMetadata = both.map((key) => ({
      UserName,
      AccessKeyId: this.#account.accessKeyOf(user, key),
      Status: 'Active',
      CreateDate: this.#account.rotated,
    }));
    return { AccessKeyMetadata, IsTruncated: false };
  }

  GetAccessKeyLastUsed({ AccessKeyId = '' }: iam.GetAccessKeyLastUsedCommandInput) {
    const LastUsedDate = this.#account.lastUseOfAccessKey(AccessKeyId);
    return { AccessKeyLastUsed: { LastUsedDate, ServiceName: 's3', Region: 'eu-west-1' } };
  }

  GetUser({ UserName = '' }: iam.GetUserCommandInput) {
    const user = this.#account.userIn(UserName);
    return { User: { ...this.#user(user), Tags: this.#tags(user) } };
  }

  GetAccountAuthorizationDetails({ Marker, MaxItems = 100 }: iam.GetAccountAuthorizationDetailsCommandInput) {
    const { numbers, next } = pageFrom(Marker, this.#account.users, MaxItems);
    const UserDetailList = numbers.map((user) => ({ ...this.#user(user), Tags: this.#tags(user) }));
    return { UserDetailList, ...markers(next) };
  }

  GenerateCredentialReport() {
    return { State: 'COMPLETE' };
  }

  GetCredentialReport() {
    const rows = Array.from({ length: this.#account.users }, (_, user) => this.#row(user));
    const Content = Buffer.from([columns, this.#rootRow(), ...rows].join('\n'));
    const GeneratedTime = new Date(this.#now.getTime() - age * 3_600_000);
    return { Content, ReportFormat: 'text/csv', GeneratedTime };
  }

  #row(user: number): string {
    const { created, rotated } = this.#account;
    const keys = both.map((key) => {
      const used = this.#account.lastUseOf(user, key).toISOString();
      return `true,${rotated.toISOString()},${used},eu-west-1,s3`;
    });
    const name = `${this.#account.nameOf(user)},${this.#account.arnOf(user)}`;
    return `${name},${created.toISOString()},false,N/A,N/A,N/A,false,${keys.join(',')},false,N/A,false,N/A`;
  }

  #rootRow(): string {
    const { account, created } = this.#account;
    const key = 'false,N/A,N/A,N/A,N/A';
    const name = `<root_account>,arn:aws:iam::${account}:root,${created.toISOString()}`;
    const password = 'not_supported,no_information,not_supported,not_supported,true';
    return `${name},${password},${key},${key},false,N/A,false,N/A`;
  }
}

export const staleIam = (account: StaleAccount, now: Date): Answer => fake(new StaleIam(account, now));
