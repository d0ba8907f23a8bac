import { describe, expect, it } from 'vitest';
import type { CognitoAppClient } from '../../../functions/domain/credential.ts';
import { takeIn } from '../../../functions/inventory/take-in.ts';
import { account, region } from '../../support/memory-account.ts';
import { makeWorld } from '../../support/world.ts';

const pool = 'eu-west-1_Abc123456';
const credential: CognitoAppClient = {
  kind: 'cognito-app-client',
  account,
  region,
  id: `${pool}/client1`,
  pool,
  client: 'client1',
};
const facts = { arn: 'arn:aws:cognito-idp:…', name: 'client1', tags: {}, inherentOwners: ['opaque:client1'] };
const entry = { owners: ['email:dana@acme.example'], isProtected: false, entitlements: ['orders'] };
const expiresAt = '2026-09-01T00:00:00.000Z';

describe('an app client names itself', () => {
  it('which is no claim against the one that it was issued for', async () => {
    const world = makeWorld();
    await world.registry.issued(credential, entry, { issuance: 'iss-1', expiresAt });
    expect(await takeIn({ credential, facts }, world)).toEqual({ outcome: 'known', orphan: undefined });
    expect(await world.registry.entryOf(credential)).toEqual(entry);
  });

  it('and is an orphan once that one has left', async () => {
    const world = makeWorld();
    await world.registry.issued(credential, entry, { issuance: 'iss-1', expiresAt });
    await world.losses.add(entry.owners, ['*'], 'rev-1');
    expect(await takeIn({ credential, facts }, world)).toEqual({ outcome: 'known', orphan: 'owner-gone' });
  });

  it('which counts where nobody issued it', async () => {
    const world = makeWorld();
    await takeIn({ credential, facts }, world);
    expect((await world.registry.entryOf(credential))?.owners).toEqual(['opaque:client1']);
  });
});
