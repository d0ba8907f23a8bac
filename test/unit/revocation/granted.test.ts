import { describe, expect, it } from 'vitest';
import type { CredentialRevoker, Revokers } from '../../../functions/credentials/credential-revoker.ts';
import type { OktaGrants } from '../../../functions/domain/credential.ts';
import { CutoffError } from '../../../functions/domain/errors.ts';
import { account, MemoryAccount, region } from '../../support/memory-account.ts';
import { changeOf, makeWorld } from '../../support/world.ts';

const dana = 'dana@acme.example';
const grants: OktaGrants = { kind: 'okta-grants', account, region, id: '00u1' };

/** What nobody but the person can give again, at a provider that can be out of reach. */
const provider = () => {
  const state = { granted: true, looks: true, described: 0 };
  const facts = { arn: '', name: '00u1', tags: {}, inherentOwners: [`email:${dana}`] };
  const base = new MemoryAccount(() => new Date()).revokers['okta-grants'];
  const revoker: CredentialRevoker<OktaGrants> = {
    ...base,
    isConfigured: true,
    cannotComeBack: 'must-be-granted-anew',
    async *discover(search) {
      if (search.for === 'subject') yield { credential: grants, facts };
    },
    describe: async () => {
      state.described += 1;
      return facts;
    },
    inspect: async () => {
      if (!state.looks) throw new CutoffError('down', { code: 'unavailable', retryable: true });
      return { state: state.granted ? 'live' : 'dead', level: 'control-plane', observed: 'x', original: {} };
    },
    revoke: async () => {
      state.granted = false;
    },
    restore: async () => {
      state.granted = true; // would be wrong
    },
  };
  return { state, revoker };
};

const company = () => {
  const { state, revoker } = provider();
  const made = new MemoryAccount(() => new Date());
  const revokers: Revokers = { ...made.revokers, 'okta-grants': revoker };
  return { ...makeWorld({ revokers }), state };
};

describe('what only the person can give again', () => {
  it('is revoked although it cannot be looked at, and proven once it can', async () => {
    const world = company();
    world.state.looks = false;
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain(60);
    expect(world.state.granted).toBe(false);
    expect(await world.revocations.get(revocationId)).toMatchObject({ status: 'contained' });
    world.state.looks = true;
    await world.drain();
    expect(await world.revocations.get(revocationId)).toMatchObject({ status: 'verified' });
  });

  it('stays away after a restore, which says so', async () => {
    const world = company();
    const { revocationId } = await world.submit(changeOf(dana, 'deactivated'));
    await world.drain();
    await world.operate({ restore: revocationId, reason: 'came back' });
    await world.drain();
    expect(world.state.granted).toBe(false);
    const skipped = world
      .recorded('skipped')
      .filter(({ credential }) => credential?.startsWith('okta-grants'));
    expect(skipped).toMatchObject([{ data: { reason: 'must-be-granted-anew' } }]);
    expect(await world.revocations.get(revocationId)).toMatchObject({ status: 'restored' });
  });

  it('is not looked at by ingest, which could do nothing to it and has no right to', async () => {
    const world = company();
    const entry = { owners: [`email:${dana}`], isProtected: false, entitlements: [] };
    await world.registry.register(grants, entry);
    await world.submit(changeOf(dana, 'deactivated'));
    expect(world.state.described).toBe(0);
    await world.drain();
    expect(world.state.granted).toBe(false);
  });
});
