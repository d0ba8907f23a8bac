import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { documentClient } from '../revocation/build.ts';
import { parseEnv } from '../shared/env.ts';
import { middleware } from '../shared/middleware.ts';
import { observe } from '../shared/observability.ts';
import { secretReader } from '../shared/secret-reader.ts';
import { channelsFrom } from './channels.ts';
import { envSchema } from './env.ts';
import { publishTo } from './publish.ts';
import { receiveSignal } from './receive-signal.ts';
import { reportTo } from './report.ts';

const env = parseEnv(envSchema, process.env);
const observability = observe('receive-signal');
const secret = secretReader(new SecretsManagerClient({}));
const channels = channelsFrom(env.SIGNALS, {
  registry: { client: documentClient(), table: env.REGISTRY_TABLE },
  secrets: {
    ...(env.OKTA_HOOK_SECRET && { oktaHook: secret(env.OKTA_HOOK_SECRET) }),
    ...(env.SCIM_SECRET && { scim: secret(env.SCIM_SECRET) }),
    ...(env.ENTRA_SECRET && { entra: secret(env.ENTRA_SECRET) }),
  },
  now: () => new Date(),
});
const publish = publishTo(new EventBridgeClient({}), env.EVENT_BUS);
const deps = { channels, publish, report: reportTo(observability) };

/** One request of the HTTP API, payload 2.0. */
export const handler = middleware<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>(
  observability,
).handler((event) => receiveSignal(event, deps));
