import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { z } from 'zod';
import { InvalidInput } from '../../functions/domain/errors.ts';
import type { Issuer } from '../../functions/domain/settings.ts';
import { type JsonAnswer, startHttpServer } from './http-server.ts';

const audience = 'cutoff-local';
const longestTokenSeconds = 3600;
const usualTokenSeconds = 900;
const longestBody = 10_240;
const jwksPath = '/.well-known/jwks.json';

export interface TokenIssuer {
  /** The `iss` of its tokens, and where it listens. */
  readonly issuer: string;
  readonly jwksUri: string;
  readonly tokenUrl: string;
  readonly audience: typeof audience;
  /** A signed token for that subject, 15 minutes long. `extra` claims win over the usual ones. */
  issue(sub: string, extra?: JWTPayload): Promise<string>;
  /**
   * A security event token (RFC 8417) of these claims, with `iss`, `aud`, `iat` and `jti` unless they are given: neither
   * `sub` nor `exp`. `header` goes over `alg`, `kid` and `typ`.
   */
  sign(claims: JWTPayload, header?: Partial<JWTHeaderParameters>): Promise<string>;
  close(): Promise<void>;
}

/** The issuer as the stack's settings name it (`functions/domain/settings.ts`). */
export const tokenIssuerSettings = ({
  issuer,
  jwksUri,
}: Pick<TokenIssuer, 'issuer' | 'jwksUri'>): Issuer => ({
  ...{ issuer, audience, jwksUri, longestTokenSeconds },
  subjectClaim: 'sub',
  subjectFormat: 'email',
});

const tokenRequestSchema = z.strictObject({
  sub: z.string().trim().min(1).max(512),
  /** Seconds. */
  expiresIn: z.int().min(1).max(longestTokenSeconds).default(usualTokenSeconds),
});
type TokenRequest = z.output<typeof tokenRequestSchema>;

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidInput('body', 'is not JSON');
  }
};

const tokenRequestOf = async (request: IncomingMessage): Promise<TokenRequest> => {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > longestBody) throw new InvalidInput('body', 'is too long');
  }
  const parsed = tokenRequestSchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw InvalidInput.fromZod(parsed.error, 'body');
};

/** RFC 6749 section 5.2: the form in which token endpoints complain. */
const complaint = (error: unknown): JsonAnswer => {
  if (!(error instanceof InvalidInput)) throw error;
  return { status: 400, body: { error: 'invalid_request', error_description: error.message } };
};

interface Signer {
  /** RFC 7517, the public half. */
  readonly jwk: object;
  sign(payload: JWTPayload, header: Partial<JWTHeaderParameters>): Promise<string>;
}

/** A key pair that lives as long as the process: tokens of an earlier run are worth nothing. */
const newSigner = async (alg: 'ES256' | 'RS256'): Promise<Signer> => {
  const { publicKey, privateKey } = await generateKeyPair(alg);
  const kid = randomUUID();
  return {
    jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' },
    sign: (payload, header) =>
      new SignJWT(payload).setProtectedHeader({ alg, kid, ...header }).sign(privateKey),
  };
};

/** Seconds. */
const issuedNow = () => Math.floor(Date.now() / 1000);

const usualClaims = (iss: string) => ({ iss, aud: audience, jti: randomUUID(), iat: issuedNow() });

const tokenFor = (iss: string, payload: JWTPayload & { sub: string }, signer: Signer): Promise<string> => {
  const { iat, ...usual } = usualClaims(iss);
  const email = payload.sub.includes('@') ? { email: payload.sub } : {};
  return signer.sign({ ...usual, iat, exp: iat + usualTokenSeconds, ...email, ...payload }, { typ: 'JWT' });
};

const tokenAnswer = async (request: IncomingMessage, issuer: string, signer: Signer): Promise<JsonAnswer> => {
  const { sub, expiresIn } = await tokenRequestOf(request);
  const access_token = await tokenFor(issuer, { sub, exp: issuedNow() + expiresIn }, signer);
  return { status: 200, body: { access_token, token_type: 'Bearer', expires_in: expiresIn } };
};

/**
 * Hands out tokens to whoever asks, on 127.0.0.1 only: for the demo and for trying things out.
 *
 * `POST /token` with `{"sub": "ada@example.com", "expiresIn"?: seconds}` answers `{"access_token", "token_type":
 * "Bearer", "expires_in"}`, or 400 `{"error", "error_description"}` that names the wrong field. Keys are at
 * `/.well-known/jwks.json`, the description at `/.well-known/openid-configuration`. Access tokens are signed with ES256,
 * security event tokens with RS256, as the interoperability profile of CAEP asks.
 */
export const startTokenIssuer = async ({ port = 0 }: { port?: number } = {}): Promise<TokenIssuer> => {
  const [tokens, events] = await Promise.all([newSigner('ES256'), newSigner('RS256')]);
  const described = (issuer: string) => ({
    issuer,
    jwks_uri: `${issuer}${jwksPath}`,
    token_endpoint: `${issuer}/token`,
    id_token_signing_alg_values_supported: ['ES256'],
  });
  const server = await startHttpServer('token issuer', port, async (request) => {
    switch (`${request.method} ${request.url}`) {
      case `GET ${jwksPath}`:
        return { status: 200, body: { keys: [tokens.jwk, events.jwk] } };
      case 'GET /.well-known/openid-configuration':
        return { status: 200, body: described(server.url) };
      case 'POST /token':
        return tokenAnswer(request, server.url, tokens).catch(complaint);
      default:
        return { status: 404, body: { error: 'not_found' } };
    }
  });
  return {
    ...{ issuer: server.url, audience, close: server.close },
    jwksUri: `${server.url}${jwksPath}`,
    tokenUrl: `${server.url}/token`,
    issue: (sub, extra) => tokenFor(server.url, { sub, ...extra }, tokens),
    sign: (claims, header) =>
      events.sign({ ...usualClaims(server.url), ...claims }, { typ: 'secevent+jwt', ...header }),
  };
};
