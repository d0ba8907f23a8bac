import { paginateListUserPoolClients } from '@aws-sdk/client-cognito-identity-provider';
import { CognitoAppClientCalls } from '../../credentials/cognito-app-client-calls.ts';
import { hasFlows } from '../../credentials/cognito-app-client-configuration.ts';
import { placeOf } from '../../credentials/cognito-pool.ts';
import type { Credential } from '../../domain/credential.ts';
import type { CredentialsSettings } from '../../domain/credential-settings.ts';
import type { LiveFacts } from '../../domain/sweep-facts.ts';
import type { AwsClients, Place } from '../../shared/aws-clients.ts';
import type { Pace } from '../../shared/pace.ts';
import type { Listed, SweepSource } from '../sweep-source.ts';
import { pacedPages } from './paced-pages.ts';

export interface CognitoSourceDeps {
  readonly clients: AwsClients;
  readonly home: Place;
  readonly pace: Pace;
  readonly settings: Pick<CredentialsSettings, 'cognitoUserPools'>;
}

/**
 * App clients of Cognito user pools. The list tells names alone, so each is read where a policy goes by age. When one was used, or
 * got another secret, Cognito does not tell.
 */
export class CognitoSource implements SweepSource {
  readonly kinds = ['cognito-app-client'] as const;
  readonly #deps: CognitoSourceDeps;
  readonly #calls: CognitoAppClientCalls;

  constructor(deps: CognitoSourceDeps) {
    this.#deps = deps;
    this.#calls = new CognitoAppClientCalls(deps.clients);
  }

  async *listed(): AsyncGenerator<Listed> {
    for (const pool of this.#deps.settings.cognitoUserPools) {
      const place = placeOf(this.#deps.home, pool);
      const client = this.#deps.clients.cognito(place);
      const pages = paginateListUserPoolClients({ client, pageSize: 60 }, { UserPoolId: pool });
      const listing = { action: 'cognito-idp:ListUserPoolClients', pages, more: 'NextToken' } as const;
      for await (const { UserPoolClients = [] } of pacedPages(listing, this.#deps.pace)) {
        for (const { ClientId: client } of UserPoolClients) {
          if (!client) continue;
          const id = `${pool}/${client}`;
          const principal = { kind: 'cognito-app-client', ...place, id, pool, client } as const;
          yield { kind: principal.kind, account: place.account, principal, tags: {}, lastUse: 'unknown' };
        }
      }
    }
  }

  /** One call; the pages of its pool more where it is gone. */
  async read(principal: Credential): Promise<LiveFacts[]> {
    if (principal.kind !== 'cognito-app-client') return [];
    await this.#deps.pace(1);
    const seen = await this.#calls.look(principal);
    if (!seen) return [];
    const { configuration, createdAt } = seen;
    return [
      {
        credential: principal,
        arn: '',
        name: configuration.ClientName ?? '',
        tags: {},
        isActive: hasFlows(configuration),
        ...(createdAt && { createdAt: createdAt.toISOString() }),
        lastUse: 'unknown',
      },
    ];
  }
}
