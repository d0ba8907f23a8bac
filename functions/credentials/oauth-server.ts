import type { OAuthServer } from '../domain/credential-settings.ts';
import { CutoffError } from '../domain/errors.ts';
import { isObject, jsonOf } from '../shared/json.ts';
import { type PatientAnswer, type PatientFetch, patientFetch } from '../shared/patient-fetch.ts';
import { calling } from './aws-errors.ts';
import { basicAuthorization, type OAuthClient, oauthClientSchema } from './oauth-client.ts';

/** RFC 6749 section 5.2, RFC 7009 section 2.2.1: what an error may be called, so that nothing else is quoted. */
const knownErrors: ReadonlySet<unknown> = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'unsupported_token_type',
  'invalid_scope',
]);

interface Dependencies {
  readonly secret: (arn: string) => Promise<string>;
  readonly fetch: typeof fetch;
}

const fieldOf = ({ text }: PatientAnswer, name: string): unknown => {
  const body = jsonOf(text);
  return isObject(body) ? body[name] : undefined;
};

/** One authorization server, asked by the client that its tokens were issued to. No token leaves this file. */
export class OAuthServerClient {
  readonly #server: OAuthServer;
  readonly #secret: Dependencies['secret'];
  readonly #fetch: PatientFetch;

  constructor(server: OAuthServer, { secret, fetch }: Dependencies) {
    this.#server = server;
    this.#secret = secret;
    this.#fetch = patientFetch({ fetch, what: server.issuer });
  }

  get canIntrospect(): boolean {
    return this.#server.introspectionEndpoint !== undefined;
  }

  /**
   * RFC 7009 section 2.2: 200 for a token that is unknown or revoked already, too; some servers answer 400 with
   * `invalid_token` to that (Google). Not `invalid_grant`: others say so of a token of another client. Access tokens of the same grant
   * SHOULD go with it (section 2.1); whether they do is the server's affair.
   */
  async revoke(token: string, hint: 'refresh_token' | 'access_token' = 'refresh_token'): Promise<void> {
    const answer = await this.#post(this.#server.revocationEndpoint, { token, token_type_hint: hint });
    const isRevoked = answer.status === 400 && fieldOf(answer, 'error') === 'invalid_token';
    if (answer.status !== 200 && !isRevoked) throw this.#refusal('revocation', answer);
  }

  /** RFC 7662 section 2.2. `active: false` is also what a client sees that may not know about the token. */
  async isActive(token: string): Promise<boolean> {
    const { introspectionEndpoint: url = '' } = this.#server;
    const answer = await this.#post(url, { token, token_type_hint: 'refresh_token' });
    const active = answer.status === 200 ? fieldOf(answer, 'active') : undefined;
    if (typeof active !== 'boolean') throw this.#refusal('introspection', answer);
    return active;
  }

  /**
   * Whether a refresh is granted (RFC 6749 section 6). What it grants is revoked before this returns: first the new
   * refresh token, where one came.
   */
  async refreshes(token: string): Promise<boolean> {
    const form = { grant_type: 'refresh_token', refresh_token: token };
    const answer = await this.#post(this.#server.tokenEndpoint, form);
    if (answer.status === 400 && fieldOf(answer, 'error') === 'invalid_grant') return false;
    if (answer.status !== 200) throw this.#refusal('refresh', answer);
    const [next, access] = [fieldOf(answer, 'refresh_token'), fieldOf(answer, 'access_token')];
    if (typeof next === 'string') await this.revoke(next);
    if (typeof access === 'string') await this.#revokeIfItCan(access);
    return true;
  }

  /** A server need not be able to revoke access tokens (RFC 7009 section 2); those end by themselves, and soon. */
  async #revokeIfItCan(accessToken: string): Promise<void> {
    try {
      await this.revoke(accessToken, 'access_token');
    } catch (error) {
      if (!(error instanceof CutoffError) || error.code !== 'invalid-input') throw error;
    }
  }

  async #post(url: string, form: Record<string, string>): Promise<PatientAnswer> {
    const authorization = basicAuthorization(await this.#client());
    const headers = { authorization, accept: 'application/json' };
    return this.#fetch({ url, method: 'POST', headers, body: new URLSearchParams(form) });
  }

  async #client(): Promise<OAuthClient> {
    const { clientSecretArn, issuer } = this.#server;
    const text = await calling('secretsmanager:GetSecretValue', () => this.#secret(clientSecretArn));
    const { data } = oauthClientSchema.safeParse(jsonOf(text));
    if (data) return data;
    throw new CutoffError(`the secret of the client at ${issuer} holds no clientId and clientSecret`, {
      code: 'invalid-input',
      retryable: false,
    });
  }

  /** Of a client that is refused: a person may put it right while the message still waits, as with a role. */
  #refusal(what: string, answer: PatientAnswer): CutoffError {
    const { issuer } = this.#server;
    const error = fieldOf(answer, 'error');
    const named = knownErrors.has(error) ? `${answer.status} ${error}` : `${answer.status}`;
    if ([401, 403].includes(answer.status) || error === 'invalid_client') {
      const message = `${what} at ${issuer} is not allowed to this client (${named})`;
      return new CutoffError(message, { code: 'access-denied', retryable: true });
    }
    const isRefused = answer.status === 400;
    return new CutoffError(`${what} at ${issuer} answered ${named}`, {
      code: isRefused ? 'invalid-input' : 'unavailable',
      retryable: !isRefused,
    });
  }
}
