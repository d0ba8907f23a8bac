import {
  CreateUserPoolClientCommand,
  type OAuthFlowType,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { calling } from '../credentials/aws-errors.ts';
import { CognitoAppClientCalls, isNotFound } from '../credentials/cognito-app-client-calls.ts';
import { placeOf } from '../credentials/cognito-pool.ts';
import type { CognitoAppClient } from '../domain/credential.ts';
import { InvalidInput } from '../domain/errors.ts';
import type { Issuance } from '../stores/issuances.ts';
import type { IssueDeps } from './deps.ts';
import { mustBeAmong, type Ordered, settingFor } from './draft.ts';
import {
  type Issuer,
  issuanceIn,
  type Made,
  type Marked,
  mustStillBeNamed,
  textIn,
  textsIn,
  withoutMark,
} from './issuer.ts';
import { made } from './made.ts';
import type { OAuthClientRequest } from './request.ts';

const kind = 'cognito-app-client';
const clientCredentials: OAuthFlowType = 'client_credentials';

type Deps = Pick<IssueDeps, 'settings' | 'home' | 'clients' | 'once'>;

export const orderOAuthClient = (
  { pool, scopes, name = '' }: OAuthClientRequest,
  { settings, home }: Deps,
): Ordered => {
  const terms = settingFor(settings, 'oauthClients', 'request.issue');
  mustBeAmong(pool, terms.pools, 'request.pool');
  for (const [at, scope] of scopes.entries()) mustBeAmong(scope, terms.scopes, `request.scopes.${at}`);
  return { kind, place: placeOf(home, pool), terms, handle: { pool, scopes, name } };
};

/** The same again, with the same scopes. One whose flows are off must not come back through a new one. */
export const orderOAuthClientAgain = async (
  old: CognitoAppClient,
  { settings, home, clients }: Deps,
): Promise<Ordered> => {
  const terms = settingFor(settings, 'oauthClients', 'request.rotate');
  const { pool } = old;
  mustBeAmong(pool, terms.pools, 'request.rotate.pool');
  const client = await new CognitoAppClientCalls(clients).describe(old);
  const { AllowedOAuthFlows: flows = [], AllowedOAuthScopes: scopes = [] } = client ?? {};
  if (!client || !flows.includes(clientCredentials)) {
    throw new InvalidInput('request.rotate.id', 'names no app client that gets client credentials');
  }
  for (const scope of scopes) mustBeAmong(scope, terms.scopes, 'request.rotate.id: its scope');
  const name = withoutMark(client.ClientName ?? '');
  return { kind, place: placeOf(home, pool), terms, handle: { pool, scopes, name } };
};

/** A list without this flow is refused, and one that is empty stands for all (`cognito-app-client-configuration.ts`). */
const withoutSignIn = { ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH' as const] };

/** Clients go with their pool. */
const noneIfGone = (error: unknown): [] => {
  if (isNotFound(error)) return [];
  throw error;
};

/** By the ClientName, since app clients have no tags; it holds 128 characters ("ClientNameType"). */
const clientNameOf = (issuance: Issuance): string => `${textIn(issuance, 'name')} ${issuance.id}`.trim();

/** Made without any flow, so that nobody gets a token by it; nobody can sign in through it either, then or later. */
export class OAuthClientIssuer implements Issuer<CognitoAppClient> {
  readonly #deps: Deps;
  readonly #calls: CognitoAppClientCalls;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#calls = new CognitoAppClientCalls(deps.clients);
  }

  async create(issuance: Issuance): Promise<Made<CognitoAppClient>> {
    const pool = textIn(issuance, 'pool');
    const create = new CreateUserPoolClientCommand({
      UserPoolId: pool,
      ClientName: clientNameOf(issuance),
      GenerateSecret: true,
      ...withoutSignIn,
    });
    const client = this.#deps.once.cognito(issuance);
    const answer = await calling('cognito-idp:CreateUserPoolClient', () => client.send(create));
    const { ClientId, ClientSecret } = answer.UserPoolClient ?? {};
    const clientId = made(ClientId, 'an app client');
    return {
      credential: credentialOf(issuance, pool, clientId),
      secret: { clientId, clientSecret: made(ClientSecret, 'an app client') },
    };
  }

  /** An update puts what it is not told to its default, so it tells all. */
  async activate({ pool, client: ClientId }: CognitoAppClient, issuance: Issuance): Promise<void> {
    const update = new UpdateUserPoolClientCommand({
      UserPoolId: pool,
      ClientId,
      ClientName: clientNameOf(issuance),
      ...withoutSignIn,
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: [clientCredentials],
      AllowedOAuthScopes: [...textsIn(issuance, 'scopes')],
    });
    const client = this.#deps.clients.cognito(issuance);
    await calling('cognito-idp:UpdateUserPoolClient', () => client.send(update));
  }

  async find(issuance: Issuance): Promise<CognitoAppClient[]> {
    const pool = textIn(issuance, 'pool');
    mustStillBeNamed(this.#pools.includes(pool), 'oauthClients.pools');
    const all = await Array.fromAsync(this.#markedIn(pool));
    return all.filter((one) => one.issuance === issuance.id).map(({ credential }) => credential);
  }

  async *marked(): AsyncGenerator<Marked<CognitoAppClient>> {
    for (const pool of this.#pools) yield* this.#markedIn(pool);
  }

  get #pools(): readonly string[] {
    return this.#deps.settings.oauthClients?.pools ?? [];
  }

  async *#markedIn(pool: string): AsyncGenerator<Marked<CognitoAppClient>> {
    const place = placeOf(this.#deps.home, pool);
    const clients = await Array.fromAsync(this.#calls.list(place, pool)).catch(noneIfGone);
    for (const { ClientId, ClientName } of clients) {
      const issuance = issuanceIn(ClientName);
      if (ClientId && issuance) yield { credential: credentialOf(place, pool, ClientId), issuance };
    }
  }
}

const credentialOf = (
  { account, region }: { account: string; region: string },
  pool: string,
  client: string,
): CognitoAppClient => ({ kind, account, region, id: `${pool}/${client}`, pool, client });
