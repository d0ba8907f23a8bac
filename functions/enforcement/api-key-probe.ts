import { readKeyAndValue } from '../credentials/api-gateway-key-calls.ts';
import type { Inspection } from '../credentials/credential-revoker.ts';
import type { ApiGatewayKey } from '../domain/credential.ts';
import type { EnforcementSettings } from '../domain/enforcement-settings.ts';
import type { AwsClients } from '../shared/aws-clients.ts';
import { inconclusive, readAnswer } from './probe-answer.ts';
import { placeOf, sendProbe } from './probe-request.ts';

export interface ApiKeyProbeDeps {
  readonly clients: Pick<AwsClients, 'apiGateway'>;
  readonly enforcement: Pick<EnforcementSettings, 'apiKeyHeader' | 'probes'>;
  readonly fetch: typeof fetch;
}

const level = 'probe';

/** "Choose an API key source in API Gateway". */
const usualHeader = 'x-api-key';

/**
 * GET with the key, as its owner would. `undefined` where the settings name no route. Throws what GetApiKey throws, and
 * `probe-inconclusive`: see `readAnswer`. The key's value goes into the header and nowhere else.
 *
 * There is no positive control: the only key at hand is the one that was revoked. So a route that refuses everybody, or
 * asks for more than a key, proves nothing, and whoever sets `apiKeyUrl` has to see a good key get through.
 */
export const probeApiKey = async (
  { id, ...place }: ApiGatewayKey,
  { clients, enforcement, fetch }: ApiKeyProbeDeps,
): Promise<Inspection | undefined> => {
  const url = enforcement.probes.apiKeyUrl;
  if (url === undefined) return undefined;
  const key = await readKeyAndValue(clients.apiGateway(place), id);
  if (!key) return { state: 'gone', level, observed: 'apigateway:GetApiKey NotFound', original: {} };
  if (!key.value) throw inconclusive('was told no value of the key');
  const headers = { [enforcement.apiKeyHeader ?? usualHeader]: key.value };
  const { verdict, says } = readAnswer(await sendProbe({ url, headers }, fetch));
  const observed = `GET ${placeOf(url)} with the key ${verdict} (${says})`;
  return { state: verdict === 'refused' ? 'dead' : 'live', level, observed, original: {} };
};
