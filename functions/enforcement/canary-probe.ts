import type { Inspection } from '../credentials/credential-revoker.ts';
import { writing } from '../credentials/denylist-calls.ts';
import { tokenDenialKey } from '../domain/denial.ts';
import type { CanarySettings } from '../domain/enforcement-settings.ts';
import { tooLong, within } from '../shared/deadline.ts';
import type { Denylist } from '../stores/denylist.ts';
import { type CanaryToken, type CanaryTokenDeps, mintCanary } from './canary-token.ts';
import { inconclusive, type Reading, readAnswer } from './probe-answer.ts';
import { placeOf, sendProbe } from './probe-request.ts';

export interface CanaryDeps extends CanaryTokenDeps {
  readonly denylist: Denylist;
}

/** Milliseconds: below the time that a look has, so that a run which hangs is not waited for by every look. */
const longestRun = 18_000;

/** Milliseconds for which one run serves all. */
const sharedFor = 10_000;

/** Milliseconds. A token that ends sooner might be refused for that. */
const leastLife = 60_000;

/** Seconds by which the row outlives its token, as clocks differ. */
const margin = 3600;

interface Kept {
  readonly run: Promise<Inspection>;
  until: number;
}

/**
 * Shows that the stage refuses what stands on the denylist, with two fresh tokens: one gets through, the other is denied by its
 * `jti` before it was ever sent, and does not. So neither a cache nor the authorizer's memory can have an answer for the
 * one that must be refused. It proves that of the stage, not of any subject's row, which `inspect` has read; the two together
 * are the evidence. It is the same for `block` and `not-before`, which one authorizer reads from one row.
 */
export class Canary {
  readonly #settings: CanarySettings;
  readonly #deps: CanaryDeps;
  #kept: Kept | undefined;

  constructor(settings: CanarySettings, deps: CanaryDeps) {
    this.#settings = settings;
    this.#deps = deps;
  }

  /**
   * `at` is the moment before the attempt that had to be refused, so a shared one is never dated later than it was.
   * Whoever comes while a run is under way, or within 10 seconds after, gets that one: its failure as well.
   */
  probe(): Promise<Inspection> {
    if (this.#kept && this.#now() < this.#kept.until) return this.#kept.run;
    const run = within(longestRun, this.#run(), tooLong('the canary'));
    const kept: Kept = { run, until: Number.POSITIVE_INFINITY };
    this.#kept = kept;
    const end = () => {
      kept.until = this.#now() + sharedFor;
    };
    run.then(end, end);
    return run;
  }

  async #run(): Promise<Inspection> {
    const [good, denied] = await this.#twoTokens();
    const control = await this.#letThrough(good);
    await this.#deny(denied);
    const at = new Date(this.#now()).toISOString();
    const { verdict, says } = await this.#try(denied);
    const steps = `a fresh canary token let through (${control}), a denied one ${verdict} (${says})`;
    return {
      state: verdict === 'refused' ? 'dead' : 'live',
      level: 'probe',
      at,
      observed: `GET ${placeOf(this.#settings.url)}: ${steps}; proof of the stage, not of this row`,
      original: {},
    };
  }

  async #twoTokens(): Promise<[CanaryToken, CanaryToken]> {
    const good = await mintCanary(this.#settings, this.#deps);
    const other = await mintCanary(this.#settings, this.#deps);
    if (good.jti === other.jti) throw inconclusive('got the same token twice');
    if (!this.#lives(good) || !this.#lives(other))
      throw inconclusive('got a token that ends within a minute');
    return [good, other];
  }

  /** The positive control: what refuses everybody proves nothing. */
  async #letThrough(good: CanaryToken): Promise<string> {
    const { verdict, status, says } = await this.#try(good);
    if (verdict === 'got-through' && status !== 401 && status !== 403) return says;
    throw inconclusive(`with a token that nobody denied was refused (${says})`);
  }

  async #deny({ issuer, jti, expiresAt }: CanaryToken): Promise<void> {
    const denial = { blocked: true, expiresAt: expiresAt + margin };
    await writing(() => this.#deps.denylist.deny(tokenDenialKey(issuer, 'jti', jti), denial));
  }

  async #try({ token }: CanaryToken): Promise<Reading> {
    const headers = { authorization: `Bearer ${token}` };
    return readAnswer(await sendProbe({ url: this.#settings.url, headers }, this.#deps.fetch));
  }

  #lives({ expiresAt }: CanaryToken): boolean {
    return expiresAt * 1000 - this.#now() > leastLife;
  }

  #now(): number {
    return this.#deps.now().getTime();
  }
}
