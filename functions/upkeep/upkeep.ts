import type { Found, Revokers } from '../credentials/credential-revoker.ts';
import { revokerFor } from '../credentials/revoker-for.ts';
import { type CredentialKind, credentialKey, credentialKinds } from '../domain/credential.ts';
import { CutoffError, codeOf } from '../domain/errors.ts';
import type { DirectoryReport } from '../identity/directory-inventory.ts';
import type { ReportedUser } from '../inventory/credential-report-rows.ts';
import { type InventoryDeps, type TakenIn, takeIn } from '../inventory/take-in.ts';
import { mapInChunks } from '../shared/map-in-chunks.ts';
import type { Count } from '../shared/recorder.ts';
import type { HeldDown, Standing } from '../stores/standing.ts';
import { type FindDriftDeps, findAccessKeys, findDrift } from './find-drift.ts';
import { seeToObserved } from './observed-drift.ts';

export interface UpkeepDeps extends InventoryDeps, FindDriftDeps {
  readonly revokers: Revokers;
  readonly standing: Pick<Standing, 'all'>;
  readonly count: Count;
  /** When each IAM user was last seen at work, by name; `undefined` where that is not known now. */
  readonly lastUses: () => Promise<ReadonlyMap<string, string> | undefined>;
  /** All IAM users, with the times of their keys. */
  readonly reportedUsers: () => Promise<readonly ReportedUser[]>;
  /** Takes away denies of sessions that are long over. Returns how many. */
  readonly prune: () => Promise<number>;
  /** Absent where the settings name no Identity Center. */
  readonly learnDirectory?: (() => Promise<DirectoryReport>) | undefined;
  /** Absent where no leak reporter is listened to. Returns how many secrets were new. */
  readonly indexSecrets?: (() => Promise<number>) | undefined;
}

type Counted = TakenIn['outcome'] | 'orphaned' | 'renewed' | 'failed' | 'pruned' | 'indexed';

/** What an upkeep found, in numbers; and by code what it could not do. */
export interface UpkeepReport extends Record<Counted | keyof DirectoryReport, number> {
  readonly problems: Record<string, string>;
}

const emptyReport = (): UpkeepReport => ({
  new: 0,
  known: 0,
  disputed: 0,
  ambiguous: 0,
  orphaned: 0,
  renewed: 0,
  failed: 0,
  pruned: 0,
  linked: 0,
  contested: 0,
  memberships: 0,
  indexed: 0,
  problems: {},
});

/** Rows renewed at the same time: each is a read and a write, and API Gateway may be asked for a key. */
const renewedAtOnce = 10;

/** Principals taken in at the same time: each is one read of the registry, and now and then a write. */
const atOnce = 25;

const takeInAll = async (all: readonly Found[], report: UpkeepReport, deps: UpkeepDeps): Promise<void> => {
  const taken = await mapInChunks(all, atOnce, (found) => takeIn(found, deps));
  for (const { outcome, orphan } of taken) {
    report[outcome] += 1;
    if (orphan) report.orphaned += 1;
  }
};

const withLastUse = async (found: Found[], { lastUses }: UpkeepDeps): Promise<Found[]> => {
  const uses = await lastUses();
  return found.map(({ credential, facts }) => {
    const lastUsedAt = uses?.get(credential.id);
    return { credential, facts: { ...facts, ...(lastUsedAt && { lastUsedAt }) } };
  });
};

const takeInventory = async (
  kind: CredentialKind,
  report: UpkeepReport,
  deps: UpkeepDeps,
): Promise<undefined> => {
  const found = await Array.fromAsync(revokerFor(deps.revokers, kind).discover({ for: 'everyone' }));
  const { left, failure } = await findDrift(found, deps);
  const seenTo = found.filter(({ credential }) => !left.has(credentialKey(credential)));
  await takeInAll(kind === 'iam-user' ? await withLastUse(seenTo, deps) : seenTo, report, deps);
  if (failure !== undefined) throw failure;
};

/** A row that cannot be renewed now keeps its days until the next upkeep; the others must not wait for it. */
const renew = ({ credential }: HeldDown, { revokers }: UpkeepDeps): Promise<'renewed' | 'failed'> =>
  revokerFor(revokers, credential.kind)
    .prolong(credential)
    .then(
      () => 'renewed',
      () => 'failed',
    );

/** Trouble with one thing must not keep the others from being done. */
const attempt = async (
  what: string,
  work: () => Promise<Partial<UpkeepReport> | undefined> | undefined,
  report: UpkeepReport,
): Promise<void> => {
  try {
    Object.assign(report, await work());
  } catch (error) {
    report.problems[what] = codeOf(error);
  }
};

/** Keeps the registry fresh, and keeps whoever stands revoked on the denylist. */
export const upkeep = async (deps: UpkeepDeps): Promise<UpkeepReport> => {
  const { prune, learnDirectory, indexSecrets } = deps;
  const report = emptyReport();
  // First what keeps people out; the inventory may take minutes or fail.
  const standing = await Array.fromAsync(deps.standing.all());
  for (const outcome of await mapInChunks(standing, renewedAtOnce, (held) => renew(held, deps))) {
    report[outcome] += 1;
  }
  for (const kind of credentialKinds) {
    if (deps.revokers[kind].isConfigured)
      await attempt(kind, () => takeInventory(kind, report, deps), report);
  }
  await attempt('drift', () => findAccessKeys(deps.reportedUsers, deps).then(() => undefined), report);
  await attempt('observed drift', () => seeToObserved(deps).then(() => undefined), report);
  await attempt('prune', async () => ({ pruned: await prune() }), report);
  await attempt('directory', () => learnDirectory?.(), report);
  await attempt('secrets', async () => ({ indexed: (await indexSecrets?.()) ?? 0 }), report);
  // Tags that disagree, or changed hands: whoever leaves next of these is held, so say it before that.
  if (report.ambiguous + report.disputed + report.contested > 0) deps.count('OwnerDisputed');
  if (report.orphaned > 0) deps.count('OrphanFound');
  const problems = Object.keys(report.problems);
  if (report.failed + problems.length === 0) return report;
  // An error of this function alarms, and the schedule tries again.
  const what = `${report.failed} denylist rows were not renewed, and not done: ${problems.join(', ') || 'nothing else'}`;
  throw new CutoffError(what, { code: 'unavailable', retryable: true });
};
