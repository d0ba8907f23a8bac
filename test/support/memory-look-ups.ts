import { held, type LookUps } from '../../functions/identity/look-up.ts';
import { standingLookUp } from '../../functions/identity/standing.ts';
import type { Standing } from '../../functions/stores/standing.ts';
import type { MemoryAccount } from './memory-account.ts';

export const ownRole = 'arn:aws:iam::123456789012:role/cutoff-revoke';

/** Look-ups that the account in memory can answer; directories are not there. */
export const memoryLookUps = ({
  account,
  standing,
}: {
  readonly account: MemoryAccount;
  readonly standing: Standing;
}): LookUps => {
  const notConfigured = async (change: Parameters<typeof held>[0]) =>
    held(change, 'directory-not-configured');
  return {
    'access-key': async (change, { account: id, keyId }) => {
      const user = account.keys.get(keyId)?.user;
      if (!user) return held(change, 'not-found-on-look-up');
      const place = { account: id, region: 'global' } as const;
      return { changes: [{ ...change, credential: { kind: 'iam-access-key', ...place, id: keyId, user } }] };
    },
    standing: standingLookUp({ standing, revokers: account.revokers, ownRoles: [ownRole] }),
    'identity-center-user': notConfigured,
    'identity-center-membership': notConfigured,
    'identity-center-group': notConfigured,
    'entra-user': notConfigured,
    'unused-access-keys': notConfigured,
    secret: notConfigured,
  };
};
