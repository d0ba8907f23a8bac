import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import { sha256 } from '../domain/sha256.ts';
import type { Call, Credentials } from './request.ts';

/** For a caller who was refused before anything was known about them. */
export const unknownPrincipal = 'unknown';

/** Access logs and backends may show the principal: the same caller is the same text, and no claim is readable. */
export const principalOf = (denialKey: string): string => sha256(denialKey);

/** "Control access to HTTP APIs with AWS Lambda authorizers", response for format 2.0. */
export interface SimpleAnswer {
  readonly isAuthorized: boolean;
  readonly context: Verdict['context'];
}

export type Answer = APIGatewayAuthorizerResult | SimpleAnswer;

type Request = Pick<Call, 'api' | 'payload' | 'stageArn'> & Pick<Credentials, 'apiKey'>;

export interface Verdict {
  readonly effect: 'Allow' | 'Deny';
  readonly context: { readonly principalId: string; readonly reason: string };
}

/**
 * The policy API Gateway evaluates ("Output from an API Gateway Lambda authorizer"). It covers the whole stage:
 * with caching turned on, one for a single route would be applied to the others.
 * `usageIdentifierKey`: a key from a header of your own, for API Gateway to check it where the API's key source is AUTHORIZER.
 */
const policyFor = (request: Request, { effect, context }: Verdict): APIGatewayAuthorizerResult => ({
  principalId: context.principalId,
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: request.stageArn }],
  },
  context,
  ...(effect === 'Allow' &&
    request.api === 'rest' &&
    request.apiKey !== undefined && { usageIdentifierKey: request.apiKey }),
});

export type AnswerTo = (request: Request, verdict: Verdict) => Answer;

/** `httpApis`: what their authorizers are set to expect. */
export const answerer =
  (httpApis: 'simple' | 'iam'): AnswerTo =>
  (request, verdict) =>
    request.payload === '2.0' && httpApis === 'simple'
      ? { isAuthorized: verdict.effect === 'Allow', context: verdict.context }
      : policyFor(request, verdict);
