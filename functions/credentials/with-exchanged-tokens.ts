import type { EvidenceLevel } from '../domain/evidence.ts';
import type { TokenSource } from '../domain/exchanged-token.ts';
import type { PrincipalFacts } from '../domain/ownership.ts';
import type { CredentialRevoker, Found, Inspection, Order, Original, Search } from './credential-revoker.ts';
import type { ExchangedTokens } from './exchanged-tokens.ts';

/** Neither waits for the other, nor is kept from its work where the other fails. The first one's failure is told first. */
const both = async <T>(first: Promise<T>, second: Promise<unknown>): Promise<T> => {
  const [one, other] = await Promise.allSettled([first, second]);
  if (one.status === 'rejected') throw one.reason;
  if (other.status === 'rejected') throw other.reason;
  return one.value;
};

/**
 * A credential that tokens of our own are exchanged for: whatever ends it ends them too, on their next request. It is dead
 * only once both are. The tokens are not tried: the kind's own probe is of the credential.
 *
 * `original` is the kind's own. One that is gone counts as gone: its row was written by the cut, and no more tokens are
 * exchanged for it.
 */
export class WithExchangedTokens<C extends TokenSource> implements CredentialRevoker<C> {
  readonly hasFastDeny = true;
  readonly readsDenylist = true;
  readonly #own: CredentialRevoker<C>;
  readonly #tokens: ExchangedTokens;

  constructor(own: CredentialRevoker<C>, tokens: ExchangedTokens) {
    this.#own = own;
    this.#tokens = tokens;
  }

  get kind(): C['kind'] {
    return this.#own.kind;
  }

  get requiredEvidence(): readonly EvidenceLevel[] {
    return this.#own.requiredEvidence;
  }

  get denyKeepsOriginal(): boolean {
    return this.#own.denyKeepsOriginal;
  }

  get isConfigured(): boolean {
    return this.#own.isConfigured;
  }

  discover(search: Search): AsyncIterable<Found<C>> {
    return this.#own.discover(search);
  }

  describe(credential: C): Promise<PrincipalFacts | undefined> {
    return this.#own.describe(credential);
  }

  async inspect(credential: C, order: Order): Promise<Inspection> {
    const tokens = this.#tokens.areRefused(credential, order);
    const [own, refused] = await Promise.all([this.#own.inspect(credential, order), tokens]);
    if (own.state === 'gone') return own;
    return {
      ...own,
      state: refused ? own.state : 'live',
      observed: `${own.observed}, tokens exchanged for it ${refused ? 'refused' : 'pass'} by denylist`,
    };
  }

  async probe(credential: C, order: Order): Promise<Inspection | undefined> {
    return this.#own.probe?.(credential, order);
  }

  async deny(credential: C, order: Order): Promise<'denied'> {
    await both(this.#own.deny(credential, order), this.#tokens.refuse(credential, order));
    return 'denied';
  }

  async prolong(credential: C): Promise<void> {
    await both(this.#own.prolong(credential), this.#tokens.prolong(credential));
  }

  async revoke(credential: C, order: Order): Promise<void> {
    await both(this.#own.revoke(credential, order), this.#tokens.refuse(credential, order));
  }

  /** The row goes last, so that tokens pass only when all of the credential is back. */
  async restore(credential: C, original: Original): Promise<void> {
    await this.#own.restore(credential, original);
    await this.#tokens.lift(credential);
  }

  /** The row stays, until it expires. */
  remove(credential: C): Promise<'removed' | 'nothing-to-remove'> {
    return this.#own.remove(credential);
  }
}
