import type { Auth0Grants } from '../domain/credential.ts';
import { asSpelled, normaliseEmail } from '../domain/email.ts';
import { CutoffError } from '../domain/errors.ts';
import type { PrincipalFacts } from '../domain/ownership.ts';
import { type Subject, subjectKey } from '../domain/subject.ts';
import type { Place } from '../shared/aws-clients.ts';
import { Auth0Api, type Auth0User, isAuth0UserId } from './auth0-api.ts';
import { unlessGone } from './aws-errors.ts';
import type { CredentialRevoker, Found, Inspection, Order, Search } from './credential-revoker.ts';
import type { RevokerDependencies } from './index.ts';
import { allOf, hasToGo } from './provider-api.ts';

const level = 'control-plane';

const factsOf = ({ user_id: id, email, email_verified, created_at }: Auth0User): PrincipalFacts => ({
  arn: '',
  name: id,
  tags: {},
  ...(created_at && { createdAt: created_at }),
  inherentOwners: [
    subjectKey({ format: 'opaque', id }),
    // Anybody may sign up with an address; who confirmed it has it.
    ...(email && email_verified === true ? [subjectKey({ format: 'email', email })] : []),
  ],
});

/** Those of Auth0's own database are kept in small letters, others as their provider spells them. */
const spellingsOf = (email: string): string[] => [...new Set([asSpelled(email), normaliseEmail(email)])];

/** The user is there, and what is asked about it is not. */
const notOffered = () =>
  new CutoffError('Auth0 does not offer sessions and refresh tokens of users to this tenant', {
    code: 'unavailable',
    retryable: true,
  });

/**
 * Grants and sessions of one person in Auth0. Deletions of sessions and refresh tokens are accepted and done later
 * ("Manage User Sessions with the Management API", "Manage Refresh Tokens with Auth0 Management API"), which the looks
 * that follow wait for; both are for Enterprise plans. Tokens go with the grant that they were issued in ("Revoke
 * Refresh Tokens"). An access token that is checked without asking Auth0 works until it expires.
 *
 * Assumptions: the deletions succeed for a user that has nothing; a user that is gone leaves nothing behind.
 *
 * `original`: `{ sessions, refreshTokens, grants }`, how many there were. None comes back but by the person's own doing.
 */
export class Auth0GrantsRevoker implements CredentialRevoker<Auth0Grants> {
  readonly kind = 'auth0-grants';
  readonly requiredEvidence = [level] as const;
  readonly denyKeepsOriginal = true;
  readonly hasFastDeny = false;
  readonly isConfigured: boolean;
  readonly cannotComeBack = 'must-be-granted-anew';
  readonly #home: Place;
  readonly #auth0: Auth0Api | undefined;

  constructor(deps: Pick<RevokerDependencies, 'home' | 'settings' | 'secret' | 'fetch' | 'now'>) {
    const { auth0 } = deps.settings;
    this.isConfigured = auth0 !== undefined;
    this.#home = deps.home;
    this.#auth0 = auth0 && new Auth0Api(auth0, deps);
  }

  /**
   * Auth0's own id needs no call. A confirmed address is the same person's in every connection, so all of these count.
   * All users are Auth0's to list.
   */
  async *discover(search: Search): AsyncGenerator<Found<Auth0Grants>> {
    if (search.for !== 'subject' || !this.#auth0) return;
    const users = await Promise.all(search.subjects.map((subject) => this.#usersOf(subject)));
    const byId = new Map(users.flat().map((user) => [user.user_id, user]));
    for (const [id, user] of byId) {
      yield { credential: { kind: 'auth0-grants', ...this.#home, id }, facts: factsOf(user) };
    }
  }

  async describe({ id }: Auth0Grants): Promise<PrincipalFacts | undefined> {
    const user = await this.#api.user(id);
    return user && factsOf(user);
  }

  /** The user is read first: what is answered about the lists of a user that is gone is not documented. */
  async inspect({ id }: Auth0Grants, order: Order): Promise<Inspection> {
    if (!(await this.#api.user(id))) {
      return { state: 'gone', level, observed: 'auth0:read:users 404', original: {} };
    }
    const counts = await unlessGone(this.#count(id, order));
    if (!counts) throw notOffered();
    const entries = Object.entries(counts);
    return {
      state: entries.some(([, count]) => count > 0) ? 'live' : 'dead',
      level,
      observed: `auth0: ${entries.map(([name, count]) => `${count} ${name}`).join(', ')}`,
      original: counts,
    };
  }

  async deny(): Promise<'nothing-to-deny'> {
    return 'nothing-to-deny';
  }

  async prolong(): Promise<void> {
    // What is revoked stays revoked.
  }

  /** A user that is gone has nothing of it: the end that is wanted. */
  async revoke({ id }: Auth0Grants, { action }: Order): Promise<void> {
    const api = this.#api;
    const calls = [api.endSessions(id), api.revokeRefreshTokens(id)];
    if (action !== 'end-sessions') calls.push(api.revokeGrants(id));
    const isDone = await unlessGone(allOf(calls).then(() => true));
    if (!isDone && (await api.user(id))) throw notOffered();
  }

  async restore(): Promise<void> {
    // Only the person can sign in and consent again.
  }

  async remove(): Promise<'nothing-to-remove'> {
    return 'nothing-to-remove';
  }

  async #usersOf(subject: Subject): Promise<Auth0User[]> {
    if (subject.format === 'opaque') return isAuth0UserId(subject.id) ? [{ user_id: subject.id }] : [];
    if (subject.format !== 'email') return [];
    const users = await Promise.all(spellingsOf(subject.email).map((email) => this.#api.usersByEmail(email)));
    return users.flat().filter((user) => user.email_verified === true);
  }

  async #count(id: string, order: Order): Promise<Record<string, number>> {
    const api = this.#api;
    const [sessions, refreshTokens, grants] = await Promise.all([
      Array.fromAsync(api.sessions(id)),
      Array.fromAsync(api.refreshTokens(id)),
      order.action === 'end-sessions' ? undefined : Array.fromAsync(api.grants(id)),
    ]);
    const before = (held: typeof sessions) =>
      held.filter(({ created_at }) => hasToGo(created_at, order)).length;
    return {
      sessions: before(sessions),
      refreshTokens: before(refreshTokens),
      ...(grants && { grants: grants.length }),
    };
  }

  get #api(): Auth0Api {
    if (this.#auth0) return this.#auth0;
    throw new CutoffError('Auth0 is not configured', { code: 'unavailable', retryable: true });
  }
}
