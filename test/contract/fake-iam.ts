import type * as iam from '@aws-sdk/client-iam';
import type { Answer } from './call-log.ts';
import { fake } from './fake.ts';
import { deleteConflict, noSuchEntity, pageOf } from './fake-iam-answers.ts';
import { credentialReport } from './fake-iam-report.ts';
import { concernsRoles, FakeIamRoles } from './fake-iam-roles.ts';
import { FakeIamUserParts, noParts, type UserParts } from './fake-iam-user-parts.ts';

interface User extends UserParts {
  readonly Arn: string;
  readonly Path: string;
  readonly Tags: iam.Tag[];
  CreateDate: Date;
  /** Kept when the password is deleted ("User", API Reference). */
  PasswordLastUsed?: Date;
  readonly inline: Map<string, string>;
  readonly attached: Set<string>;
}

/** IAM in memory, as far as the credential kinds call it. One method a command, by its name. */
export class FakeIam extends FakeIamUserParts {
  readonly users = new Map<string, User>();
  /** Instead of one that is made just now. */
  report: { csv?: string; generatedAt?: Date } = {};

  user(name: string | undefined): User {
    const user = this.users.get(name ?? '');
    if (!user) throw noSuchEntity();
    return user;
  }

  CreateUser({ UserName = '', Path = '/', Tags = [] }: iam.CreateUserCommandInput) {
    const Arn = `arn:aws:iam::123456789012:user${Path}${UserName}`;
    const empty = { inline: new Map(), attached: new Set<string>(), ...noParts() };
    this.users.set(UserName, { Arn, Path, Tags, CreateDate: new Date(), ...empty });
    return {};
  }

  DeleteUser({ UserName }: iam.DeleteUserCommandInput) {
    const parts = Object.values(this.user(UserName)).filter(
      (part) => part instanceof Map || part instanceof Set,
    );
    if (parts.some(({ size }) => size > 0)) throw deleteConflict();
    this.users.delete(UserName ?? '');
    return {};
  }

  GetUser({ UserName }: iam.GetUserCommandInput) {
    const { Arn, Path, Tags, CreateDate, PasswordLastUsed } = this.user(UserName);
    return { User: { UserName, Arn, Path, Tags, CreateDate, ...(PasswordLastUsed && { PasswordLastUsed }) } };
  }

  GetAccountAuthorizationDetails({ Marker, MaxItems = 100 }: iam.GetAccountAuthorizationDetailsCommandInput) {
    const { page, ...rest } = pageOf([...this.users], Marker, Math.min(MaxItems, this.pageSize));
    const UserDetailList = page.map(([UserName, { Arn, Path, Tags, CreateDate }]) => ({
      UserName,
      Arn,
      Path,
      Tags,
      CreateDate,
    }));
    return { UserDetailList, ...rest };
  }

  GenerateCredentialReport() {
    return { State: 'COMPLETE' };
  }

  GetCredentialReport() {
    const { csv = credentialReport(this), generatedAt } = this.report;
    return { Content: Buffer.from(csv), ReportFormat: 'text/csv', GeneratedTime: generatedAt ?? new Date() };
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
    const { page, ...rest } = pageOf([...this.user(UserName).attached], Marker, this.pageSize);
    return { AttachedPolicies: page.map((PolicyArn) => ({ PolicyArn })), ...rest };
  }

  ListUserPolicies({ UserName, Marker }: iam.ListUserPoliciesCommandInput) {
    const { page, ...rest } = pageOf([...this.user(UserName).inline.keys()], Marker, this.pageSize);
    return { PolicyNames: page, ...rest };
  }
}

/** Fewer than asked for, as IAM may ("Note that IAM might return fewer results", API Reference). */
export const fakeIam = (pageSize = 2, account = new FakeIam(pageSize)): Answer => {
  const users = fake(account);
  const roles = fake(new FakeIamRoles(pageSize));
  return (command) => (concernsRoles(command) ? roles : users)(command);
};
