import { type AskDeps, ask } from './gateway-authorizer.ts';
import type { Admitted } from './gateway-backend.ts';
import { type Arrived, httpEvent, invokedArn } from './gateway-events.ts';
import { evaluate } from './gateway-policy.ts';
import { identityOf } from './gateway-request.ts';
import type { JsonAnswer } from './http-server.ts';

const refusal = (status: number, message: string): JsonAnswer => ({ status, body: { message } });

/** "Control access to HTTP APIs with AWS Lambda authorizers" has the statuses. */
export const httpRefusals = {
  noRoute: refusal(404, 'Not Found'),
  unauthorized: refusal(401, 'Unauthorized'),
  forbidden: refusal(403, 'Forbidden'),
  failed: refusal(500, 'Internal Server Error'),
} as const;

/**
 * How an HTTP API refuses a request, or whom it lets through. Assumption: no error text of the function means 401
 * here.
 */
export const httpVerdictOn = async (arrived: Arrived, deps: AskDeps): Promise<JsonAnswer | Admitted> => {
  const { request, route } = arrived;
  const { authorizer } = route;
  if (!authorizer) return {};
  const identity = identityOf(request, { authorizer, route }, 'http');
  if (!identity) return httpRefusals.unauthorized;
  const result = await ask(authorizer, { identity, event: httpEvent(arrived, identity) }, deps);
  if (typeof result === 'string') return httpRefusals.failed;
  return evaluate(result, invokedArn(arrived)) === 'allow' ? {} : httpRefusals.forbidden;
};
