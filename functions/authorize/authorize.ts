import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import { apiKeyDenialKey, type Denial, tokenDenialKey } from '../domain/denial.ts';
import { sha256 } from '../domain/sha256.ts';
import { policyFor, principalOf, unknownPrincipal } from './answer.ts';
import type { VerifiedToken } from './claims.ts';
import { type Decision, decide } from './decision.ts';
import type { ReadDenials } from './read-denials.ts';
import { Unauthenticated, Unavailable } from './refusal.ts';
import type { Refusal, Report } from './report.ts';
import { type AuthorizeRequest, requestOf } from './request.ts';
import type { VerifyToken } from './verify-token.ts';

export interface AuthorizeDeps {
  readonly verifyToken: VerifyToken;
  readonly readDenials: ReadDenials;
  readonly report: Report;
  readonly now: () => Date;
  readonly clockSkewSeconds: number;
}

interface Judgement {
  readonly decision: Decision;
  readonly principalId: string;
  readonly token: VerifiedToken | undefined;
}

const rowsUnder = (rows: ReadonlyMap<string, Denial>, keys: readonly string[]): Denial[] =>
  keys.flatMap((key) => rows.get(key) ?? []);

/** Every name that a row can stand under for this token: its subject's first. */
const keysOf = ({ issuer, subject, jti, sid, clients }: VerifiedToken): string[] => [
  tokenDenialKey(issuer, 'subject', subject),
  ...(jti ? [tokenDenialKey(issuer, 'jti', jti)] : []),
  ...(sid ? [tokenDenialKey(issuer, 'sid', sid)] : []),
  ...clients.map((client) => tokenDenialKey(issuer, 'client', client)),
];

/**
 * Where both are sent, both must stand. An API key alone is an identity too: that API Gateway checks the key
 * itself is documented ("Choose an API key source in API Gateway"), whether before or after its authorizer is
 * not, so nothing here relies on the order.
 */
const judge = async (request: AuthorizeRequest, deps: AuthorizeDeps): Promise<Judgement> => {
  const token = request.token === undefined ? undefined : await deps.verifyToken(request.token);
  const tokenKeys = token ? keysOf(token) : [];
  const apiKeys = request.apiKeyId === undefined ? [] : [apiKeyDenialKey(request.apiKeyId)];
  const rows = await deps.readDenials([...tokenKeys, ...apiKeys]);
  const presented = {
    ...(token && { token: { issuedAt: token.issuedAt, denials: rowsUnder(rows, tokenKeys) } }),
    ...(apiKeys.length > 0 && { apiKey: { denials: rowsUnder(rows, apiKeys) } }),
  };
  const clock = { nowSeconds: deps.now().getTime() / 1000, skewSeconds: deps.clockSkewSeconds };
  const principalId = principalOf(tokenKeys[0] ?? apiKeys[0] ?? unknownPrincipal);
  return { decision: decide(presented, clock), principalId, token };
};

/** What may be written down about a request. */
const traceOf = (request: AuthorizeRequest | undefined, token?: VerifiedToken): Partial<Refusal> => ({
  requestId: request?.requestId,
  apiKeyId: request?.apiKeyId,
  issuer: token?.issuer,
  jti: token?.jti,
  tokenSha256: request?.token === undefined ? undefined : sha256(request.token),
});

const refuse = (error: unknown, request: AuthorizeRequest | undefined, deps: AuthorizeDeps) => {
  const trace = traceOf(request);
  if (error instanceof Unauthenticated || !request) {
    const reason = error instanceof Unauthenticated ? error.reason : 'not-understood';
    deps.report({ ...trace, level: 'INFO', reason });
    // This very word makes API Gateway answer 401 ("Use API Gateway Lambda authorizers"); any other, 500.
    throw new Error('Unauthorized');
  }
  const reason = error instanceof Unavailable ? error.reason : 'unexpected-error';
  const cause = error instanceof Unavailable ? error.cause : error;
  const kind = cause instanceof Error ? cause.name : undefined;
  deps.report({ ...trace, level: 'ERROR', reason, error: kind, unavailable: true });
  return policyFor('Deny', request.stageArn, { principalId: unknownPrincipal, reason });
};

/**
 * Decides one request of a REST API. Answers an Allow or Deny policy for the whole stage (403 where denied);
 * throws `Error('Unauthorized')` (401) where no valid identity was sent. Whatever goes wrong, it refuses.
 */
export const authorize = async (event: unknown, deps: AuthorizeDeps): Promise<APIGatewayAuthorizerResult> => {
  let request: AuthorizeRequest | undefined;
  try {
    request = requestOf(event);
    const { decision, principalId, token } = await judge(request, deps);
    if (decision === 'allowed') {
      return policyFor('Allow', request.stageArn, { principalId, reason: decision });
    }
    deps.report({ ...traceOf(request, token), level: 'INFO', reason: decision });
    return policyFor('Deny', request.stageArn, { principalId, reason: decision });
  } catch (error) {
    return refuse(error, request, deps);
  }
};
