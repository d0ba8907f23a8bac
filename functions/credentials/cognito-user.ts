import type { CognitoUser } from '../domain/credential.ts';
import type { PrincipalFacts } from '../domain/ownership.ts';
import { type PoolDependencies, placeOf } from './cognito-pool.ts';
import { CognitoUserCalls, type PoolUser } from './cognito-user-calls.ts';
import { factsOf, filtersFor } from './cognito-user-owner.ts';
import { CognitoUserTokens } from './cognito-user-tokens.ts';
import type { CredentialRevoker, Found, Inspection, Order, Original, Search } from './credential-revoker.ts';

const level = 'control-plane';

/**
 * A user of a Cognito user pool, disabled and signed out. "Other requests might be valid until your user's token
 * expires" ("AdminUserGlobalSignOut"), so where the authorizer trusts the pool, its denylist refuses the tokens first.
 *
 * `original`: `{ enabled: boolean, blocks?: string }`. `blocks` is what the row names that our cut adds to and a restore
 * lifts; absent where none is needed. Others may want the same row: it is blocked until the last of them lets go.
 *
 * With `end-sessions` the user stays enabled. No call tells that somebody was signed out, so a row that no token can be
 * named by is our own record of it, written after the call, and read together with the row that refuses the tokens.
 *
 * AdminGetUser makes a user count as active in the month ("AdminGetUser"); ListUsers may be late and proves nothing.
 */
export class CognitoUserRevoker implements CredentialRevoker<CognitoUser> {
  readonly kind = 'cognito-user';
  readonly requiredEvidence = [level] as const;
  readonly denyKeepsOriginal = false;
  readonly hasFastDeny = true;
  readonly readsDenylist = true;
  readonly isConfigured: boolean;
  readonly #deps: PoolDependencies;
  readonly #users: CognitoUserCalls;
  readonly #tokens: CognitoUserTokens;

  constructor(dependencies: PoolDependencies) {
    this.#deps = dependencies;
    this.#users = new CognitoUserCalls(dependencies.clients);
    this.#tokens = new CognitoUserTokens(dependencies);
    this.isConfigured = dependencies.settings.cognitoUserPools.length > 0;
  }

  async *discover(search: Search): AsyncGenerator<Found<CognitoUser>> {
    for (const pool of this.#deps.settings.cognitoUserPools) {
      const place = placeOf(this.#deps.home, pool);
      const seen = new Set<string>();
      for (const filter of filtersFor(search, pool)) {
        for await (const user of this.#users.list(place, pool, filter)) {
          if (seen.has(user.name)) continue;
          seen.add(user.name);
          const id = `${pool}/${user.name}`;
          const credential = { kind: 'cognito-user', ...place, id, pool, user: user.name } as const;
          yield { credential, facts: factsOf(pool, user) };
        }
      }
    }
  }

  async describe(credential: CognitoUser): Promise<PrincipalFacts | undefined> {
    const user = await this.#users.read(credential);
    return user && factsOf(credential.pool, user);
  }

  async inspect(credential: CognitoUser, order: Order): Promise<Inspection> {
    const user = await this.#users.read(credential);
    if (!user)
      return { state: 'gone', level, observed: 'cognito-idp:AdminGetUser UserNotFound', original: {} };
    const { pool } = credential;
    const name = this.#tokens.nameOf(pool, user);
    const passes = name !== undefined && (await this.#tokens.pass(pool, name, order));
    const tokens =
      name === undefined ? 'no token trusted' : `tokens ${passes ? 'pass' : 'refused'} by denylist`;
    if (order.action === 'end-sessions') {
      const signedOut = await this.#tokens.isSignedOut(pool, user, order);
      const observed = `cognito-idp:AdminGetUser shows no sign-outs, our record of one: ${signedOut}, ${tokens}`;
      // Nothing is held down, so there is nothing to go back to.
      return { state: signedOut && !passes ? 'dead' : 'live', level, observed, original: {} };
    }
    const { enabled } = user;
    return {
      state: enabled || passes ? 'live' : 'dead',
      level,
      observed: `cognito-idp:AdminGetUser Enabled=${enabled}, ${tokens}`,
      original: { enabled, ...(name !== undefined && { blocks: name }) },
    };
  }

  async deny(credential: CognitoUser, order: Order): Promise<'denied' | 'nothing-to-deny'> {
    if (!this.#tokens.areTrusted(credential.pool)) return 'nothing-to-deny';
    const user = await this.#users.read(credential);
    return user ? this.#refuse(credential, user, order) : 'nothing-to-deny';
  }

  /** A user that is gone gets no more tokens, and the row outlives those it has. */
  async prolong(credential: CognitoUser): Promise<void> {
    if (!this.#tokens.areTrusted(credential.pool)) return;
    const user = await this.#users.read(credential);
    const name = user && this.#tokens.nameOf(credential.pool, user);
    if (name !== undefined) await this.#tokens.prolong(credential, name);
  }

  async revoke(credential: CognitoUser, order: Order): Promise<void> {
    const user = await this.#users.read(credential);
    if (!user) return; // gone meanwhile: that is the end state
    await this.#refuse(credential, user, order);
    if (order.action !== 'end-sessions') {
      // Before the sign-out, so that nobody signs in again in between.
      await this.#users.change('AdminDisableUser', credential, user);
    }
    await this.#users.change('AdminUserGlobalSignOut', credential, user);
    if (order.action === 'end-sessions') await this.#tokens.recordSignOut(credential.pool, user, order);
  }

  /** The row goes last. It is lifted for a user that is gone too: the address may be somebody else's by now. */
  async restore(credential: CognitoUser, { enabled, blocks }: Original): Promise<void> {
    const user = enabled === true ? await this.#users.read(credential) : undefined;
    if (user) await this.#users.change('AdminEnableUser', credential, user);
    if (typeof blocks === 'string') await this.#tokens.lift(credential, blocks);
  }

  async remove(credential: CognitoUser): Promise<'removed'> {
    const user = await this.#users.read(credential);
    if (user) await this.#users.change('AdminDeleteUser', credential, user);
    return 'removed';
  }

  async #refuse(
    credential: CognitoUser,
    user: PoolUser,
    order: Order,
  ): Promise<'denied' | 'nothing-to-deny'> {
    const name = this.#tokens.nameOf(credential.pool, user);
    return name === undefined ? 'nothing-to-deny' : this.#tokens.refuse(credential, name, order);
  }
}
