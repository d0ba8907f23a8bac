import type { Revokers } from '../credentials/credential-revoker.ts';
import { revokerFor } from '../credentials/revoker-for.ts';
import type { CredentialKind } from '../domain/credential.ts';
import { CutoffError } from '../domain/errors.ts';
import { claimedOwners, type OwnershipRules } from '../domain/ownership.ts';
import { isProtectedPrincipal, type Protection } from '../domain/protection.ts';
import type { DirectoryReport } from '../identity/directory-inventory.ts';
import type { Count } from '../shared/recorder.ts';
import type { Registration, Registry } from '../stores/registry.ts';
import type { HeldDown, Standing } from '../stores/standing.ts';

export interface SweepDeps {
  readonly revokers: Revokers;
  readonly registry: Registry;
  readonly standing: Pick<Standing, 'all'>;
  readonly ownership: OwnershipRules;
  readonly protection: Protection;
  readonly count: Count;
  /** Absent where the settings name no Identity Center. */
  readonly learnDirectory?: (() => Promise<DirectoryReport>) | undefined;
  /** Absent where no leak reporter is listened to. Returns how many secrets were new. */
  readonly indexSecrets?: (() => Promise<number>) | undefined;
}

/** What a sweep found, in numbers. */
export type SweepReport = Record<
  Registration | 'unowned' | 'ambiguous' | 'renewed' | 'failed' | 'indexed' | keyof DirectoryReport,
  number
>;

/** The kinds that say whom they belong to by tags. */
const inventoried: readonly CredentialKind[] = ['iam-user', 'api-gateway-key'];

const takeInventory = async (report: SweepReport, deps: SweepDeps): Promise<void> => {
  for (const kind of inventoried) {
    for await (const { credential, facts } of revokerFor(deps.revokers, kind).discover({ for: 'everyone' })) {
      const [owner, ...others] = claimedOwners(facts, deps.ownership);
      if (!owner) report.unowned += 1;
      else if (others.length > 0) report.ambiguous += 1;
      else {
        const isProtected = isProtectedPrincipal(facts, deps.protection);
        report[await deps.registry.register(credential, { owner, isProtected })] += 1;
      }
    }
  }
  Object.assign(report, await deps.learnDirectory?.());
  report.indexed = (await deps.indexSecrets?.()) ?? 0;
  // Tags that disagree, or changed hands: whoever leaves next of these is held, so say it before that.
  if (report.ambiguous + report.disputed + report.contested > 0) deps.count('OwnerDisputed');
};

/** A row that cannot be renewed now keeps its days until the next sweep; the others must not wait for it. */
const renew = ({ credential }: HeldDown, { revokers }: SweepDeps): Promise<'renewed' | 'failed'> =>
  revokerFor(revokers, credential.kind)
    .prolong(credential)
    .then(
      () => 'renewed',
      () => 'failed',
    );

/** Keeps the registry fresh, and keeps whoever stands revoked on the denylist. */
export const sweep = async (deps: SweepDeps): Promise<SweepReport> => {
  const report: SweepReport = {
    new: 0,
    known: 0,
    disputed: 0,
    unowned: 0,
    ambiguous: 0,
    renewed: 0,
    failed: 0,
    linked: 0,
    contested: 0,
    memberships: 0,
    indexed: 0,
  };
  // First what keeps people out; the inventory may take minutes or fail.
  for await (const held of deps.standing.all()) {
    report[await renew(held, deps)] += 1;
  }
  await takeInventory(report, deps);
  if (report.failed === 0) return report;
  // An error of this function alarms, and the schedule tries again.
  throw new CutoffError(`${report.failed} denylist rows were not renewed`, {
    code: 'unavailable',
    retryable: true,
  });
};
