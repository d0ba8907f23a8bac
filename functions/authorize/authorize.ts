import { apiKeyDenialKey, apiKeyHashDenialKey, type Denial, tokenDenialKey } from '../domain/denial.ts';
import { sha256 } from '../domain/sha256.ts';
import { type Answer, type AnswerTo, principalOf, unknownPrincipal, type Verdict } from './answer.ts';
import type { VerifiedToken } from './claims.ts';
import { type Decision, decide } from './decision.ts';
import type { KnowDenials } from './know-denials.ts';
import { Unauthenticated, Unavailable } from './refusal.ts';
import type { Report, Told } from './report.ts';
import { type Call, type Credentials, callOf, credentialsOf, type RequestOptions } from './request.ts';
import type { VerifyToken } from './verify-token.ts';

export interface AuthorizeDeps extends RequestOptions {
  readonly verifyToken: VerifyToken;
  readonly denials: KnowDenials;
  readonly answer: AnswerTo;
  readonly report: Report;
  readonly now: () => Date;
  readonly clockSkewSeconds: number;
}

interface Judgement {
  readonly decision: Decision;
  readonly principalId: string;
  readonly token: VerifiedToken | undefined;
  readonly fromMemory: boolean;
}

const rowsUnder = (rows: ReadonlyMap<string, Denial>, keys: readonly string[]): Denial[] =>
  keys.flatMap((key) => rows.get(key) ?? []);

/** Every name that a row can stand under for this token: its subject's first. */
const tokenKeys = ({ issuer, subject, jti, sid, clients }: VerifiedToken): string[] => [
  tokenDenialKey(issuer, 'subject', subject),
  ...(jti ? [tokenDenialKey(issuer, 'jti', jti)] : []),
  ...(sid ? [tokenDenialKey(issuer, 'sid', sid)] : []),
  ...clients.map((client) => tokenDenialKey(issuer, 'client', client)),
];

type Request = Call & Credentials;

const apiKeyKeys = ({ apiKeyId, apiKey }: Credentials): string[] => [
  ...(apiKeyId === undefined ? [] : [apiKeyDenialKey(apiKeyId)]),
  ...(apiKey === undefined ? [] : [apiKeyHashDenialKey(sha256(apiKey))]),
];

/**
 * Where both are sent, both must stand. An API key alone is an identity too: that API Gateway checks the key
 * itself is documented ("Choose an API key source in API Gateway"), whether before or after its authorizer is
 * not, so nothing here relies on the order.
 */
const judge = async (request: Request, deps: AuthorizeDeps): Promise<Judgement> => {
  const token = request.token === undefined ? undefined : await deps.verifyToken(request.token);
  const ofToken = token ? tokenKeys(token) : [];
  const ofApiKey = apiKeyKeys(request);
  const { rows, fromMemory = false } = await deps.denials([...ofToken, ...ofApiKey], request);
  const presented = {
    ...(token && { token: { issuedAt: token.issuedAt, denials: rowsUnder(rows, ofToken) } }),
    ...(ofApiKey.length > 0 && { apiKey: { denials: rowsUnder(rows, ofApiKey) } }),
  };
  const clock = { nowSeconds: deps.now().getTime() / 1000, skewSeconds: deps.clockSkewSeconds };
  const principalId = principalOf(ofToken[0] ?? ofApiKey[0] ?? unknownPrincipal);
  return { decision: decide(presented, clock), principalId, token, fromMemory };
};

/** What may be written down about a request. */
const traceOf = (request: Request | undefined, token?: VerifiedToken): Partial<Told> => ({
  requestId: request?.requestId,
  apiKeyId: request?.apiKeyId,
  apiKeySha256: request?.apiKey === undefined ? undefined : sha256(request.apiKey),
  issuer: token?.issuer,
  jti: token?.jti,
  tokenSha256: request?.token === undefined ? undefined : sha256(request.token),
});

const refused = 'refused' as const;

/** A no to whoever it was. */
const unnamed = (reason: string): Verdict => ({
  effect: 'Deny',
  context: { principalId: unknownPrincipal, reason },
});

const refuse = (error: unknown, request: Request | undefined, deps: AuthorizeDeps): Answer => {
  const trace = { ...traceOf(request), message: refused };
  if (error instanceof Unauthenticated || !request) {
    const reason = error instanceof Unauthenticated ? error.reason : 'not-understood';
    deps.report({ ...trace, level: 'INFO', reason });
    // What makes an HTTP API answer 401 is not documented, so it gets the plain no, which is 403.
    if (request?.api === 'http') return deps.answer(request, unnamed(reason));
    // This very word makes API Gateway answer 401 ("Use API Gateway Lambda authorizers"); any other, 500.
    throw new Error('Unauthorized');
  }
  const reason = error instanceof Unavailable ? error.reason : 'unexpected-error';
  const cause = error instanceof Unavailable ? error.cause : error;
  const kind = cause instanceof Error ? cause.name : undefined;
  deps.report({ ...trace, level: 'ERROR', reason, error: kind, metric: 'AuthorizeUnavailable' });
  return deps.answer(request, unnamed(reason));
};

const tell = (judgement: Judgement, request: Request, { report }: AuthorizeDeps): void => {
  const { decision: reason, token, fromMemory } = judgement;
  const trace = () => ({ ...traceOf(request, token), reason });
  if (fromMemory) {
    report({ ...trace(), level: 'WARN', message: 'decided from memory', metric: 'AuthorizeBestEffort' });
  }
  if (reason !== 'allowed') report({ ...trace(), level: 'INFO', message: refused });
};

/**
 * Decides one request. A REST API gets an Allow or Deny policy for the whole stage (403 where denied), or
 * `Error('Unauthorized')` (401) where no valid identity was sent; an HTTP API gets what its authorizers are set to
 * expect, and answers 403 in both cases. Whatever goes wrong, it refuses.
 */
export const authorize = async (event: unknown, deps: AuthorizeDeps): Promise<Answer> => {
  let request: Request | undefined;
  try {
    request = callOf(event);
    request = { ...request, ...credentialsOf(event, deps) };
    const judgement = await judge(request, deps);
    tell(judgement, request, deps);
    const { decision: reason, principalId } = judgement;
    const effect = reason === 'allowed' ? 'Allow' : 'Deny';
    return deps.answer(request, { effect, context: { principalId, reason } });
  } catch (error) {
    return refuse(error, request, deps);
  }
};
