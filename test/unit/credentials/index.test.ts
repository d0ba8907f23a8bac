import { expect, it } from 'vitest';
import { buildRevokers } from '../../../functions/credentials/index.ts';
import { revokerFor } from '../../../functions/credentials/revoker-for.ts';
import { credentialKinds } from '../../../functions/domain/credential.ts';
import { credentialsSchema } from '../../../functions/domain/credential-settings.ts';
import { enforcementSchema } from '../../../functions/domain/enforcement-settings.ts';
import { awsClients } from '../../../functions/shared/aws-clients.ts';
import { MemoryDenylist } from '../../support/memory-denylist.ts';

const home = { account: '123456789012', region: 'eu-west-1' };

const revokersWith = (settings: unknown) =>
  buildRevokers({
    clients: awsClients(home),
    home,
    denylist: new MemoryDenylist(),
    issuers: [],
    blockedDays: 90,
    settings: credentialsSchema.parse(settings),
    enforcement: enforcementSchema.parse({}),
    identityCenter: undefined,
    secret: () => Promise.reject(new Error('none')),
    fetch,
    now: () => new Date(),
  });

it('has one revoker per kind, under the name of the kind', () => {
  const revokers = revokersWith({});
  expect(Object.keys(revokers).sort()).toEqual([...credentialKinds].sort());
  for (const kind of credentialKinds) {
    expect(revokers[kind].kind).toBe(kind);
    // Who may be asked what a token is worth tries it; the others are read.
    expect(revokers[kind].requiredEvidence).toEqual([kind === 'oauth-grant' ? 'probe' : 'control-plane']);
  }
});

it('looks by default where AWS keeps what people have, and nowhere that the settings have to name', async () => {
  const revokers = revokersWith({});
  const configured = credentialKinds.filter((kind) => revokers[kind].isConfigured);
  expect(configured).toEqual([
    'bearer-token',
    'iam-user',
    'iam-access-key',
    'iam-login-profile',
    'iam-service-credential',
    'iam-ssh-key',
    'iam-signing-certificate',
    'iam-assumed-session',
    'api-gateway-key',
  ]);
  for (const kind of credentialKinds.filter((one) => !configured.includes(one))) {
    const found = revokerFor(revokers, kind).discover({ for: 'everyone' });
    expect(await Array.fromAsync(found)).toEqual([]);
  }
});

it('the denylist refuses these kinds, and no others', () => {
  const revokers = revokersWith({});
  const refused = credentialKinds.filter((kind) => revokerFor(revokers, kind).readsDenylist);
  expect(refused.sort()).toEqual(['api-gateway-key', 'bearer-token', 'cognito-app-client', 'cognito-user']);
});
