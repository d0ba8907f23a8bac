import { revocationIdOf } from '../domain/change.ts';
import { credentialKey } from '../domain/credential.ts';
import { daysAfter } from '../domain/days.ts';
import { Conflict } from '../domain/errors.ts';
import { sha256 } from '../domain/sha256.ts';
import { type SweepCase, type SweepItem, startOf } from '../domain/sweep-plan.ts';
import { beginRemoval } from '../revocation/removal.ts';
import { staleChange, staleEvent } from '../sources/sweep.ts';
import type { CarryOutDeps } from './deps.ts';
import type { Problems } from './problems.ts';

interface Doing {
  readonly item: SweepItem;
  readonly earlier: SweepCase | undefined;
  readonly now: Date;
}

/** The case as it goes on, or begins, with what the item found. */
const caseOf = ({ item, earlier, now }: Doing): SweepCase => {
  const { policy, credential, owners, fact } = item;
  const { firstToldAt, ...start } = startOf(item, earlier, now);
  return {
    policy,
    credential,
    owners,
    fact,
    ...start,
    ...(firstToldAt && { firstToldAt }),
    ...(earlier?.keptUntil && { keptUntil: earlier.keptUntil }),
    version: earlier?.version ?? 0,
  };
};

/** What the owner has to know is what happens in the end, not which reminder comes next. */
const plannedOf = ({ disableAt: at }: SweepItem) =>
  at ? ({ planned: { step: 'disable', at } } as const) : {};

/** Sent before it is noted: a crash in between repeats this one notice, under the same id, and the other order would lose it. */
const notify = async (doing: Doing, deps: CarryOutDeps): Promise<void> => {
  const { item, now } = doing;
  const { policy, credential, owners, fact, notice = 0 } = item;
  const next = caseOf(doing);
  const about = [policy, credentialKey(credential), fact, next.foundAt, String(notice)];
  const id = sha256(JSON.stringify(about)).slice(0, 32);
  await deps.notify({
    id,
    about: 'sweep',
    credential,
    owners,
    fact,
    policy,
    ...plannedOf(item),
  });
  const firstToldAt = next.firstToldAt ?? now.toISOString();
  await deps.cases.save({ ...next, told: notice + 1, firstToldAt });
};

/** The event first: lost between the two, it is sent once more, and is the same revocation. */
const disable = async (doing: Doing, deps: CarryOutDeps): Promise<void> => {
  const sentAt = doing.now.toISOString();
  const rules = deps.settings.policies.find(({ name }) => name === doing.item.policy);
  const event = staleEvent(doing.item, sentAt, rules);
  await deps.events.send([event]);
  const revocationId = revocationIdOf(staleChange(event));
  await deps.cases.save({ ...caseOf(doing), revocationId, sentAt });
};

const remove = async ({ item }: Doing, deps: CarryOutDeps): Promise<void> => {
  const { revocationId = '', policy } = item;
  await beginRemoval({ revocationId, reason: `policy ${policy}` }, deps);
};

const withoutRevocation = ({ revocationId: _, sentAt: __, ...rest }: SweepCase): SweepCase => rest;

/** Whoever is told once more has all of the days once more. */
const fromTheStart = ({ firstToldAt: _, ...earlier }: SweepCase, now: Date): SweepCase => ({
  ...earlier,
  foundAt: now.toISOString(),
  told: 0,
});

/** Spared for now; or somebody would not have it: left alone for a while, and then found anew. */
const keep = async ({ item, earlier, now }: Doing, deps: CarryOutDeps): Promise<void> => {
  if (!earlier) return;
  if (!item.revocationId) {
    if (earlier.told > 0) await deps.cases.save(fromTheStart(earlier, now));
    return;
  }
  if (!earlier.revocationId) return;
  const keptUntil = daysAfter(now.toISOString(), deps.settings.longestKeepDays);
  await deps.cases.save({ ...fromTheStart(withoutRevocation(earlier), now), keptUntil });
};

/** Days count from when it was first found, so that has to be remembered. */
const remember = async (doing: Doing, deps: CarryOutDeps): Promise<void> => {
  const { item, earlier } = doing;
  if (earlier && item.reason === 'nothing-came-of-it') await deps.cases.save(withoutRevocation(earlier));
  if (item.revocationId || earlier?.fact === item.fact) return;
  await deps.cases.save(caseOf(doing));
};

const doers = { notify, disable, delete: remove, spare: keep, wait: remember } as const;

/** Does one item of a plan. Whoever lost a race for its case has nothing to do: the other one did it. */
const carryOutItem = async (item: SweepItem, deps: CarryOutDeps): Promise<void> => {
  const earlier = await deps.cases.of(item.policy, item.credential);
  try {
    await doers[item.step]({ item, earlier, now: deps.now() }, deps);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
  }
};

/** What is found no more, or deleted: found again, it is a new case. */
export const letGo = async (
  { gone, over }: { readonly gone: readonly SweepItem[]; readonly over: readonly SweepCase[] },
  deps: CarryOutDeps,
  problems: Problems,
): Promise<void> => {
  const close = (one: SweepCase) => problems.attempt('closing of cases', () => deps.cases.save(one));
  for (const one of over) await close({ ...one, isOver: true });
  for (const { policy, credential } of gone) {
    const earlier = await deps.cases.of(policy, credential);
    if (earlier && !earlier.revocationId && earlier.told > 0) await close(fromTheStart(earlier, deps.now()));
  }
};

/** Does what was planned, as far as time allows; what is left is the next run's. Returns whether all of it was done. */
export const carryOut = async (
  items: readonly SweepItem[],
  deps: CarryOutDeps & { readonly isLate: () => boolean },
  problems: Problems,
): Promise<boolean> => {
  for (const item of items) {
    if (deps.isLate()) return false;
    await problems.attempt(`${item.step} of ${item.credential.kind}`, () => carryOutItem(item, deps));
  }
  return true;
};
