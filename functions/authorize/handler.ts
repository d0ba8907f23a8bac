import middy from '@middy/core';
import { type Answer, answerer } from './answer.ts';
import { type AuthorizeDeps, authorize } from './authorize.ts';
import { denylistWire } from './denylist-wire.ts';
import { readDynamoAccess, readEnv } from './env.ts';
import { denialKnowledge } from './know-denials.ts';
import { momentNow } from './moment.ts';
import { denialReader } from './read-denials.ts';
import { reportTo } from './report.ts';
import { tokenVerifier } from './verify-token.ts';

const env = readEnv(process.env);
const now = () => new Date();
const clockSkewSeconds = env.CLOCK_SKEW_SECONDS;
const read = denialReader(denylistWire(readDynamoAccess(process.env)), env.DENYLIST_TABLE);

const verifyToken = tokenVerifier(env.ISSUERS, { clockSkewSeconds, now });
// At the start rather than in the first request, where Lambda starts ahead; two seconds at most, and it cannot fail.
await verifyToken.ready;

const deps: AuthorizeDeps = {
  verifyToken,
  denials: denialKnowledge(env.AUTHORIZER, { read, moment: momentNow }),
  answer: answerer(env.AUTHORIZER.httpApiResponses),
  report: reportTo((line) => process.stdout.write(line), now),
  now,
  clockSkewSeconds,
  apiKeyHeader: env.AUTHORIZER.apiKeyHeader,
};

/** Lambda authorizer of REST APIs (REQUEST and TOKEN) and HTTP APIs (payload 2.0, simple and IAM responses). */
export const handler = middy<unknown, Answer>().handler((event) => authorize(event, deps));
