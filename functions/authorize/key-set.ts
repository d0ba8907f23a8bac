import { downloadKeys, downloadMilliseconds } from './jwks.ts';
import { type Moment, secondsBetween } from './moment.ts';
import type { PublicKey } from './public-keys.ts';
import { Unavailable } from './refusal.ts';

/** Seconds. From here on a request has them renewed in the background, and uses what is there. */
const renewAfter = 10 * 60;

/** Seconds. A key that its issuer withdrew must die here too. */
const liveFor = 15 * 60;

/** Seconds. While an issuer is down it is asked this often; its users wait no longer than that. */
const restAfterFailure = 5;

/** Seconds. Strangers can make up names: they neither flood an issuer through us nor hide new keys for longer. */
const restAfterMiss = 10;

/** Seconds. A download ends by itself before that, unless the process was frozen: nobody waits for such a one. */
const cutOffAfter = (2 * downloadMilliseconds) / 1000;

interface Kept {
  readonly keys: readonly PublicKey[];
  /** When they were asked for: the set is as old as that, at least. */
  readonly at: Moment;
}

const named = ({ keys }: Kept, kid: string): PublicKey[] => keys.filter((key) => key.kid === kid);

const isWithin = (seconds: number, then: Moment | undefined, now: Moment): boolean =>
  then !== undefined && secondsBetween(then, now) < seconds;

/** The keys behind one URI, kept in memory. */
export class KeySet {
  readonly #uri: string;
  readonly #now: () => Moment;
  #kept: Kept | undefined;
  #download: { readonly at: Moment; readonly done: Promise<Kept> } | undefined;
  #failedAt: Moment | undefined;
  #missedAt: Moment | undefined;

  constructor(uri: string, now: () => Moment) {
    this.#uri = uri;
    this.#now = now;
  }

  /** Never rejects. What fails here is tried again by the first request, without a rest. */
  async prefetch(): Promise<void> {
    await this.#load(this.#now()).catch(() => {
      this.#failedAt = undefined;
    });
  }

  /**
   * The keys of that name. A name that is not known leads to a download (keys rotate), but after one that did not
   * know it either, no other for ten seconds. Throws `Unavailable` where a download is needed and fails, or has just
   * failed.
   */
  async find(kid: string): Promise<readonly PublicKey[]> {
    const now = this.#now();
    const kept = this.#kept;
    if (kept && isWithin(liveFor, kept.at, now)) {
      if (!isWithin(renewAfter, kept.at, now)) this.#renew(now);
      const known = named(kept, kid);
      if (known.length > 0 || isWithin(restAfterMiss, this.#missedAt, now)) return known;
    }
    const found = named(await this.#load(now), kid);
    if (found.length === 0) this.#missedAt = this.#now();
    return found;
  }

  /** Lambda may freeze the process before the answer is there; then a later request does it again. */
  #renew(now: Moment): void {
    this.#load(now).catch(() => undefined);
  }

  /** One at a time. */
  #load(now: Moment): Promise<Kept> {
    if (this.#download && isWithin(cutOffAfter, this.#download.at, now)) return this.#download.done;
    if (isWithin(restAfterFailure, this.#failedAt, now))
      return Promise.reject(new Unavailable('issuer-unreachable'));
    const done = this.#ask(now);
    this.#download = { at: now, done };
    return done;
  }

  /** One that was given up for a newer one changes nothing any more. */
  async #ask(at: Moment): Promise<Kept> {
    const isCurrent = () => this.#download?.at === at;
    try {
      const kept = { keys: await downloadKeys(this.#uri), at };
      if (isCurrent()) this.#kept = kept;
      return kept;
    } catch (error) {
      // Dated by its start: one that a freeze cut off long ago keeps nobody from asking now.
      if (isCurrent()) this.#failedAt = at;
      throw new Unavailable('issuer-unreachable', error);
    } finally {
      if (isCurrent()) this.#download = undefined;
    }
  }
}
