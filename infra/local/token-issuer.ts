import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import type { Issuer } from '../../functions/domain/settings.ts';
import { type JsonAnswer, startHttpServer } from './http-server.ts';
import {
  type Client,
  complaint,
  longestTokenSeconds,
  tokenRequestOf,
  usualTokenSeconds,
} from './token-request.ts';

const audience = 'cutoff-local';
const jwksPath = '/.well-known/jwks.json';

export interface TokenIssuer {
  /** The `iss` of its tokens, and where it listens. */
  readonly issuer: string;
  readonly jwksUri: string;
  readonly tokenUrl: string;
  readonly audience: typeof audience;
  /** The one client that it knows, with a new secret at each start. */
  readonly canary: Client;
  /** A signed token for that subject, 15 minutes long. `extra` claims win over the usual ones. */
  issue(sub: string, extra?: JWTPayload): Promise<string>;
  /**
   * A security event token (RFC 8417) of these claims, with `iss`, `aud`, `iat` and `jti` unless they are given:
   * neither `sub` nor `exp`. `header` goes over `alg`, `kid` and `typ`.
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

type Now = () => Date;

/** Seconds since 1970. */
const secondsOf = (time: Date): number => Math.floor(time.getTime() / 1000);

const usualClaims = (iss: string, now: Now) => ({
  ...{ iss, aud: audience },
  ...{ jti: randomUUID(), iat: secondsOf(now()) },
});

interface Issuing {
  readonly url: string;
  readonly signer: Signer;
  readonly now: Now;
}

const tokenFor = (payload: JWTPayload & { sub: string }, { url, signer, now }: Issuing): Promise<string> => {
  const { iat, ...usual } = usualClaims(url, now);
  const email = payload.sub.includes('@') ? { email: payload.sub } : {};
  return signer.sign({ ...usual, iat, exp: iat + usualTokenSeconds, ...email, ...payload }, { typ: 'JWT' });
};

const tokenAnswer = async (
  request: IncomingMessage,
  client: Client,
  issuing: Issuing,
): Promise<JsonAnswer> => {
  const { sub, expiresIn, claims } = await tokenRequestOf(request, client);
  const exp = secondsOf(issuing.now()) + expiresIn;
  const access_token = await tokenFor({ ...claims, sub, exp }, issuing);
  return { status: 200, body: { access_token, token_type: 'Bearer', expires_in: expiresIn } };
};

/**
 * Hands out tokens to whoever asks, on 127.0.0.1 only: for the demo and for trying things out.
 *
 * `POST /token` with `{"sub": "ada@example.com", "expiresIn"?: seconds}` answers `{"access_token", "token_type":
 * "Bearer", "expires_in"}`, or 400 `{"error", "error_description"}` that names the wrong field. So does a client
 * credentials request of OAuth 2 (RFC 6749 section 4.4) by the client `canary`, authenticated with HTTP Basic:
 * `sub` and `client_id` are the client then; wrong credentials are 401 `{"error": "invalid_client"}`. Keys are at
 * `/.well-known/jwks.json`, the description at `/.well-known/openid-configuration`. Access tokens are signed with
 * ES256, security event tokens with RS256, as the interoperability profile of CAEP asks.
 */
export const startTokenIssuer = async ({
  port = 0,
  now = () => new Date(),
}: {
  port?: number;
  now?: Now;
} = {}): Promise<TokenIssuer> => {
  const [tokens, events] = await Promise.all([newSigner('ES256'), newSigner('RS256')]);
  const canary = { clientId: 'canary', clientSecret: randomBytes(32).toString('base64url') };
  const described = (issuer: string) => ({
    issuer,
    jwks_uri: `${issuer}${jwksPath}`,
    token_endpoint: `${issuer}/token`,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_basic'],
    id_token_signing_alg_values_supported: ['ES256'],
  });
  const issuing = (): Issuing => ({ url: server.url, signer: tokens, now });
  const server = await startHttpServer('token issuer', port, async (request) => {
    switch (`${request.method} ${request.url}`) {
      case `GET ${jwksPath}`:
        return { status: 200, body: { keys: [tokens.jwk, events.jwk] } };
      case 'GET /.well-known/openid-configuration':
        return { status: 200, body: described(server.url) };
      case 'POST /token':
        return tokenAnswer(request, canary, issuing()).catch(complaint);
      default:
        return { status: 404, body: { error: 'not_found' } };
    }
  });
  return {
    ...{ issuer: server.url, audience, canary, close: server.close },
    jwksUri: `${server.url}${jwksPath}`,
    tokenUrl: `${server.url}/token`,
    issue: (sub, extra) => tokenFor({ sub, ...extra }, issuing()),
    sign: (claims, header) =>
      events.sign({ ...usualClaims(server.url, now), ...claims }, { typ: 'secevent+jwt', ...header }),
  };
};
