import { type AccessAnalyzerClient, GetFindingV2Command } from '@aws-sdk/client-accessanalyzer';
import { calling } from '../credentials/aws-errors.ts';
import type { Change } from '../domain/change.ts';
import { iamAccessKey } from '../sources/aws-names.ts';
import { type KeyOwners, ownerOfKey } from './access-key.ts';
import { type Answer, held, type LookUp, nothing } from './look-up.ts';
import { unlessNotFound } from './unless-not-found.ts';

export interface Findings extends KeyOwners {
  readonly accessAnalyzer: AccessAnalyzerClient;
}

/** One key of the finding, unless somebody used it since: a finding is up to a day old. */
const stale = async (
  change: Change,
  { keyId, analyzedAt }: { readonly keyId: string; readonly analyzedAt: Date },
  deps: Findings,
): Promise<Change[]> => {
  const owner = await ownerOfKey(keyId, deps);
  if (!owner?.UserName) return []; // deleted meanwhile
  const usedAt = owner.AccessKeyLastUsed?.LastUsedDate;
  if (usedAt && usedAt >= analyzedAt) return [];
  const credential = iamAccessKey(deps.home, { id: keyId, user: owner.UserName });
  return [{ ...change, subject: { format: 'opaque', id: keyId }, credential }];
};

/**
 * The keys that a finding is about ("GetFindingV2", `unusedIamUserAccessKeyDetails`): its event names the user alone,
 * who may have another key that is used every day.
 */
export const unusedKeysLookUp =
  (deps: Findings): LookUp<'unused-access-keys'> =>
  async (change, { analyzerArn, findingId }): Promise<Answer> => {
    const get = new GetFindingV2Command({ analyzerArn, id: findingId });
    const finding = await unlessNotFound(
      calling('access-analyzer:GetFinding', () => deps.accessAnalyzer.send(get)),
    );
    if (!finding) return nothing('the finding is gone');
    if (finding.resourceOwnerAccount !== deps.home.account) return held(change, 'foreign-account');
    if (finding.status !== 'ACTIVE') return nothing(`the finding is ${finding.status}`);
    const analyzedAt = finding.analyzedAt ?? new Date(change.occurredAt);
    const ids = (finding.findingDetails ?? []).flatMap(
      ({ unusedIamUserAccessKeyDetails: details }) => details?.accessKeyId ?? [],
    );
    const changes = await Promise.all(ids.map((keyId) => stale(change, { keyId, analyzedAt }, deps)));
    const all = changes.flat();
    return all.length > 0 ? { changes: all } : nothing('every key of the finding is gone, or was used since');
  };
