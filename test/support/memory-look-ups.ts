import { revokerFor } from '../../functions/credentials/revoker-for.ts';
import type { AskKey } from '../../functions/identity/access-key.ts';
import { expiryLookUp } from '../../functions/identity/expiry.ts';
import type { ReadState } from '../../functions/identity/live-state.ts';
import { held, type LookUps } from '../../functions/identity/look-up.ts';
import { standingLookUp } from '../../functions/identity/standing.ts';
import { stillStaleLookUp } from '../../functions/identity/still-stale.ts';
import type { Registry } from '../../functions/stores/registry.ts';
import type { Standing } from '../../functions/stores/standing.ts';
import { account as accountId, type MemoryAccount, region } from './memory-account.ts';

export const ownRole = 'arn:aws:iam::123456789012:role/cutoff-revoke';

/** As `liveState` reads it of AWS. */
const stateIn =
  ({ keys, apiKeys, revokers }: MemoryAccount): ReadState =>
  async (credential) => {
    const key = credential.kind === 'iam-access-key' && keys.get(credential.id);
    if (key) return { isActive: key.active, lastUse: key.usedAt ? { at: key.usedAt } : 'never' };
    const apiKey = credential.kind === 'api-gateway-key' && apiKeys.get(credential.id);
    if (apiKey) return { isActive: apiKey.live, lastUse: 'unknown' };
    const facts = await revokerFor(revokers, credential.kind).describe(credential);
    return facts && { isActive: true, lastUse: 'unknown' };
  };

/** Look-ups that the account in memory can answer; directories are not there. */
export const memoryLookUps = ({
  account,
  standing,
  registry,
  keyNow,
  now,
}: {
  readonly account: MemoryAccount;
  readonly standing: Standing;
  readonly registry: Registry;
  readonly keyNow: AskKey;
  readonly now: () => Date;
}): LookUps => {
  const live = { readState: stateIn(account), home: { account: accountId, region }, now };
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
    'still-stale': stillStaleLookUp(live),
    expiry: expiryLookUp({ home: live.home, now, registry, keyNow }),
    'identity-center-user': notConfigured,
    'identity-center-membership': notConfigured,
    'identity-center-group': notConfigured,
    'entra-user': notConfigured,
    'unused-access-keys': notConfigured,
    secret: notConfigured,
  };
};
