import {
  DeleteUserPoolClientCommand,
  DescribeUserPoolClientCommand,
  paginateListUserPoolClients,
  UpdateUserPoolClientCommand,
  type UserPoolClientDescription,
} from '@aws-sdk/client-cognito-identity-provider';
import type { CognitoAppClient } from '../domain/credential.ts';
import type { AwsClients, Place } from '../shared/aws-clients.ts';
import { calling, callingPages } from './aws-errors.ts';
import { type ClientConfiguration, configurationOf } from './cognito-app-client-configuration.ts';

/** Cognito knows neither the client nor the pool, or only not the client: it does not say. */
export const isNotFound = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof Error && error.cause.name === 'ResourceNotFoundException';

export interface ClientSeen {
  readonly configuration: ClientConfiguration;
  readonly createdAt: Date | undefined;
}

/** App clients of pools, as Cognito's API has them. */
export class CognitoAppClientCalls {
  readonly #clients: Pick<AwsClients, 'cognito'>;

  constructor(clients: Pick<AwsClients, 'cognito'>) {
    this.#clients = clients;
  }

  /** Ids and names; the listing tells no secret. */
  async *list(place: Place, pool: string): AsyncGenerator<UserPoolClientDescription> {
    const client = this.#clients.cognito(place);
    const pages = paginateListUserPoolClients({ client, pageSize: 60 }, { UserPoolId: pool });
    for await (const page of callingPages('cognito-idp:ListUserPoolClients', pages)) {
      yield* page.UserPoolClients ?? [];
    }
  }

  async describe(credential: CognitoAppClient): Promise<ClientConfiguration | undefined> {
    return (await this.look(credential))?.configuration;
  }

  /** With the time at which it was made. The answer holds the client secret: dropped here. */
  async look(credential: CognitoAppClient): Promise<ClientSeen | undefined> {
    const describe = new DescribeUserPoolClientCommand(idOf(credential));
    const answer = await this.#unlessGone(credential, 'DescribeUserPoolClient', (client) =>
      client.send(describe),
    );
    if (!answer) return undefined;
    const { CreationDate: createdAt, ...described } = answer.UserPoolClient ?? {};
    return { configuration: configurationOf(described), createdAt };
  }

  /** What `configuration` does not say goes back to its default. The answer holds the secret too: not looked at. */
  async update(credential: CognitoAppClient, configuration: ClientConfiguration): Promise<void> {
    const update = new UpdateUserPoolClientCommand({ ...configuration, ...idOf(credential) });
    await this.#unlessGone(credential, 'UpdateUserPoolClient', (client) => client.send(update));
  }

  async remove(credential: CognitoAppClient): Promise<void> {
    const remove = new DeleteUserPoolClientCommand(idOf(credential));
    await this.#unlessGone(credential, 'DeleteUserPoolClient', (client) => client.send(remove));
  }

  /**
   * `ResourceNotFoundException` says that the client or its pool is missing, and not which. A pool that lists its
   * other clients is there; one that does not is an error, as everything in it would look gone.
   */
  async #unlessGone<T>(
    credential: CognitoAppClient,
    action: string,
    call: (client: ReturnType<AwsClients['cognito']>) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await calling(`cognito-idp:${action}`, () => call(this.#clients.cognito(credential)));
    } catch (error) {
      if (!isNotFound(error)) throw error;
      for await (const { ClientId } of this.list(credential, credential.pool)) {
        if (ClientId === credential.client) throw error;
      }
      return undefined; // gone: as good as our own end state
    }
  }
}

const idOf = ({ pool, client }: CognitoAppClient) => ({ UserPoolId: pool, ClientId: client });
