import { z } from 'zod';
import type { Auth0Settings } from '../domain/credential-settings.ts';
import { CutoffError, InvalidInput } from '../domain/errors.ts';
import { jsonOf } from '../shared/json.ts';
import { type PatientAnswer, type PatientFetch, patientFetch } from '../shared/patient-fetch.ts';
import { Auth0Token, type TokenDependencies } from './auth0-token.ts';
import { unlessGone } from './aws-errors.ts';
import { parsed, refusal } from './provider-api.ts';

const notFoundSchema = z.object({ statusCode: z.literal(404) });
const userSchema = z.object({
  user_id: z.string(),
  email: z.string().nullish(),
  email_verified: z.boolean().nullish(),
  created_at: z.string().nullish(),
});
export type Auth0User = z.output<typeof userSchema>;

/** A session or a refresh token. */
const heldSchema = z.object({ created_at: z.string().nullish() });
export type Auth0Held = z.output<typeof heldSchema>;
const next = z.string().nullish();

interface Page {
  readonly held: Auth0Held[];
  readonly next: string | null | undefined;
}

const pageSchemas: Readonly<Record<'sessions' | 'refresh-tokens', z.ZodType<Page>>> = {
  sessions: z
    .object({ sessions: z.array(heldSchema), next })
    .transform((page) => ({ held: page.sessions, next: page.next })),
  'refresh-tokens': z
    .object({ tokens: z.array(heldSchema), next })
    .transform((page) => ({ held: page.tokens, next: page.next })),
};

interface Call {
  readonly method?: 'GET' | 'DELETE';
  /** What the token must be allowed. */
  readonly scope: string;
  /** Below `/api/v2/`. */
  readonly path: string;
}

interface Dependencies extends TokenDependencies {
  readonly fetch: typeof fetch;
}

const fields = 'fields=user_id,email,email_verified,created_at&include_fields=true';
/** The default of these lists, said aloud, since a shorter page of grants is the last one. */
const pageSize = 50;

/** `auth0|…`, `google-oauth2|…`: a connection and the id there. */
export const isAuth0UserId = (id: string): boolean => /^[\w.-]+\|.+$/.test(id);

/** Whatever it contains, it stays one segment of a path. */
const segment = (id: string): string => {
  if (isAuth0UserId(id)) return encodeURIComponent(id);
  throw new InvalidInput('credential.id', 'is not the id of an Auth0 user');
};

/** The part of Auth0's Management API that ends somebody's grants and sessions. */
export class Auth0Api {
  readonly #base: string;
  readonly #fetch: PatientFetch;
  readonly #token: Auth0Token;

  constructor(settings: Auth0Settings, { fetch, ...deps }: Dependencies) {
    this.#base = new URL('/api/v2/', settings.domainUrl).href;
    this.#fetch = patientFetch({ fetch, now: deps.now, what: 'the management API of Auth0' });
    this.#token = new Auth0Token(settings, this.#fetch, deps);
  }

  /** "Get a User"; `undefined` when it is gone. */
  async user(id: string): Promise<Auth0User | undefined> {
    const call = { scope: 'read:users', path: `users/${segment(id)}?${fields}` };
    const answer = await unlessGone(this.#send(call));
    return answer && parsed(userSchema, answer.text, 'auth0:read:users answered no user');
  }

  /** "Search Users by Email": in exactly these capitals. */
  async usersByEmail(email: string): Promise<Auth0User[]> {
    const path = `users-by-email?email=${encodeURIComponent(email)}&${fields}`;
    const { text } = await this.#send({ scope: 'read:users', path });
    return parsed(z.array(userSchema), text, 'auth0:read:users answered no list');
  }

  /** "Get sessions for user" */
  sessions(id: string): AsyncGenerator<Auth0Held> {
    return this.#list(id, 'sessions');
  }

  /** "Get refresh tokens for user" */
  refreshTokens(id: string): AsyncGenerator<Auth0Held> {
    return this.#list(id, 'refresh-tokens');
  }

  /** "Get grants" */
  async *grants(id: string): AsyncGenerator<unknown> {
    for (let page = 0; ; page += 1) {
      const path = `grants?user_id=${segment(id)}&per_page=${pageSize}&page=${page}`;
      const { text } = await this.#send({ scope: 'read:grants', path });
      const grants = parsed(z.array(z.unknown()), text, 'auth0:read:grants answered no list');
      yield* grants;
      if (grants.length < pageSize) return;
    }
  }

  /** "Delete sessions for user" */
  async endSessions(id: string): Promise<void> {
    await this.#send({ method: 'DELETE', scope: 'delete:sessions', path: `users/${segment(id)}/sessions` });
  }

  /** "Delete refresh tokens for user" */
  async revokeRefreshTokens(id: string): Promise<void> {
    const path = `users/${segment(id)}/refresh-tokens`;
    await this.#send({ method: 'DELETE', scope: 'delete:refresh_tokens', path });
  }

  /** "Delete grants by user id" */
  async revokeGrants(id: string): Promise<void> {
    await this.#send({ method: 'DELETE', scope: 'delete:grants', path: `grants?user_id=${segment(id)}` });
  }

  async *#list(id: string, what: keyof typeof pageSchemas): AsyncGenerator<Auth0Held> {
    const scope = `read:${what.replace('-', '_')}`;
    let from: string | null | undefined = '';
    while (typeof from === 'string') {
      const cursor = from && `&from=${encodeURIComponent(from)}`;
      const path = `users/${segment(id)}/${what}?take=${pageSize}${cursor}`;
      const { text }: PatientAnswer = await this.#send({ scope, path });
      const page = parsed(pageSchemas[what], text, `auth0:${scope} answered no list`);
      yield* page.held;
      from = page.next;
    }
  }

  /** A 404 that is none of the API's own is a wrong address, and must never pass for a user that is gone. */
  async #send({ method = 'GET', scope, path }: Call): Promise<PatientAnswer> {
    const headers = { authorization: `Bearer ${await this.#token.get()}`, accept: 'application/json' };
    const answer = await this.#fetch({ url: this.#base + path, method, headers });
    if (answer.status >= 200 && answer.status < 300) return answer;
    if (answer.status === 401) this.#token.drop();
    if (answer.status === 404 && notFoundSchema.safeParse(jsonOf(answer.text)).success) {
      throw new CutoffError(`auth0:${scope} found nothing`, { code: 'not-found', retryable: false });
    }
    throw refusal(`auth0:${scope}`, answer.status);
  }
}
