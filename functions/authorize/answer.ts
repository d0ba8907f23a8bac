import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import { sha256 } from '../domain/sha256.ts';

/** For a caller who was refused before anything was known about them. */
export const unknownPrincipal = 'unknown';

/** Access logs and backends may show the principal: the same caller is the same text, and no claim is readable. */
export const principalOf = (denialKey: string): string => sha256(denialKey);

/**
 * The policy API Gateway evaluates ("Output from an API Gateway Lambda authorizer"). It covers the whole stage:
 * with caching turned on, one for a single route would be applied to the others.
 */
export const policyFor = (
  effect: 'Allow' | 'Deny',
  stageArn: string,
  context: { readonly principalId: string; readonly reason: string },
): APIGatewayAuthorizerResult => ({
  principalId: context.principalId,
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: stageArn }],
  },
  context: { principalId: context.principalId, reason: context.reason },
});
