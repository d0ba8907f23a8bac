import { createHash } from 'node:crypto';
import { APIGatewayClient, GetApiKeysCommand } from '@aws-sdk/client-api-gateway';
import { IAMClient } from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, it } from 'vitest';
import { indexApiKeys } from '../../../functions/upkeep/index-secrets.ts';
import { MemorySecretHashes } from '../../support/memory-secret-hashes.ts';

const gateway = mockClient(APIGatewayClient);
const home = { account: '123456789012', region: 'eu-west-1' };
const clients = { iam: () => new IAMClient({}), apiGateway: () => new APIGatewayClient({}) };
const hashOf = (value: string) => createHash('sha256').update(value).digest('hex');

it('makes each key known by the hash of its value, once, and keeps no value', async () => {
  gateway
    .on(GetApiKeysCommand, { includeValues: true })
    .resolves({ items: [{ id: 'k1', value: 'value-1' }, { id: 'k2' }], position: 'next' })
    .on(GetApiKeysCommand, { includeValues: true, position: 'next' })
    .resolves({ items: [{ id: 'k3', value: 'value-3' }] });
  const secrets = new MemorySecretHashes();
  expect(await indexApiKeys({ clients, home, secrets })).toBe(2);
  expect(await indexApiKeys({ clients, home, secrets })).toBe(0);
  const known = await secrets.credentialOf(hashOf('value-3'));
  expect(known).toEqual({ kind: 'api-gateway-key', ...home, id: 'k3' });
  expect(await secrets.credentialOf(hashOf('value-2'))).toBeUndefined();
  gateway.on(GetApiKeysCommand).resolves({ items: [{ id: 'k4', value: 'value-3' }] });
  expect(await indexApiKeys({ clients, home, secrets })).toBe(1);
  expect(await secrets.credentialOf(hashOf('value-3'))).toMatchObject({ id: 'k4' });
});
