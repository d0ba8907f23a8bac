import { type BearerToken, bearerToken, credentialKey } from '../domain/credential.ts';
import { type TokenSource, tokensOf } from '../domain/exchanged-token.ts';
import type { Place } from '../shared/aws-clients.ts';
import { BearerTokenRevoker } from './bearer-token.ts';
import type { Order } from './credential-revoker.ts';

/** The same order as it concerns tokens. */
const forTokens = (order: Order): Order => ({
  ...order,
  action: order.action === 'deny-sessions' ? 'not-before' : 'block',
});

type Dependencies = ConstructorParameters<typeof BearerTokenRevoker>[0];

/**
 * What the denylist says about tokens of our own that were exchanged for a credential. The rows are those of any other
 * token: they outlive the longest one, and the upkeep renews what is blocked. In the credential's own name, so that a
 * restore of it does not lift what an operator blocked by hand.
 */
export class ExchangedTokens {
  readonly #home: Place;
  readonly #issuer: string;
  readonly #rows: BearerTokenRevoker;

  constructor(issuer: string, dependencies: Dependencies) {
    this.#home = dependencies.home;
    this.#issuer = issuer;
    this.#rows = new BearerTokenRevoker(dependencies);
  }

  async areRefused(source: TokenSource, order: Order): Promise<boolean> {
    return (await this.#rows.inspect(this.#row(source), forTokens(order))).state === 'dead';
  }

  async refuse(source: TokenSource, order: Order): Promise<void> {
    await this.#rows.deny(this.#row(source), forTokens(order), credentialKey(source));
  }

  async prolong(source: TokenSource): Promise<void> {
    await this.#rows.prolong(this.#row(source), credentialKey(source));
  }

  async lift(source: TokenSource): Promise<void> {
    await this.#rows.lift(this.#row(source), credentialKey(source));
  }

  #row(source: TokenSource): BearerToken {
    return bearerToken(this.#home, { issuer: this.#issuer, ...tokensOf(source) });
  }
}
