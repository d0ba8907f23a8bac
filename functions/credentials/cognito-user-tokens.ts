import { issuerOf } from '../domain/cognito-issuer.ts';
import { type CognitoUser, credentialKey } from '../domain/credential.ts';
import type { Issuer } from '../domain/settings.ts';
import type { Place } from '../shared/aws-clients.ts';
import { BearerTokenRevoker } from './bearer-token.ts';
import { type PoolDependencies, poolTokens } from './cognito-pool.ts';
import type { PoolUser } from './cognito-user-calls.ts';
import { claimIn } from './cognito-user-owner.ts';
import type { Order } from './credential-revoker.ts';

/** The same order as it concerns tokens. */
const forTokens = (order: Order): Order => ({
  ...order,
  action: order.action === 'end-sessions' ? 'not-before' : 'block',
});

/** What the denylist says about users of a pool: the rows are those of any other token. */
export class CognitoUserTokens {
  readonly #home: Place;
  readonly #issuers: readonly Issuer[];
  readonly #rows: BearerTokenRevoker;

  constructor(dependencies: PoolDependencies) {
    this.#home = dependencies.home;
    this.#issuers = dependencies.issuers;
    this.#rows = new BearerTokenRevoker(dependencies);
  }

  /** Where the authorizer trusts none of the pool's tokens, there is nothing to refuse. */
  areTrusted(pool: string): boolean {
    return this.#issuerOf(pool) !== undefined;
  }

  /** What the row names the user by; `undefined` where none is needed. */
  nameOf(pool: string, user: PoolUser): string | undefined {
    const issuer = this.#issuerOf(pool);
    return issuer && claimIn(user, issuer);
  }

  async pass(pool: string, name: string, order: Order): Promise<boolean> {
    return (await this.#rows.inspect(this.#row(pool, name), forTokens(order))).state === 'live';
  }

  /** In the user's own name: a row that the person's tokens are held down by is not lifted with it, nor the reverse. */
  async refuse(user: CognitoUser, name: string, order: Order): Promise<'denied'> {
    return this.#rows.deny(this.#row(user.pool, name), forTokens(order), credentialKey(user));
  }

  async prolong(user: CognitoUser, name: string): Promise<void> {
    await this.#rows.prolong(this.#row(user.pool, name), credentialKey(user));
  }

  async lift(user: CognitoUser, name: string): Promise<void> {
    await this.#rows.lift(this.#row(user.pool, name), credentialKey(user));
  }

  async recordSignOut(pool: string, user: PoolUser, order: Order): Promise<void> {
    await this.#rows.deny(this.#signOut(pool, user), forTokens(order));
  }

  async isSignedOut(pool: string, user: PoolUser, order: Order): Promise<boolean> {
    return (await this.#rows.inspect(this.#signOut(pool, user), forTokens(order))).state === 'dead';
  }

  #row(pool: string, name: string) {
    return poolTokens(this.#home, pool, 'subject', name);
  }

  /** Refuses nothing: none of the claims in "Understanding the access token" and the page on ID tokens is `sid`. */
  #signOut(pool: string, { attributes, name }: PoolUser) {
    return poolTokens(this.#home, pool, 'sid', `signed-out:${attributes.sub ?? name}`);
  }

  #issuerOf(pool: string): Issuer | undefined {
    return this.#issuers.find(({ issuer }) => issuer === issuerOf(pool));
  }
}
