import { describe, expect, it } from 'vitest';
import type { CredentialRevoker, Revokers } from '../../../functions/credentials/credential-revoker.ts';
import type { IdentityCenterAssignment } from '../../../functions/domain/credential.ts';
import { account, MemoryAccount, region } from '../../support/memory-account.ts';
import { changeOf, makeWorld } from '../../support/world.ts';

const dana = 'dana@acme.example';
const assignment: IdentityCenterAssignment = {
  kind: 'identity-center-assignment',
  account,
  region,
  id: 'target/dana/admin',
  target: 'target',
  user: 'dana',
  permissionSet: 'admin',
};

/** What is deleted when it is revoked, so that no listing shows it any more. */
const assignments = () => {
  const listed = new Set([assignment.id]);
  const facts = { arn: '', name: assignment.id, tags: {}, inherentOwners: [`email:${dana}`] };
  const base = new MemoryAccount(() => new Date()).revokers['identity-center-assignment'];
  const revoker: CredentialRevoker<IdentityCenterAssignment> = {
    ...base,
    isConfigured: true,
    async *discover(search) {
      if (search.for === 'subject' && listed.has(assignment.id)) yield { credential: assignment, facts };
    },
    describe: async () => facts,
    inspect: async ({ id }) => ({
      state: listed.has(id) ? 'live' : 'dead',
      level: 'control-plane',
      observed: 'list',
      original: { assigned: listed.has(id) },
    }),
    revoke: async ({ id }) => void listed.delete(id),
    restore: async ({ id }, { assigned }) => void (assigned && listed.add(id)),
  };
  return { listed, revoker };
};

describe('what a revocation deletes', () => {
  it('comes back only when the last revocation of its owner lets go, though the later one saw it listed no more', async () => {
    const { listed, revoker } = assignments();
    const made = new MemoryAccount(() => new Date());
    const revokers: Revokers = { ...made.revokers, 'identity-center-assignment': revoker };
    const world = makeWorld({ revokers });
    const leave = async (change: 'suspended' | 'deactivated') => {
      const { revocationId } = await world.submit(changeOf(dana, change));
      await world.drain();
      return revocationId;
    };
    const comeBack = async (restore: string) => {
      await world.operate({ restore, reason: 'came back' });
      await world.drain();
    };
    const [suspended, deactivated] = [await leave('suspended'), await leave('deactivated')];
    expect(listed.size).toBe(0);
    await comeBack(suspended);
    expect(listed.size).toBe(0);
    await comeBack(deactivated);
    expect(listed.size).toBe(1);
  });
});
