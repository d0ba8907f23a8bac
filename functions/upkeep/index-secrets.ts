import { paginateGetApiKeys } from '@aws-sdk/client-api-gateway';
import { callingPages } from '../credentials/aws-errors.ts';
import { sha256 } from '../domain/sha256.ts';
import type { AwsClients, Place } from '../shared/aws-clients.ts';
import type { SecretHashes } from '../stores/secret-hashes.ts';

export interface IndexDeps {
  readonly clients: Pick<AwsClients, 'apiGateway'>;
  readonly home: Place;
  readonly secrets: SecretHashes;
}

/**
 * Makes API keys known by the SHA-256 of their values, so that a report of a leaked value finds its key. Asks API
 * Gateway for values, and only where the settings name a leak reporter; they are hashed in memory and go nowhere else. Returns how many were new.
 */
export const indexApiKeys = async ({ clients, home, secrets }: IndexDeps): Promise<number> => {
  let added = 0;
  const client = clients.apiGateway(home);
  const pages = paginateGetApiKeys({ client, pageSize: 500 }, { includeValues: true });
  for await (const page of callingPages('apigateway:GET /apikeys', pages)) {
    for (const { id, value } of page.items ?? []) {
      if (!id || !value) continue;
      const hash = sha256(value);
      // A key that was made again with the same value has another id.
      if ((await secrets.credentialOf(hash))?.id === id) continue;
      await secrets.remember(hash, { kind: 'api-gateway-key', ...home, id });
      added += 1;
    }
  }
  return added;
};
