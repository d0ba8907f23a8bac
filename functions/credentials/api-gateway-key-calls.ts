import { type APIGatewayClient, GetApiKeyCommand } from '@aws-sdk/client-api-gateway';
import { CutoffError } from '../domain/errors.ts';
import { sha256 } from '../domain/sha256.ts';
import { calling, unlessGone } from './aws-errors.ts';

/** What is kept of an ApiKey. Its `value` is the secret, and never is. */
export interface ApiKey {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly enabled?: boolean | undefined;
  readonly tags?: Record<string, string> | undefined;
  readonly createdDate?: Date | undefined;
}

const read = (client: APIGatewayClient, apiKey: string, includeValue: boolean) => {
  const get = new GetApiKeyCommand({ apiKey, includeValue });
  return unlessGone(calling('apigateway:GET /apikeys/*', () => client.send(get)));
};

/** `undefined` where it is gone. */
export const readKey = (client: APIGatewayClient, apiKey: string): Promise<ApiKey | undefined> =>
  read(client, apiKey, false);

/** With its value, for those who try it; what they do with it is theirs to keep to themselves. */
export const readKeyAndValue = (client: APIGatewayClient, apiKey: string) => read(client, apiKey, true);

/** Not known is not the same as not denied: a key whose value is not told cannot be refused by it. */
const hashOf = (value: string | undefined): string => {
  if (value) return sha256(value);
  const message = 'apigateway:GET /apikeys/* told no value';
  throw new CutoffError(message, { code: 'unavailable', retryable: true });
};

/** The same with the SHA-256 of its value, which goes no further than here. */
export const readKeyHashed = async (
  client: APIGatewayClient,
  apiKey: string,
): Promise<(ApiKey & { readonly hash: string }) | undefined> => {
  const answer = await readKeyAndValue(client, apiKey);
  if (!answer) return undefined;
  const { value, ...key } = answer;
  return { ...key, hash: hashOf(value) };
};
