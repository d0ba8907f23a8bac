import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { IdentifyCaller } from './caller.ts';
import { callerByIam } from './iam-exchange.ts';
import type { KeySet } from './jwks.ts';
import { callerByKey } from './key-exchange.ts';
import { Refused } from './refused.ts';
import type { Report } from './report.ts';
import { issueToken, type TokenDeps } from './token.ts';

export interface ServeDeps extends TokenDeps {
  readonly jwks: () => Promise<KeySet>;
  readonly report: Report;
}

type Request = Pick<APIGatewayProxyEvent, 'httpMethod' | 'resource' | 'requestContext'>;

const json = (statusCode: number, body: object, headers: Record<string, string>): APIGatewayProxyResult => ({
  statusCode,
  headers: { 'content-type': 'application/json', 'x-content-type-options': 'nosniff', ...headers },
  body: JSON.stringify(body),
});

/** RFC 6749 section 5.1 asks for both. */
const neverKept = { 'cache-control': 'no-store', pragma: 'no-cache' };

/** Minutes: as long as a key that was withdrawn may still be believed elsewhere. */
const keptForMinutes = { 'cache-control': 'public, max-age=300' };

/** Seconds, in which a sign-out of a moment ago is over and most outages are not. */
const tryAgain = { 'retry-after': '5' };

/** No `WWW-Authenticate` with a 401: API Gateway renames it ("Amazon API Gateway important notes"). */
const refusalOf = (refused: Refused): APIGatewayProxyResult => {
  const { status, error, description } = refused.answer;
  const headers = { ...neverKept, ...(status === 503 && tryAgain) };
  return json(status, { error, error_description: description }, headers);
};

const failed = json(503, { error: 'server_error' }, { ...neverKept, ...tryAgain });

const exchange = async (
  identify: IdentifyCaller,
  { requestContext }: Request,
  deps: ServeDeps,
): Promise<APIGatewayProxyResult> => {
  try {
    const caller = identify(requestContext.identity, deps.home);
    const answer = await issueToken(caller, deps);
    deps.report.issued();
    return json(200, answer, neverKept);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    deps.report.refused(error.reason);
    return refusalOf(error);
  }
};

/** One that lacks a key is kept by nobody, so that the whole one is seen as soon as there is one again. */
const keySet = async ({ jwks, report }: ServeDeps): Promise<APIGatewayProxyResult> => {
  const { keys, unread } = await jwks();
  for (const error of unread) report.formerKeyUnread(error);
  return json(200, { keys }, unread.length > 0 ? neverKept : keptForMinutes);
};

/** Only what is true: there is no endpoint of OpenID Connect here, and verifiers need no more. */
const describedAs = (issuer: string) => ({ issuer, jwks_uri: `${issuer}/.well-known/jwks.json` });

const answer = async (request: Request, deps: ServeDeps): Promise<APIGatewayProxyResult> => {
  switch (`${request.httpMethod} ${request.resource}`) {
    case 'POST /token/api-key':
      return exchange(callerByKey, request, deps);
    case 'POST /token/iam':
      return exchange(callerByIam, request, deps);
    case 'GET /.well-known/jwks.json':
      return keySet(deps);
    case 'GET /.well-known/openid-configuration':
      return json(200, describedAs(deps.settings.issuer), keptForMinutes);
    default:
      return json(404, { message: 'not found' }, neverKept);
  }
};

/** One request of the REST API. Never throws: what is our own trouble is 503, counted and alarmed. */
export const serve = async (request: Request, deps: ServeDeps): Promise<APIGatewayProxyResult> => {
  try {
    return await answer(request, deps);
  } catch (error) {
    deps.report.failed(error);
    return failed;
  }
};
