import { describe, expect, it } from 'vitest';
import type { CredentialRevoker } from '../../../functions/credentials/credential-revoker.ts';
import type { PlannedStep } from '../../../functions/domain/plan.ts';
import type { Revocation } from '../../../functions/domain/revocation.ts';
import { cut, deny } from '../../../functions/revocation/cut.ts';
import { account, region } from '../../support/memory-account.ts';
import { MemoryStanding } from '../../support/memory-stores.ts';
import { changeOf, makeWorld } from '../../support/world.ts';

const step: PlannedStep = {
  credential: { kind: 'api-gateway-key', account, region, id: 'key-1' },
  action: 'disable',
};

const revocation: Revocation = {
  id: 'rev-1',
  change: changeOf('dana@acme.example', 'deactivated'),
  mode: 'enforce',
  status: 'received',
  cutoff: '2026-03-02T09:00:00.000Z',
};

/** Writes down the order of what is done; `denyKeepsOriginal` as asked. */
const journal = (denyKeepsOriginal: boolean, inspectFails = false) => {
  const calls: string[] = [];
  const world = makeWorld();
  const revoker: CredentialRevoker = {
    ...world.revokers['api-gateway-key'],
    kind: 'api-gateway-key',
    requiredEvidence: ['control-plane'],
    denyKeepsOriginal,
    inspect: async () => {
      calls.push('inspect');
      if (inspectFails) throw new Error('throttled');
      return { state: 'live', level: 'control-plane', observed: '', original: { enabled: true } };
    },
    deny: async () => {
      calls.push('deny');
      return 'denied';
    },
    revoke: async () => {
      calls.push('revoke');
    },
  };
  const standing = new MemoryStanding();
  const hold = standing.hold.bind(standing);
  standing.hold = async (...args) => {
    calls.push('hold');
    await hold(...args);
  };
  const revokers = { ...world.revokers, 'api-gateway-key': revoker } as typeof world.revokers;
  return { calls, deps: { revokers, standing, record: world.record } };
};

describe('the original state', () => {
  it('is stored before the cut, so that a crash in between can still be restored', async () => {
    const { calls, deps } = journal(true);
    await cut(step, revocation, deps);
    expect(calls).toEqual(['inspect', 'hold', 'revoke']);
  });

  it('is stored before the deny where the deny changes it', async () => {
    const { calls, deps } = journal(false);
    await deny(step, revocation, deps);
    expect(calls).toEqual(['inspect', 'hold', 'deny']);
  });

  it('does not delay a deny that leaves it alone, not even where it cannot be read', async () => {
    const { calls, deps } = journal(true, true);
    await expect(deny(step, revocation, deps)).rejects.toThrow('throttled');
    expect(calls).toEqual(['deny', 'inspect']);
  });
});
