import * as iam from '@aws-sdk/client-iam';
import { deleteConflict, noSuchEntity, pageOf, remove } from './fake-iam-answers.ts';

interface Role {
  readonly RoleId: string;
  readonly Arn: string;
  readonly Path: string;
  readonly Tags: iam.Tag[];
  readonly trust: string;
  readonly inline: Map<string, string>;
}

const quota = 10_240;

const limitExceeded = () =>
  new iam.LimitExceededException({
    message: `Maximum policy size of ${quota} bytes exceeded`,
    $metadata: { httpStatusCode: 409 },
  });

const unmodifiable = () =>
  new iam.UnmodifiableEntityException({ message: 'protected role', $metadata: { httpStatusCode: 400 } });

/** "IAM and AWS STS quotas": IAM does not count white space. */
const sizeOf = (inline: ReadonlyMap<string, string>): number =>
  [...inline.values()].join('').replaceAll(/\s/g, '').length;

/** Which commands are about roles. One lists users and roles, and says which by its filter. */
export const concernsRoles = (command: object): boolean =>
  command instanceof iam.GetAccountAuthorizationDetailsCommand
    ? command.input.Filter?.includes('Role') === true
    : command.constructor.name.includes('Role');

/** Roles of IAM in memory, with their inline policies. */
export class FakeIamRoles {
  readonly #pageSize: number;
  readonly #roles = new Map<string, Role>();

  constructor(pageSize: number) {
    this.#pageSize = pageSize;
  }

  role(name: string | undefined): Role {
    const role = this.#roles.get(name ?? '');
    if (!role) throw noSuchEntity();
    return role;
  }

  CreateRole({ RoleName = '', Path = '/', ...input }: iam.CreateRoleCommandInput) {
    const { AssumeRolePolicyDocument: trust = '', Tags = [] } = input;
    const RoleId = `AROAEXAMPLE${String(this.#roles.size).padStart(10, '0')}`;
    const Arn = `arn:aws:iam::123456789012:role${Path}${RoleName}`;
    this.#roles.set(RoleName, { RoleId, Arn, Path, Tags, trust, inline: new Map() });
    return { Role: { RoleName, RoleId, Arn, Path } };
  }

  GetRole({ RoleName }: iam.GetRoleCommandInput) {
    const { trust, inline: _, ...role } = this.role(RoleName);
    return { Role: { RoleName, ...role, AssumeRolePolicyDocument: encodeURIComponent(trust) } };
  }

  DeleteRole({ RoleName = '' }: iam.DeleteRoleCommandInput) {
    if (this.role(RoleName).inline.size > 0) throw deleteConflict();
    this.#roles.delete(RoleName);
    return {};
  }

  PutRolePolicy({ RoleName, PolicyName = '', PolicyDocument = '' }: iam.PutRolePolicyCommandInput) {
    const { Path, inline } = this.role(RoleName);
    if (/^\/aws-(reserved|service-role)\//.test(Path)) throw unmodifiable();
    const next = new Map(inline).set(PolicyName, PolicyDocument);
    if (sizeOf(next) > quota) throw limitExceeded();
    inline.set(PolicyName, PolicyDocument);
    return {};
  }

  GetRolePolicy({ RoleName, PolicyName }: iam.GetRolePolicyCommandInput) {
    const document = this.role(RoleName).inline.get(PolicyName ?? '');
    if (document === undefined) throw noSuchEntity();
    return { RoleName, PolicyName, PolicyDocument: encodeURIComponent(document) };
  }

  DeleteRolePolicy({ RoleName, PolicyName }: iam.DeleteRolePolicyCommandInput) {
    return remove(this.role(RoleName).inline, PolicyName);
  }

  ListRolePolicies({ RoleName, Marker }: iam.ListRolePoliciesCommandInput) {
    const { page, ...rest } = pageOf([...this.role(RoleName).inline.keys()], Marker, this.#pageSize);
    return { PolicyNames: page, ...rest };
  }

  GetAccountAuthorizationDetails({ Marker }: iam.GetAccountAuthorizationDetailsCommandInput) {
    const { page, ...rest } = pageOf([...this.#roles], Marker, this.#pageSize);
    const RoleDetailList = page.map(([RoleName, { inline, trust: _, ...role }]) => ({
      RoleName,
      ...role,
      RolePolicyList: [...inline].map(([PolicyName, document]) => ({
        PolicyName,
        PolicyDocument: encodeURIComponent(document),
      })),
    }));
    return { RoleDetailList, ...rest };
  }
}
