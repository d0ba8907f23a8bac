import { type DescribeSecretResponse, paginateListSecrets } from '@aws-sdk/client-secrets-manager';
import type { OAuthGrant } from '../domain/credential.ts';
import { CutoffError, InvalidInput } from '../domain/errors.ts';
import type { PrincipalFacts } from '../domain/ownership.ts';
import { callingPages } from './aws-errors.ts';
import type { CredentialRevoker, Found, Inspection, Order, Search } from './credential-revoker.ts';
import type { RevokerDependencies } from './index.ts';
import { type Grant, gone, lookAt } from './oauth-grant-look.ts';
import { GrantSecret } from './oauth-grant-secret.ts';
import {
  currentVersionOf,
  factsOf,
  holdsRefreshToken,
  isMarked,
  issuerTag,
  markFor,
  tagsOf,
} from './oauth-grant-tags.ts';
import { OAuthServerClient } from './oauth-server.ts';

const level = 'probe';

/** The shortest time for which Secrets Manager keeps a deleted secret recoverable ("DeleteSecret", API Reference). */
const recoverableDays = 7;

type Dependencies = Pick<RevokerDependencies, 'clients' | 'home' | 'settings' | 'secret' | 'fetch'>;

/**
 * A refresh token that is kept in Secrets Manager, tagged `cutoff:holds` and `cutoff:issuer`, revoked at its server
 * (RFC 7009). Servers know a token only as that of the client it was issued to: `clientSecretArn` must be that
 * client's, and the secret must hold the current token where the server rotates them.
 *
 * Level `probe`: the server is asked about the token itself, by introspection (RFC 7662) or by trying it. It is tried
 * only once the secret is marked as revoked, never on a live grant; tokens that come all the same are revoked at
 * once. Of a secret that is gone it says what could be looked at: that there is no token left to try.
 *
 * Assumption: a secret that is gone took the token with it. Nobody can ask the server about it any more; should a
 * copy exist, the grant has to be ended at the server. `original`: nothing, since nothing brings a token back.
 */
export class OAuthGrantRevoker implements CredentialRevoker<OAuthGrant> {
  readonly kind = 'oauth-grant';
  readonly requiredEvidence = [level] as const;
  readonly denyKeepsOriginal = true;
  readonly hasFastDeny = false;
  readonly cannotComeBack = 'must-be-granted-anew';
  /** "ListSecrets might not reflect changes from the last five minutes" (API Reference). */
  readonly listsLateSeconds = 300;
  readonly isConfigured: boolean;
  readonly #deps: Dependencies;
  readonly #servers: ReadonlyMap<string, OAuthServerClient>;

  constructor(dependencies: Dependencies) {
    const { oauthServers } = dependencies.settings;
    this.#deps = dependencies;
    this.#servers = new Map(
      oauthServers.map((server) => [server.issuer, new OAuthServerClient(server, dependencies)]),
    );
    this.isConfigured = oauthServers.length > 0;
  }

  /**
   * Filters match beginnings, and key and value may be those of two tags ("Filter", API Reference): looked at again.
   * A grant of an issuer that the settings do not know is found too: it must fail where people see it.
   */
  async *discover(search: Search): AsyncGenerator<Found<OAuthGrant>> {
    if (!this.isConfigured || search.for === 'principal') return;
    const { account, region } = this.#deps.home;
    const client = this.#deps.clients.secretsManager({ account, region });
    const { key, value } = holdsRefreshToken;
    const Filters = [
      { Key: 'tag-key' as const, Values: [key] },
      { Key: 'tag-value' as const, Values: [value] },
    ];
    const pages = paginateListSecrets({ client }, { Filters });
    for await (const page of callingPages('secretsmanager:ListSecrets', pages)) {
      for (const secret of page.SecretList ?? []) {
        const facts = factsOf(secret);
        if (facts.tags[key] !== value) continue;
        yield { credential: { kind: 'oauth-grant', account, region, id: facts.arn }, facts };
      }
    }
  }

  async describe(credential: OAuthGrant): Promise<PrincipalFacts | undefined> {
    const secret = await this.#secret(credential).describe();
    return secret && factsOf(secret);
  }

  async inspect(credential: OAuthGrant): Promise<Inspection> {
    const grant = await this.#grant(credential);
    const look = grant ? await lookAt(grant) : gone;
    return { ...look, level, original: {} };
  }

  /** The revocation is one request, but it needs the token, which ingest has no right to read. */
  async deny(): Promise<'nothing-to-deny'> {
    return 'nothing-to-deny';
  }

  async prolong(): Promise<void> {
    // A revoked token never comes back.
  }

  async revoke(credential: OAuthGrant, order: Order): Promise<void> {
    const grant = await this.#grant(credential);
    // Gone: there is no token that could be revoked, and none that anybody could take from there.
    if (!grant) return;
    await grant.server.revoke(grant.held.token);
    if (!grant.isMarked) {
      await this.#secret(credential).mark(markFor(order.cutoff, grant.held.version));
    }
  }

  async restore(): Promise<void> {
    // Its owner has to grant it anew; that is another version of the secret, which is not marked.
  }

  /** For a week it can be recovered by hand. A token that was granted anew meanwhile stays. */
  async remove(credential: OAuthGrant): Promise<'removed' | 'nothing-to-remove'> {
    const secret = this.#secret(credential);
    const described = await secret.describe();
    if (!described || this.#isRemoved(described)) return 'removed';
    if (!isMarked(described, currentVersionOf(described) ?? '')) return 'nothing-to-remove';
    await secret.delete(recoverableDays);
    return 'removed';
  }

  async #grant(credential: OAuthGrant): Promise<Grant | undefined> {
    const secret = this.#secret(credential);
    const described = await secret.describe();
    if (!described || this.#isRemoved(described)) return undefined;
    const server = this.#serverOf(described);
    const held = await secret.read();
    return held && { server, held, isMarked: isMarked(described, held.version) };
  }

  /**
   * To be deleted, after its token was revoked. Where it was not, somebody else wants the secret away: whoever copied the
   * token before goes on using it, so that is for a human.
   */
  #isRemoved(secret: DescribeSecretResponse): boolean {
    if (!secret.DeletedDate) return false;
    if (isMarked(secret, currentVersionOf(secret) ?? '')) return true;
    throw new CutoffError(
      'the secret is scheduled for deletion: restore it, so that its token can be revoked',
      {
        code: 'conflict',
        retryable: false,
      },
    );
  }

  #serverOf({ Tags }: DescribeSecretResponse): OAuthServerClient {
    const server = this.#servers.get(tagsOf(Tags)[issuerTag] ?? '');
    if (server) return server;
    throw new InvalidInput(issuerTag, 'the tag of a secret names no server of the settings');
  }

  #secret(credential: OAuthGrant): GrantSecret {
    return new GrantSecret(this.#deps.clients.secretsManager(credential), credential.id);
  }
}
