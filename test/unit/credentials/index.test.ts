import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { IAMClient } from '@aws-sdk/client-iam';
import { expect, it } from 'vitest';
import { buildRevokers } from '../../../functions/credentials/index.ts';
import { credentialKinds } from '../../../functions/domain/credential.ts';
import { MemoryDenylist } from '../../support/memory-denylist.ts';

it('has one revoker per kind, under the name of the kind', () => {
  const [iam, apiGateway] = [new IAMClient({}), new APIGatewayClient({})];
  const revokers = buildRevokers({
    clients: { iam: () => iam, apiGateway: () => apiGateway },
    home: { account: '123456789012', region: 'eu-west-1' },
    denylist: new MemoryDenylist(),
    issuers: [],
    blockedDays: 90,
    now: () => new Date(),
  });
  expect(Object.keys(revokers).sort()).toEqual([...credentialKinds].sort());
  for (const kind of credentialKinds) {
    expect(revokers[kind].kind).toBe(kind);
    expect(revokers[kind].requiredEvidence).toEqual(['control-plane']);
  }
});
