import { z } from 'zod';
import { basicAuthorization, oauthClientSchema } from '../credentials/oauth-client.ts';
import { parsed, secretText } from '../credentials/provider-api.ts';
import { firstSpellingOf } from '../domain/cognito-issuer.ts';
import type { CanarySettings } from '../domain/enforcement-settings.ts';
import { InvalidInput } from '../domain/errors.ts';
import type { Issuer } from '../domain/settings.ts';
import { jsonOf } from '../shared/json.ts';
import { inconclusive } from './probe-answer.ts';
import { sendProbe } from './probe-request.ts';

/** A token of the canary's own client. */
export interface CanaryToken {
  /** As it is sent; it stays in memory. */
  readonly token: string;
  readonly issuer: string;
  readonly jti: string;
  /** `exp`, epoch seconds, rounded up. */
  readonly expiresAt: number;
}

export interface CanaryTokenDeps {
  readonly issuers: readonly Issuer[];
  /** The text of a secret, by ARN. */
  readonly secret: (arn: string) => Promise<string>;
  readonly fetch: typeof fetch;
  readonly now: () => Date;
}

const grantedSchema = z.object({ access_token: z.string().min(1) });
/** As the authorizer reads them: `jti` is no longer than any event could name. */
const claimsSchema = z.object({
  iss: z.string(),
  jti: z.string().min(1).max(512),
  exp: z.number().positive(),
});

/** Seconds by which clocks may differ. */
const clockMargin = 300;

/** RFC 6749 section 4.4. */
const granted = async (settings: CanarySettings, { secret, fetch }: CanaryTokenDeps): Promise<string> => {
  const text = await secretText(secret, settings.clientSecretArn);
  const client = parsed(oauthClientSchema, text, "the canary's secret holds no clientId and clientSecret");
  const headers = { authorization: basicAuthorization(client), accept: 'application/json' };
  const { scope } = settings;
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...(scope && { scope }) });
  const answer = await sendProbe({ url: settings.tokenUrl, method: 'POST', headers, body }, fetch);
  if (answer.status !== 200) throw inconclusive(`got no token (${answer.status})`);
  return parsed(grantedSchema, answer.text, "the canary's token endpoint answered no access_token")
    .access_token;
};

/** The signature is for the authorizer to check: the token came from its issuer just now. */
const payloadOf = (token: string): unknown =>
  jsonOf(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));

/**
 * A fresh token by client credentials. `InvalidInput` where it is no JWT with `jti` and `exp` by an issuer of the
 * settings: the denylist could not name it. `probe-inconclusive` where none was granted.
 */
export const mintCanary = async (settings: CanarySettings, deps: CanaryTokenDeps): Promise<CanaryToken> => {
  const token = await granted(settings, deps);
  const claims = claimsSchema.safeParse(payloadOf(token));
  if (!claims.success) throw InvalidInput.fromZod(claims.error, 'canary.token');
  const { jti, exp } = claims.data;
  const issuer = firstSpellingOf(claims.data.iss);
  const known = deps.issuers.find((one) => one.issuer === issuer);
  if (!known) throw new InvalidInput('canary.token.iss', 'is not an issuer of the settings');
  const expiresAt = Math.ceil(exp);
  const longest = deps.now().getTime() / 1000 + known.longestTokenSeconds + clockMargin;
  if (expiresAt > longest) throw new InvalidInput('canary.token.exp', 'is later than any token may end');
  return { token, issuer, jti, expiresAt };
};
