import type { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { ApiKeyUsage } from './api-key-usage.ts';
import type { Authorizer, RestApi } from './gateway-api.ts';
import { type AskDeps, ask, type NoResult } from './gateway-authorizer.ts';
import type { Admitted } from './gateway-backend.ts';
import { type Arrived, invokedArn, restEvent } from './gateway-events.ts';
import { signerOf } from './gateway-iam.ts';
import { type Caller, usableKey } from './gateway-keys.ts';
import { type AuthorizerResult, evaluate, type Outcome } from './gateway-policy.ts';
import { headerOf, identityOf } from './gateway-request.ts';
import type { JsonAnswer } from './http-server.ts';

export interface RestDeps extends AskDeps {
  readonly apiGateway: APIGatewayClient;
  /** Who knows whose access keys are. Without it no route may want a signature. */
  readonly iam?: IAMClient | undefined;
  readonly apiKeySource: RestApi['apiKeySource'];
  readonly usage?: Pick<ApiKeyUsage, 'count'> | undefined;
}

const refusal = (status: number, type: string, message: string | null): JsonAnswer => ({
  status,
  body: { message },
  headers: { 'x-amzn-errortype': type },
});

/**
 * Default bodies of "Gateway response types for API Gateway", and of AWS's troubleshooting articles on 401 and 403,
 * which name the error types too. Assumption: the type of an authorizer that failed, and type and text for an access key that is
 * none, are those of reports from the field.
 */
export const restRefusals = {
  noRoute: refusal(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token'),
  unauthorized: refusal(401, 'UnauthorizedException', 'Unauthorized'),
  forbidden: refusal(403, 'ForbiddenException', 'Forbidden'),
  unknownKey: refusal(
    403,
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
  ),
  failed: refusal(500, 'AuthorizerConfigurationException', null),
} as const;

const notAuthorized = 'User is not authorized to access this resource';

const denials: Readonly<Record<Exclude<Outcome, 'allow'>, JsonAnswer>> = {
  'explicit-deny': refusal(403, 'AccessDeniedException', `${notAuthorized} with an explicit deny`),
  'implicit-deny': refusal(403, 'AccessDeniedException', notAuthorized),
};

const deniedBy = (result: AuthorizerResult | NoResult, arrived: Arrived): JsonAnswer | undefined => {
  if (typeof result === 'string') return restRefusals[result];
  const outcome = evaluate(result, invokedArn(arrived));
  return outcome === 'allow' ? undefined : denials[outcome];
};

/** Whose key that is, if it opens the stage. Assumption: that is a use of it, whatever the authorizer says then. */
const callerOf = async (
  value: string | null | undefined,
  { deployed }: Arrived,
  { apiGateway, usage }: RestDeps,
): Promise<Caller | undefined> => {
  const key = value ? await usableKey(apiGateway, value, deployed) : undefined;
  if (!value || !key) return undefined;
  usage?.count(key.planId, key.id);
  return { value, id: key.id };
};

interface Identified {
  readonly authorizer: Authorizer;
  readonly identity: readonly string[];
}

/** Key source HEADER: the key first, and the authorizer is told whose it is. */
const byHeader = async (
  arrived: Arrived,
  identified: Identified | undefined,
  deps: RestDeps,
): Promise<JsonAnswer | Admitted> => {
  const { apiKeyRequired } = arrived.route;
  const apiKey = apiKeyRequired
    ? await callerOf(headerOf(arrived.request, 'x-api-key'), arrived, deps)
    : undefined;
  if (apiKeyRequired && !apiKey) return restRefusals.forbidden;
  if (!identified) return { apiKey };
  const { authorizer, identity } = identified;
  const event = restEvent(arrived, authorizer, { identity, apiKey });
  return deniedBy(await ask(authorizer, { identity, event }, deps), arrived) ?? { apiKey };
};

/**
 * Key source AUTHORIZER: the key is the one that the authorizer named ("Choose an API key source in API Gateway").
 */
const byAuthorizer = async (
  arrived: Arrived,
  identified: Identified | undefined,
  deps: RestDeps,
): Promise<JsonAnswer | Admitted> => {
  const forbidden = arrived.route.apiKeyRequired ? restRefusals.forbidden : undefined;
  if (!identified) return forbidden ?? {};
  const { authorizer, identity } = identified;
  const event = restEvent(arrived, authorizer, { identity, apiKey: undefined });
  const result = await ask(authorizer, { identity, event }, deps);
  const denied = deniedBy(result, arrived);
  if (denied) return denied;
  if (!forbidden) return {};
  const named =
    typeof result === 'object' && 'policyDocument' in result ? result.usageIdentifierKey : undefined;
  const apiKey = await callerOf(named, arrived, deps);
  return apiKey ? { apiKey } : forbidden;
};

/** Where IAM guards a route. */
const bySignature = async ({ request }: Arrived, iam: IAMClient): Promise<JsonAnswer | Admitted> => {
  const signer = await signerOf(request, iam);
  if (signer === 'unsigned') return restRefusals.noRoute;
  return signer === 'unknown' ? restRefusals.unknownKey : { signer };
};

/** How a REST API refuses a request, or whom it lets through. */
export const restVerdictOn = async (arrived: Arrived, deps: RestDeps): Promise<JsonAnswer | Admitted> => {
  const { request, route } = arrived;
  const { authorizer } = route;
  if (route.isSigned && deps.iam) return bySignature(arrived, deps.iam);
  const identity = authorizer && identityOf(request, { authorizer, route }, 'rest');
  if (authorizer && !identity) return restRefusals.unauthorized;
  const identified = authorizer && identity ? { authorizer, identity } : undefined;
  return (deps.apiKeySource === 'HEADER' ? byHeader : byAuthorizer)(arrived, identified, deps);
};
