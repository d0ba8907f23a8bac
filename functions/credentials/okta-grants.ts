import type { OktaGrants } from '../domain/credential.ts';
import { normaliseEmail } from '../domain/email.ts';
import { CutoffError } from '../domain/errors.ts';
import type { PrincipalFacts } from '../domain/ownership.ts';
import { distinctSubjects, type Subject, subjectKey } from '../domain/subject.ts';
import type { Place } from '../shared/aws-clients.ts';
import { unlessGone } from './aws-errors.ts';
import type { CredentialRevoker, Found, Inspection, Order, Search } from './credential-revoker.ts';
import type { RevokerDependencies } from './index.ts';
import { isOktaUserId, OktaApi, type OktaHeld, type OktaUser } from './okta-api.ts';
import { allOf, hasToGo } from './provider-api.ts';

const level = 'control-plane';

const opaqueKey = (id: string) => subjectKey({ format: 'opaque', id });

const addressesOf = ({ profile }: OktaUser): string[] =>
  [profile.login, profile.email].flatMap((text) => (text?.includes('@') ? normaliseEmail(text) : []));

const factsOf = (user: OktaUser): PrincipalFacts => {
  const addresses: Subject[] = addressesOf(user).map((email) => ({ format: 'email', email }));
  return {
    arn: '',
    name: user.profile.login ?? user.id,
    tags: {},
    ...(user.created && { createdAt: user.created }),
    inherentOwners: [opaqueKey(user.id), ...distinctSubjects(addresses).map(subjectKey)],
  };
};

/**
 * Grants and sessions of one person in Okta (Okta API reference: "Revoke all user sessions", "Revoke all user grants").
 * The sessions are those of Okta itself, with the tokens that were issued in them: not those that an application keeps.
 *
 * Nobody can list somebody's sessions, and an access token that is checked without asking Okta works until it expires.
 * What proves the end is what can be listed: no refresh token is left at any client and, with `revoke`, no grant.
 * Assumption: a deactivated user is answered for like any other.
 *
 * `original`: `{ grants, refreshTokens }`, how many there were. None comes back but by the person's own consent.
 */
export class OktaGrantsRevoker implements CredentialRevoker<OktaGrants> {
  readonly kind = 'okta-grants';
  readonly requiredEvidence = [level] as const;
  readonly denyKeepsOriginal = true;
  readonly hasFastDeny = false;
  readonly isConfigured: boolean;
  readonly cannotComeBack = 'must-be-granted-anew';
  readonly #home: Place;
  readonly #okta: OktaApi | undefined;

  constructor(deps: Pick<RevokerDependencies, 'home' | 'settings' | 'secret' | 'fetch' | 'now'>) {
    const { okta } = deps.settings;
    this.isConfigured = okta !== undefined;
    this.#home = deps.home;
    this.#okta = okta && new OktaApi(okta, deps);
  }

  /** Okta's own id needs no call; an address is looked up where there is none. All users are Okta's to list. */
  async *discover(search: Search): AsyncGenerator<Found<OktaGrants>> {
    if (search.for !== 'subject' || !this.#okta) return;
    const { subjects } = search;
    const ids = subjects.flatMap((one) => (one.format === 'opaque' && isOktaUserId(one.id) ? one.id : []));
    for (const id of new Set(ids)) {
      yield this.#found(id, { arn: '', name: id, tags: {}, inherentOwners: [opaqueKey(id)] });
    }
    if (ids.length > 0) return;
    const found = new Map<string, PrincipalFacts>();
    for (const subject of subjects) {
      const users = subject.format === 'email' ? await this.#usersOf(subject.email) : [];
      const doubt = users.length > 1 && ({ doubt: 'address-is-shared' } as const);
      for (const user of users) found.set(user.id, { ...factsOf(user), ...doubt });
    }
    for (const [id, facts] of found) yield this.#found(id, facts);
  }

  async describe({ id }: OktaGrants): Promise<PrincipalFacts | undefined> {
    const user = await this.#api.user(id);
    return user && factsOf(user);
  }

  async inspect({ id }: OktaGrants, order: Order): Promise<Inspection> {
    const count = async (list: AsyncIterable<OktaHeld>): Promise<number> =>
      (await Array.fromAsync(list)).filter(
        ({ created, status }) => status !== 'REVOKED' && hasToGo(created, order),
      ).length;
    const lists = [
      this.#api.refreshTokens(id),
      ...(order.action === 'end-sessions' ? [] : [this.#api.grants(id)]),
    ];
    const counts = await unlessGone(Promise.all(lists.map(count)));
    if (!counts) return { state: 'gone', level, observed: 'okta:GET /api/v1/users/* E0000007', original: {} };
    const [refreshTokens = 0, grants] = counts;
    const seen = [
      `okta:GET /api/v1/users/*/clients/*/tokens ${refreshTokens}`,
      ...(grants === undefined ? [] : [`okta:GET /api/v1/users/*/grants ${grants}`]),
      'sessions cannot be listed',
    ];
    return {
      state: refreshTokens + (grants ?? 0) > 0 ? 'live' : 'dead',
      level,
      observed: seen.join(', '),
      original: { refreshTokens, ...(grants !== undefined && { grants }) },
    };
  }

  async deny(): Promise<'nothing-to-deny'> {
    return 'nothing-to-deny';
  }

  async prolong(): Promise<void> {
    // What is revoked stays revoked.
  }

  /** A user that is gone has neither: the end that is wanted. */
  async revoke({ id }: OktaGrants, { action }: Order): Promise<void> {
    await allOf([
      unlessGone(this.#api.endSessions(id)),
      ...(action === 'end-sessions' ? [] : [unlessGone(this.#api.revokeGrants(id))]),
    ]);
  }

  async restore(): Promise<void> {
    // Only the person can sign in and consent again.
  }

  async remove(): Promise<'nothing-to-remove'> {
    return 'nothing-to-remove';
  }

  /** The user whose login it is; else all with that address. Whose it is of several, a person has to say. */
  async #usersOf(email: string): Promise<OktaUser[]> {
    const address = normaliseEmail(email);
    const named = (await Array.fromAsync(this.#api.usersByAddress(email))).filter((user) =>
      addressesOf(user).includes(address),
    );
    const login = named.find(({ profile }) => normaliseEmail(profile.login ?? '') === address);
    return login ? [login] : named;
  }

  #found(id: string, facts: PrincipalFacts): Found<OktaGrants> {
    return { credential: { kind: 'okta-grants', ...this.#home, id }, facts };
  }

  get #api(): OktaApi {
    if (this.#okta) return this.#okta;
    throw new CutoffError('Okta is not configured', { code: 'unavailable', retryable: true });
  }
}
