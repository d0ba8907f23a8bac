import * as cognito from '@aws-sdk/client-cognito-identity-provider';

interface User {
  readonly username: string;
  readonly created: Date;
  readonly attributes: Map<string, string>;
  enabled: boolean;
}

interface Pool {
  readonly users: Map<string, User>;
  readonly clients: Map<string, cognito.UserPoolClientType>;
}

const $metadata = { httpStatusCode: 400 };
const noUser = () => new cognito.UserNotFoundException({ message: 'User does not exist.', $metadata });
export const noResource = () =>
  new cognito.ResourceNotFoundException({ message: 'does not exist', $metadata });
export const invalid = (message: string) => new cognito.InvalidParameterException({ message, $metadata });

export const pageOf = <T>(all: readonly T[], token: string | undefined, pageSize: number) => {
  const start = Number(token ?? 0);
  const end = start + pageSize;
  return { page: all.slice(start, end), token: end < all.length ? String(end) : undefined };
};

const attributesOf = ({ attributes }: User) => [...attributes].map(([Name, Value]) => ({ Name, Value }));

/** `attribute = "value"`, with quotation marks escaped. Without case, as the code assumes. */
const matcherOf = (filter: string): ((user: User) => boolean) => {
  const [, name = '', value = ''] = filter.match(/^(email|sub) = "((?:[^"\\]|\\.)*)"$/) ?? [];
  if (!name) throw invalid('Error while parsing filter');
  const wanted = value.replace(/\\(.)/g, '$1').toLowerCase();
  return ({ attributes }) => attributes.get(name)?.toLowerCase() === wanted;
};

/** Cognito user pools and their users in memory, as far as the credential kind calls them. */
export class FakeUserPools {
  readonly pageSize: number;
  readonly pools = new Map<string, Pool>();
  made = 0;

  constructor(pageSize: number) {
    this.pageSize = pageSize;
  }

  pool(id: string | undefined): Pool {
    const pool = this.pools.get(id ?? '');
    if (!pool) throw noResource();
    return pool;
  }

  /** "The value of this parameter is typically your user's username, but it can be any of their alias attributes." */
  user({
    UserPoolId,
    Username = '',
  }: {
    UserPoolId?: string | undefined;
    Username?: string | undefined;
  }): User {
    const { users } = this.pool(UserPoolId);
    const byAlias = [...users.values()].find(
      ({ attributes }) => attributes.get('preferred_username') === Username,
    );
    const user = users.get(Username) ?? byAlias;
    if (!user) throw noUser();
    return user;
  }

  CreateUserPool() {
    this.made += 1;
    const Id = `eu-west-1_pool${this.made}`;
    this.pools.set(Id, { users: new Map(), clients: new Map() });
    return { UserPool: { Id } };
  }

  DeleteUserPool({ UserPoolId = '' }: cognito.DeleteUserPoolCommandInput) {
    this.pool(UserPoolId);
    this.pools.delete(UserPoolId);
    return {};
  }

  AdminCreateUser({ UserPoolId, Username = '', UserAttributes = [] }: cognito.AdminCreateUserCommandInput) {
    const attributes = new Map(UserAttributes.map(({ Name = '', Value = '' }) => [Name, Value]));
    attributes.set('sub', crypto.randomUUID());
    const user = { username: Username, created: new Date(), attributes, enabled: true };
    this.pool(UserPoolId).users.set(Username, user);
    return { User: { Username, Attributes: attributesOf(user), Enabled: true } };
  }

  AdminUpdateUserAttributes(input: cognito.AdminUpdateUserAttributesCommandInput) {
    const user = this.user(input);
    for (const { Name = '', Value = '' } of input.UserAttributes ?? []) user.attributes.set(Name, Value);
    return {};
  }

  AdminGetUser(input: cognito.AdminGetUserCommandInput) {
    const user = this.user(input);
    const { username: Username, created: UserCreateDate, enabled: Enabled } = user;
    return { Username, UserCreateDate, Enabled, UserAttributes: attributesOf(user) };
  }

  ListUsers({ UserPoolId, Filter, PaginationToken, Limit = 60 }: cognito.ListUsersCommandInput) {
    const all = [...this.pool(UserPoolId).users.values()].filter(Filter ? matcherOf(Filter) : () => true);
    const { page, token } = pageOf(all, PaginationToken, Math.min(Limit, this.pageSize));
    const Users = page.map((user) => ({
      Username: user.username,
      Attributes: attributesOf(user),
      Enabled: user.enabled,
      UserCreateDate: user.created,
    }));
    return { Users, ...(token && { PaginationToken: token }) };
  }

  AdminDisableUser(input: cognito.AdminDisableUserCommandInput) {
    this.user(input).enabled = false;
    return {};
  }

  AdminEnableUser(input: cognito.AdminEnableUserCommandInput) {
    this.user(input).enabled = true;
    return {};
  }

  AdminUserGlobalSignOut(input: cognito.AdminUserGlobalSignOutCommandInput) {
    this.user(input);
    return {};
  }

  AdminDeleteUser(input: cognito.AdminDeleteUserCommandInput) {
    this.pool(input.UserPoolId).users.delete(this.user(input).username);
    return {};
  }
}
