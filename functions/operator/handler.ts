import { buildAdmission } from '../revocation/build.ts';
import { parseEnv } from '../shared/env.ts';
import { middleware } from '../shared/middleware.ts';
import { observe } from '../shared/observability.ts';
import { envSchema } from './env.ts';
import { operate } from './operator.ts';

const env = parseEnv(envSchema, process.env);
const observability = observe('operator');
const deps = {
  ...buildAdmission(env, observability.count),
  rules: { ownership: env.OWNERSHIP, protection: env.PROTECTION },
  sources: env.SOURCES,
  home: { account: env.ACCOUNT_ID, region: env.AWS_REGION },
};

/** A JSON request from the Lambda console, the CLI or `npm run operator`. Errors name the field. */
export const handler = middleware<unknown, unknown>(observability).handler((request, { awsRequestId }) =>
  operate(request, { ...deps, requestId: awsRequestId }),
);
