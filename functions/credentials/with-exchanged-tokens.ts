import type { TokenSource } from '../domain/exchanged-token.ts';
import type { CredentialRevoker, Inspection, Order, Original } from './credential-revoker.ts';
import type { ExchangedTokens } from './exchanged-tokens.ts';

/** Neither waits for the other, nor is kept from its work where the other fails. The first one's failure is told first. */
const both = async <T>(first: Promise<T>, second: Promise<unknown>): Promise<T> => {
  const [one, other] = await Promise.allSettled([first, second]);
  if (one.status === 'rejected') throw one.reason;
  if (other.status === 'rejected') throw other.reason;
  return one.value;
};

/** What a kind does otherwise where its tokens are to end with it. The row stays after `remove`, until it expires. */
class Joined<C extends TokenSource> {
  readonly hasFastDeny = true;
  readonly readsDenylist = true;
  readonly #own: CredentialRevoker<C>;
  readonly #tokens: ExchangedTokens;

  constructor(own: CredentialRevoker<C>, tokens: ExchangedTokens) {
    this.#own = own;
    this.#tokens = tokens;
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
}

/**
 * A credential that tokens of our own are exchanged for: whatever ends it ends them too, on their next request. It is dead
 * only once both are. The tokens are not tried: the kind's own probe is of the credential.
 *
 * `original` is the kind's own. One that is gone counts as gone: its row was written by the cut, and no more tokens are
 * exchanged for it. All else is passed on as the kind has it, or has it not; a proxy, so that nothing is forgotten which
 * the interface gets later.
 */
export const withExchangedTokens = <C extends TokenSource>(
  own: CredentialRevoker<C>,
  tokens: ExchangedTokens,
): CredentialRevoker<C> => {
  const joined = new Joined(own, tokens);
  return new Proxy(own, {
    get: (_, name) => {
      const from = name in joined ? joined : own;
      const value: unknown = Reflect.get(from, name);
      return typeof value === 'function' ? value.bind(from) : value;
    },
  });
};
