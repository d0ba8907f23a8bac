import middy from '@middy/core';
import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import { type AuthorizeDeps, authorize } from './authorize.ts';
import { readEnv } from './env.ts';
import { denialReader, denylistClient } from './read-denials.ts';
import { reportTo } from './report.ts';
import { tokenVerifier } from './verify-token.ts';

const env = readEnv(process.env);
const now = () => new Date();
const clockSkewSeconds = env.CLOCK_SKEW_SECONDS;

const deps: AuthorizeDeps = {
  verifyToken: tokenVerifier(env.ISSUERS, { clockSkewSeconds, now }),
  readDenials: denialReader(denylistClient(), env.DENYLIST_TABLE),
  report: reportTo((line) => process.stdout.write(line), now),
  now,
  clockSkewSeconds,
};

/** Lambda authorizer of a REST API, type REQUEST. */
export const handler = middy<unknown, APIGatewayAuthorizerResult>().handler((event) =>
  authorize(event, deps),
);
