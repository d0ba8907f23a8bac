import { type BearerToken, bearerToken } from '../domain/credential.ts';
import { type Denial, isLive, tokenDenialKey } from '../domain/denial.ts';
import type { EvidenceLevel } from '../domain/evidence.ts';
import type { PrincipalFacts } from '../domain/ownership.ts';
import type { Issuer } from '../domain/settings.ts';
import { subjectKey } from '../domain/subject.ts';
import type { Canary } from '../enforcement/canary-probe.ts';
import type { Place } from '../shared/aws-clients.ts';
import type { Denylist } from '../stores/denylist.ts';
import { namesOf } from './bearer-token-names.ts';
import type { CredentialRevoker, Found, Inspection, Order, Search } from './credential-revoker.ts';
import { blockedUntil, epochSeconds } from './denial-expiry.ts';
import { reading, writing } from './denylist-calls.ts';

const level = 'control-plane';

/** Seconds on top of the longest token: clocks of the issuer, of the authorizer and of this function differ. */
const margin = 3600;

/** Seconds, the most that settings allow; for an issuer that has left them but may come back. */
const longestConceivable = 31_536_000;

interface Dependencies {
  readonly home: Place;
  readonly denylist: Denylist;
  readonly issuers: readonly Issuer[];
  readonly blockedDays: number;
  readonly now: () => Date;
}

/**
 * Tokens of one issuer, all of one subject's or client's or what one `jti` or `sid` names, refused by the authorizer for
 * the sake of a row on the denylist.
 * Nothing is changed at the issuer. `original`: `{}`, a restore lifts `blocked` and never lowers `notBefore`.
 */
export class BearerTokenRevoker implements CredentialRevoker<BearerToken> {
  readonly kind = 'bearer-token';
  readonly requiredEvidence: readonly EvidenceLevel[];
  readonly denyKeepsOriginal = true;
  readonly hasFastDeny = true;
  readonly readsDenylist = true;
  readonly isConfigured = true;
  readonly #deps: Dependencies;
  readonly #canary: Canary | undefined;

  constructor(dependencies: Dependencies, canary?: Canary) {
    this.#deps = dependencies;
    this.#canary = canary;
    this.requiredEvidence = canary ? [level, 'probe'] : [level];
  }

  /** Derived from the settings, nothing is looked up: a token leaves no trace on AWS until it is used. */
  async *discover(search: Search): AsyncGenerator<Found<BearerToken>> {
    if (search.for !== 'subject') return;
    const seen = new Set<string>();
    for (const issuer of this.#deps.issuers) {
      for (const owner of search.subjects) {
        for (const name of namesOf(owner, issuer, search.clients)) {
          const credential = bearerToken(this.#deps.home, { issuer: issuer.issuer, ...name });
          if (seen.has(credential.id)) continue;
          seen.add(credential.id);
          yield { credential, facts: { ...factsOf(credential), inherentOwners: [subjectKey(owner)] } };
        }
      }
    }
  }

  /** Says what the id says. Whether the subject exists at the issuer is not asked. */
  async describe(credential: BearerToken): Promise<PrincipalFacts> {
    return { ...factsOf(credential), inherentOwners: [this.#ownerOf(credential)] };
  }

  async inspect(credential: BearerToken, order: Order): Promise<Inspection> {
    const row = await reading(this.#deps.denylist, keyOf(credential));
    const live = row !== undefined && isLive(row, epochSeconds(this.#deps.now()));
    const dead = live && refuses(row, order);
    const found = live ? `blocked=${row.blocked} notBefore=${row.notBefore ?? 'none'}` : 'no row';
    return { state: dead ? 'dead' : 'live', level, observed: `dynamodb:GetItem ${found}`, original: {} };
  }

  /** A canary's token is tried, since nobody's own is at hand: see `Canary`. */
  async probe(): Promise<Inspection | undefined> {
    return this.#canary?.probe();
  }

  /** `by`: another credential that the row is denied for; see `Denylist`. */
  async deny(credential: BearerToken, order: Order, by?: string): Promise<'denied'> {
    const denial = this.#denialOf(credential, order);
    await writing(() => this.#deps.denylist.deny(keyOf(credential), denial, by));
    return 'denied';
  }

  /** Only `blocked` rows are held down; a `notBefore` outlives its tokens anyway. */
  async prolong(credential: BearerToken, by?: string): Promise<void> {
    const denial = this.#denialOf(credential, { action: 'block' });
    await writing(() => this.#deps.denylist.prolong(keyOf(credential), denial, by));
  }

  async revoke(credential: BearerToken, order: Order): Promise<void> {
    await this.deny(credential, order);
  }

  async restore(credential: BearerToken): Promise<void> {
    await this.lift(credential);
  }

  async lift(credential: BearerToken, by?: string): Promise<void> {
    await writing(() => this.#deps.denylist.unblock(keyOf(credential), by));
  }

  async remove(): Promise<'nothing-to-remove'> {
    return 'nothing-to-remove';
  }

  /** The row outlives every token that it refuses, counted from now: a retry may come days after the cutoff. */
  #denialOf({ issuer }: BearerToken, order: { action: 'block' } | Order): Denial {
    const now = this.#deps.now();
    const longestToken =
      this.#deps.issuers.find((known) => known.issuer === issuer)?.longestTokenSeconds ?? longestConceivable;
    if (order.action === 'not-before') {
      const notBefore = notBeforeOf(order.cutoff);
      return {
        blocked: false,
        notBefore,
        expiresAt: Math.max(epochSeconds(now), notBefore) + longestToken + margin,
      };
    }
    const expiresAt = Math.max(
      blockedUntil(now, this.#deps.blockedDays),
      epochSeconds(now) + longestToken + margin,
    );
    return { blocked: true, expiresAt };
  }

  /** A single token or session says nothing about whose it is. */
  #ownerOf({ issuer, by, value }: BearerToken): string {
    const format = this.#deps.issuers.find((known) => known.issuer === issuer)?.subjectFormat;
    if (by !== 'subject') return subjectKey({ format: 'opaque', id: value });
    if (format === 'email') return subjectKey({ format, email: value });
    if (format === 'opaque') return subjectKey({ format, id: value });
    return subjectKey({ format: 'iss_sub', iss: issuer, sub: value });
  }
}

/**
 * Epoch seconds, rounded up. `iat` may be rounded to the nearest second, or carry a fraction (NumericDate, RFC
 * 7519 section 2): rounding the cutoff down would let such a token from just before it pass. The price is that
 * a token from up to two seconds after the cutoff is refused too, and the person signs in once more.
 */
export const notBeforeOf = (cutoff: string): number => Math.ceil(Date.parse(cutoff) / 1000);

const refuses = (row: Denial, { action, cutoff }: Order): boolean =>
  action === 'not-before' ? (row.notBefore ?? -1) >= notBeforeOf(cutoff) : row.blocked;

const keyOf = ({ issuer, by, value }: BearerToken): string => tokenDenialKey(issuer, by, value);

const factsOf = ({ value }: BearerToken): PrincipalFacts => ({ arn: '', name: value, tags: {} });
