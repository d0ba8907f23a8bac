import { z } from 'zod';
import type { Auth0Settings } from '../domain/credential-settings.ts';
import type { PatientFetch } from '../shared/patient-fetch.ts';
import { oauthClientSchema } from './oauth-client.ts';
import { parsed, refusal, secretText } from './provider-api.ts';

const answerSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** Seconds before the end at which a token counts as expired: a call takes its time, and clocks differ. */
const margin = 60;

interface Access {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

export interface TokenDependencies {
  readonly secret: (arn: string) => Promise<string>;
  readonly now: () => Date;
}

/** The access token of the management API ("Get Management API Access Tokens for Production"), kept in memory only. */
export class Auth0Token {
  readonly #settings: Auth0Settings;
  readonly #fetch: PatientFetch;
  readonly #deps: TokenDependencies;
  #asked: Promise<Access> | undefined;

  constructor(settings: Auth0Settings, fetch: PatientFetch, deps: TokenDependencies) {
    this.#settings = settings;
    this.#fetch = fetch;
    this.#deps = deps;
  }

  /** Those who come meanwhile share one request; a failure is not kept. */
  async get(): Promise<string> {
    this.#asked ??= this.#ask();
    const asked = this.#asked;
    try {
      const { token, until } = await asked;
      if (this.#deps.now().getTime() < until) return token;
    } catch (error) {
      this.#forget(asked);
      throw error;
    }
    this.#forget(asked);
    return this.get();
  }

  /** After it was refused: revoked, or signed with a key that was rotated. */
  drop(): void {
    this.#asked = undefined;
  }

  #forget(asked: Promise<Access>): void {
    if (this.#asked === asked) this.#asked = undefined;
  }

  async #ask(): Promise<Access> {
    const { domainUrl, secretArn } = this.#settings;
    const says = 'the secret for Auth0 is not { clientId, clientSecret }';
    const text = await secretText(this.#deps.secret, secretArn);
    const { clientId, clientSecret } = parsed(oauthClientSchema, text, says);
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      audience: new URL('/api/v2/', domainUrl).href,
    });
    const url = new URL('/oauth/token', domainUrl).href;
    const answer = await this.#fetch({ url, method: 'POST', body });
    if (answer.status !== 200) throw refusal('auth0:POST /oauth/token', answer.status);
    const problem = 'auth0:POST /oauth/token answered no token';
    const { access_token: token, expires_in: seconds } = parsed(answerSchema, answer.text, problem);
    const lasts = Math.max(seconds - margin, seconds / 2);
    return { token, until: this.#deps.now().getTime() + lasts * 1000 };
  }
}
