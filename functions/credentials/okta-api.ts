import { z } from 'zod';
import type { OktaSettings } from '../domain/credential-settings.ts';
import { CutoffError, InvalidInput } from '../domain/errors.ts';
import { jsonOf } from '../shared/json.ts';
import { type PatientAnswer, type PatientFetch, patientFetch } from '../shared/patient-fetch.ts';
import { unlessGone } from './aws-errors.ts';
import { parsed, refusal, secretText } from './provider-api.ts';

const secretSchema = z.object({ apiToken: z.string().trim().min(1) });
const errorSchema = z.object({ errorCode: z.string() });
const userSchema = z.object({
  id: z.string(),
  created: z.string().nullish(),
  profile: z.object({ login: z.string().nullish(), email: z.string().nullish() }),
});
export type OktaUser = z.output<typeof userSchema>;

/** A grant or a refresh token. `GrantOrTokenStatus` is `ACTIVE` or `REVOKED` (Okta API reference). */
const heldSchema = z.object({ created: z.string().nullish(), status: z.string().nullish() });
export type OktaHeld = z.output<typeof heldSchema>;
const clientSchema = z.object({ client_id: z.string() });

interface Call {
  readonly method?: 'GET' | 'DELETE';
  /** What is asked for permission: `*` stands for an id. */
  readonly pattern: string;
  readonly ids: readonly string[];
  readonly query?: string;
}

interface Dependencies {
  readonly secret: (arn: string) => Promise<string>;
  readonly fetch: typeof fetch;
  readonly now: () => Date;
}

/** As in all of Okta's examples (`00ub0oNGTSWTBKOLGLNR`). Assumption: 20 characters, always. */
export const isOktaUserId = (id: string): boolean => /^00u[0-9A-Za-z]{17}$/.test(id);

/** In a path, `me` is the owner of the API token, and `..` leads elsewhere. */
const userId = (id: string): string => {
  if (isOktaUserId(id)) return id;
  throw new InvalidInput('credential.id', 'is not the id of an Okta user');
};

const pathOf = ({ pattern, ids, query = '' }: Call): string => {
  const left = [...ids];
  return pattern.replaceAll('*', () => encodeURIComponent(left.shift() ?? '')) + query;
};

/** "Special characters" (Okta API reference): quotes are escaped with a backslash. */
const quote = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;

/** The part of Okta's management API that ends somebody's grants and sessions. */
export class OktaApi {
  readonly #settings: OktaSettings;
  readonly #secret: () => Promise<string>;
  readonly #fetch: PatientFetch;

  constructor(settings: OktaSettings, { secret, fetch, now }: Dependencies) {
    this.#settings = settings;
    this.#secret = () => secretText(secret, settings.secretArn);
    this.#fetch = patientFetch({ fetch, now, what: 'the management API of Okta' });
  }

  /** "Retrieve a user"; `undefined` when it is gone. */
  async user(id: string): Promise<OktaUser | undefined> {
    const call = { pattern: '/api/v1/users/*', ids: [userId(id)] };
    const answer = await unlessGone(this.#send(call));
    return answer && parsed(userSchema, answer.text, `okta:GET ${call.pattern} answered no user`);
  }

  /** "List all users", `search`: without regard to case, and deactivated users too. */
  usersByAddress(address: string): AsyncGenerator<OktaUser> {
    const value = quote(address);
    const search = encodeURIComponent(`profile.login eq ${value} or profile.email eq ${value}`);
    return this.#list(userSchema, { pattern: '/api/v1/users', ids: [], query: `?search=${search}` });
  }

  /** "List all user grants" */
  grants(id: string): AsyncGenerator<OktaHeld> {
    return this.#list(heldSchema, {
      pattern: '/api/v1/users/*/grants',
      ids: [userId(id)],
      query: '?limit=200',
    });
  }

  /** "List all clients" for which the user has grants or tokens; "List all refresh tokens for a client" */
  async *refreshTokens(id: string): AsyncGenerator<OktaHeld> {
    const ids = [userId(id)];
    for await (const client of this.#list(clientSchema, { pattern: '/api/v1/users/*/clients', ids })) {
      const pattern = '/api/v1/users/*/clients/*/tokens';
      const call = { pattern, ids: [...ids, client.client_id], query: '?limit=200' };
      // Not found here is the client, deleted meanwhile with its tokens: the user was there a moment ago.
      yield* (await unlessGone(Array.fromAsync(this.#list(heldSchema, call)))) ?? [];
    }
  }

  /** "Revoke all user sessions". `forgetDevices` is the default of Identity Engine, and not of Classic Engine. */
  async endSessions(id: string): Promise<void> {
    const query = '?oauthTokens=true&forgetDevices=true';
    await this.#send({ method: 'DELETE', pattern: '/api/v1/users/*/sessions', ids: [userId(id)], query });
  }

  /** "Revoke all user grants" */
  async revokeGrants(id: string): Promise<void> {
    await this.#send({ method: 'DELETE', pattern: '/api/v1/users/*/grants', ids: [userId(id)] });
  }

  async *#list<T>(schema: z.ZodType<T>, call: Call): AsyncGenerator<T> {
    let next: string | undefined = new URL(pathOf(call), this.#settings.orgUrl).href;
    while (next !== undefined) {
      const { headers, text }: PatientAnswer = await this.#send(call, next);
      yield* parsed(z.array(schema), text, `okta:GET ${call.pattern} answered no list`);
      next = this.#nextOf(headers);
    }
  }

  /** "Pagination": the link is opaque. It is followed to Okta only, since the API token goes with it. */
  #nextOf(headers: Headers): string | undefined {
    const [, url] = /<([^<>]+)>\s*;\s*rel="next"/.exec(headers.get('link') ?? '') ?? [];
    if (url === undefined) return undefined;
    if (URL.parse(url)?.origin === new URL(this.#settings.orgUrl).origin) return url;
    throw new CutoffError('a page of Okta leads elsewhere', { code: 'unavailable', retryable: true });
  }

  /** A 404 without Okta's own code is a wrong address, and must never pass for a user that is gone. */
  async #send(call: Call, url = new URL(pathOf(call), this.#settings.orgUrl).href): Promise<PatientAnswer> {
    const { method = 'GET', pattern } = call;
    const says = 'the secret for Okta is not { apiToken }';
    const { apiToken } = parsed(secretSchema, await this.#secret(), says);
    const headers = { authorization: `SSWS ${apiToken}`, accept: 'application/json' };
    const answer = await this.#fetch({ url, method, headers });
    if (answer.status >= 200 && answer.status < 300) return answer;
    const permission = `okta:${method} ${pattern}`;
    const { errorCode } = errorSchema.safeParse(jsonOf(answer.text)).data ?? {};
    if (answer.status === 404 && errorCode === 'E0000007') {
      throw new CutoffError(`${permission} found nothing`, { code: 'not-found', retryable: false });
    }
    throw refusal(permission, answer.status);
  }
}
