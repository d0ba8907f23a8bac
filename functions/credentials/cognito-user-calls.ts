import {
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminUserGlobalSignOutCommand,
  type AttributeType,
  paginateListUsers,
} from '@aws-sdk/client-cognito-identity-provider';
import type { CognitoUser } from '../domain/credential.ts';
import type { AwsClients, Place } from '../shared/aws-clients.ts';
import { calling, callingPages, unlessGone } from './aws-errors.ts';

/** What is read of a user. */
export interface PoolUser {
  readonly name: string;
  readonly enabled: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  readonly createdAt?: string;
}

interface Described {
  readonly Username?: string | undefined;
  readonly Enabled?: boolean | undefined;
  readonly UserCreateDate?: Date | undefined;
}

const poolUser = (user: Described, attributes: readonly AttributeType[] = []): PoolUser => ({
  name: user.Username ?? '',
  enabled: user.Enabled !== false,
  attributes: Object.fromEntries(attributes.map(({ Name, Value }) => [Name ?? '', Value ?? ''])),
  ...(user.UserCreateDate && { createdAt: user.UserCreateDate.toISOString() }),
});

const changes = {
  AdminDisableUser: AdminDisableUserCommand,
  AdminEnableUser: AdminEnableUserCommand,
  AdminUserGlobalSignOut: AdminUserGlobalSignOutCommand,
  AdminDeleteUser: AdminDeleteUserCommand,
} as const;

/** Users of pools, as Cognito's API has them. A pool that is missing is an error, never a user that is gone. */
export class CognitoUserCalls {
  readonly #clients: AwsClients;

  constructor(clients: AwsClients) {
    this.#clients = clients;
  }

  /** All of them, or those that `filter` matches. "This operation is eventually consistent" ("ListUsers"). */
  async *list(place: Place, pool: string, filter: string | undefined): AsyncGenerator<PoolUser> {
    const pages = paginateListUsers(
      { client: this.#clients.cognito(place), pageSize: 60 },
      { UserPoolId: pool, Filter: filter },
    );
    for await (const page of callingPages('cognito-idp:ListUsers', pages)) {
      for (const user of page.Users ?? []) if (user.Username) yield poolUser(user, user.Attributes);
    }
  }

  /**
   * `undefined` for a user that is gone. A name may also be somebody else's alias ("AdminGetUser"): whoever answers
   * by another name is another. Names of a pool without case come back in its own capitals.
   */
  async read(credential: CognitoUser): Promise<PoolUser | undefined> {
    const get = new AdminGetUserCommand({ UserPoolId: credential.pool, Username: credential.user });
    const client = this.#clients.cognito(credential);
    const answer = await unlessGone(calling('cognito-idp:AdminGetUser', () => client.send(get)));
    if (answer?.Username?.toLowerCase() !== credential.user.toLowerCase()) return undefined;
    return poolUser(answer, answer.UserAttributes);
  }

  /** One that is gone meanwhile needs no change: that is as good as our own end state. */
  async change(action: keyof typeof changes, credential: CognitoUser, { name }: PoolUser): Promise<void> {
    const command = new changes[action]({ UserPoolId: credential.pool, Username: name });
    const client = this.#clients.cognito(credential);
    await unlessGone(calling(`cognito-idp:${action}`, () => client.send(command)));
  }
}
