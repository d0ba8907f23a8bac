import { accessKeyLookUp } from '../identity/access-key.ts';
import { buildAdmission } from '../revocation/build.ts';
import { awsClients } from '../shared/aws-clients.ts';
import { parseEnv } from '../shared/env.ts';
import { middleware } from '../shared/middleware.ts';
import { observe } from '../shared/observability.ts';
import { DynamoKeeps } from '../stores/keeps.ts';
import { envSchema } from './env.ts';
import { type OperatorDeps, operate } from './operator.ts';

const env = parseEnv(envSchema, process.env);
const observability = observe('operator');
const admission = buildAdmission(env, observability.count);
const { home } = admission;
const ask = accessKeyLookUp({ clients: awsClients(home), home });
const deps = {
  ...admission,
  hold: env.HOLD,
  keeps: new DynamoKeeps(admission.client, env.REVOCATIONS_TABLE),
  issuers: env.ISSUERS,
  ownerOfKey: (change, key) => ask(change, { ask: 'access-key', ...key }),
} satisfies Omit<OperatorDeps, 'requestId'>;

/** A JSON request from the Lambda console, the CLI or `npm run operator`. Errors name the field. */
export const handler = middleware<unknown, unknown>(observability).handler((request, { awsRequestId }) =>
  operate(request, { ...deps, requestId: awsRequestId }),
);
