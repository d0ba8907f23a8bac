import { type BearerToken, type CognitoAppClient, credentialKey } from '../domain/credential.ts';
import type { PrincipalFacts } from '../domain/ownership.ts';
import { subjectKey } from '../domain/subject.ts';
import { BearerTokenRevoker } from './bearer-token.ts';
import { CognitoAppClientCalls } from './cognito-app-client-calls.ts';
import { type ClientConfiguration, hasFlows, withoutFlows } from './cognito-app-client-configuration.ts';
import { type PoolDependencies, placeOf, poolTokens } from './cognito-pool.ts';
import type { CredentialRevoker, Found, Inspection, Order, Original, Search } from './credential-revoker.ts';

const level = 'control-plane';

/** "ClientIdType" in the Amazon Cognito user pools API Reference. */
const clientId = /^[\w+]{1,128}$/;

/** Which ids of clients concern the search: all of them, those it names, or none. */
const wanted = (search: Search): ((id: string) => boolean) | undefined => {
  if (search.for === 'everyone') return () => true;
  if (search.for === 'principal') return undefined;
  const named = search.subjects.flatMap((subject) => (subject.format === 'opaque' ? subject.id : []));
  const ids = new Set(named.filter((id) => clientId.test(id)));
  return ids.size > 0 ? (id) => ids.has(id) : undefined;
};

/** A client has no tags: it belongs to whom its id names, or the operator. */
const factsOf = (id: string, name: string | undefined, createdAt?: Date): PrincipalFacts => ({
  arn: '',
  name: name ?? '',
  tags: {},
  inherentOwners: [subjectKey({ format: 'opaque', id })],
  ...(createdAt && { createdAt: createdAt.toISOString() }),
});

/**
 * An app client of a Cognito user pool. The denylist refuses the tokens that were issued to it; then every flow that
 * signs somebody in is switched off: see `withoutFlows`, also for what that leaves.
 *
 * `original`: `{ configuration?: ClientConfiguration }`, what a restore sends back, without the secret.
 * UpdateUserPoolClient puts what it is not told to its default, so both the cut and the restore send a whole client.
 */
export class CognitoAppClientRevoker implements CredentialRevoker<CognitoAppClient> {
  readonly kind = 'cognito-app-client';
  readonly requiredEvidence = [level] as const;
  readonly denyKeepsOriginal = false;
  readonly hasFastDeny = true;
  readonly readsDenylist = true;
  readonly isConfigured: boolean;
  readonly #deps: PoolDependencies;
  readonly #calls: CognitoAppClientCalls;
  readonly #tokens: BearerTokenRevoker;

  constructor(dependencies: PoolDependencies) {
    this.#deps = dependencies;
    this.#calls = new CognitoAppClientCalls(dependencies.clients);
    this.#tokens = new BearerTokenRevoker(dependencies);
    this.isConfigured = dependencies.settings.cognitoUserPools.length > 0;
  }

  /** By the listing for a single one too: it tells no secret, and no time either. */
  async *discover(search: Search): AsyncGenerator<Found<CognitoAppClient>> {
    const isWanted = wanted(search);
    if (!isWanted) return;
    for (const pool of this.#deps.settings.cognitoUserPools) {
      const place = placeOf(this.#deps.home, pool);
      for await (const { ClientId: client, ClientName } of this.#calls.list(place, pool)) {
        if (!client || !isWanted(client)) continue;
        const credential = {
          kind: 'cognito-app-client',
          ...place,
          id: `${pool}/${client}`,
          pool,
          client,
        } as const;
        yield { credential, facts: factsOf(client, ClientName) };
      }
    }
  }

  async describe(credential: CognitoAppClient): Promise<PrincipalFacts | undefined> {
    const seen = await this.#calls.look(credential);
    return seen && factsOf(credential.client, seen.configuration.ClientName, seen.createdAt);
  }

  async inspect(credential: CognitoAppClient, order: Order): Promise<Inspection> {
    const configuration = await this.#calls.describe(credential);
    if (!configuration) {
      return { state: 'gone', level, observed: 'cognito-idp:ListUserPoolClients not listed', original: {} };
    }
    const row = await this.#tokens.inspect(this.#tokensOf(credential), { ...order, action: 'block' });
    const blocked = row.state === 'dead';
    const flows = hasFlows(configuration);
    return {
      state: blocked && !flows ? 'dead' : 'live',
      level,
      observed: `cognito-idp:DescribeUserPoolClient flows ${flows ? 'on' : 'off'}, denylist blocked=${blocked}`,
      original: { configuration },
    };
  }

  async deny(credential: CognitoAppClient, order: Order): Promise<'denied'> {
    return this.#tokens.deny(
      this.#tokensOf(credential),
      { ...order, action: 'block' },
      credentialKey(credential),
    );
  }

  async prolong(credential: CognitoAppClient): Promise<void> {
    await this.#tokens.prolong(this.#tokensOf(credential), credentialKey(credential));
  }

  async revoke(credential: CognitoAppClient, order: Order): Promise<void> {
    await this.deny(credential, order);
    const configuration = await this.#calls.describe(credential);
    // Gone meanwhile: that is the end state.
    if (configuration) await this.#calls.update(credential, withoutFlows(configuration));
  }

  /** The row goes last, so that tokens work only when all of it is back. */
  async restore(credential: CognitoAppClient, { configuration }: Original): Promise<void> {
    if (configuration) await this.#calls.update(credential, configuration as ClientConfiguration);
    await this.#tokens.lift(this.#tokensOf(credential), credentialKey(credential));
  }

  /** The row stays until it expires: ids never come again, and it costs nothing. */
  async remove(credential: CognitoAppClient): Promise<'removed'> {
    await this.#calls.remove(credential);
    return 'removed';
  }

  #tokensOf({ pool, client }: CognitoAppClient): BearerToken {
    return poolTokens(this.#deps.home, pool, 'client', client);
  }
}
