import { revocationIdOf } from '../domain/change.ts';
import { credentialKey } from '../domain/credential.ts';
import { daysAfter } from '../domain/days.ts';
import { sha256 } from '../domain/sha256.ts';
import { caseOf, gone, type SweepCase, withoutRevocation } from '../domain/sweep-case.ts';
import type { SweepItem, SweepStep } from '../domain/sweep-plan.ts';
import { isExempt } from '../domain/sweep-policy.ts';
import type { Notice } from '../notices/notice.ts';
import { beginRemoval } from '../revocation/removal.ts';
import { staleChange, staleEvent } from '../sources/sweep.ts';
import { activeAgainEvent } from '../sources/sweep-active-again.ts';
import type { CarryOutDeps } from './deps.ts';
import { exemptionsFor } from './exemptions.ts';

export interface Doing {
  readonly item: SweepItem;
  readonly earlier: SweepCase | undefined;
  readonly now: Date;
}

type Doer = (doing: Doing, deps: CarryOutDeps) => Promise<void>;

const send = (item: SweepItem, about: Pick<Notice, 'id'> & Partial<Notice>, deps: CarryOutDeps) => {
  const { policy, credential, owners, fact } = item;
  return deps.notify({ about: 'sweep', credential, owners, fact, policy, ...about });
};

const noticeId = ({ policy, credential, fact }: SweepItem, which: readonly string[]): string =>
  sha256(JSON.stringify([policy, credentialKey(credential), fact, ...which])).slice(0, 32);

/** A run that goes on behind a crash may have sent it already. */
const wasTold = ({ fact, notice = 0, disableAt }: SweepItem, earlier: SweepCase | undefined): boolean =>
  earlier?.fact === fact && earlier.told > notice && earlier.announced === disableAt;

/** Sent before it is noted: a crash in between repeats this one notice, under the same id, and the other order would lose it. */
const tell: Doer = async ({ item, earlier, now }, deps) => {
  const { notice = 0, disableAt } = item;
  if (wasTold(item, earlier)) return;
  const isAnew = notice === 0 && earlier !== undefined && earlier.told > 0;
  const next = caseOf(item, isAnew ? gone(earlier) : earlier, now);
  const id = noticeId(item, [next.foundAt, String(notice)]);
  await send(item, { id, ...(disableAt && { planned: { step: 'disable', at: disableAt } }) }, deps);
  const { firstToldAt = now.toISOString() } = next;
  await deps.cases.save({
    ...next,
    told: notice + 1,
    firstToldAt,
    ...(disableAt && { announced: disableAt }),
  });
};

/** What was cut for another reason has no case yet: from now on it has. */
const tellOfDeletion: Doer = async ({ item, earlier, now }, deps) => {
  const { revocationId = '', deleteAt = '' } = item;
  if (earlier?.deleteAt) return;
  const planned = { step: 'delete', at: deleteAt } as const;
  await send(item, { id: noticeId(item, [revocationId, 'delete']), planned, revocationId }, deps);
  const sentAt = earlier?.sentAt ?? now.toISOString();
  await deps.cases.save({ ...(earlier ?? caseOf(item, earlier, now)), revocationId, sentAt, deleteAt });
};

const notify: Doer = (doing, deps) => (doing.item.deleteAt ? tellOfDeletion : tell)(doing, deps);

const isKeptByNow = async ({ item, now }: Doing, deps: CarryOutDeps): Promise<boolean> =>
  isExempt(item, await exemptionsFor(item.credential, deps), now);

/** The event first: lost between the two, it is sent once more, and is the same revocation. */
const disable: Doer = async (doing, deps) => {
  const { item, earlier, now } = doing;
  const sentAt = now.toISOString();
  if (item.reason === 'active-again') return deps.events.send([activeAgainEvent(item.credential, sentAt)]);
  // Sent by a run that broke down since, or kept since it was planned.
  if (earlier?.revocationId || (await isKeptByNow(doing, deps))) return;
  const rules = deps.settings.policies.find(({ name }) => name === item.policy);
  const event = staleEvent(item, sentAt, rules);
  await deps.events.send([event]);
  const revocationId = revocationIdOf(staleChange(event));
  await deps.cases.save({ ...caseOf(item, earlier, now), revocationId, sentAt });
};

const remove: Doer = async ({ item: { revocationId = '', policy } }, deps) => {
  await beginRemoval({ revocationId, reason: `policy ${policy}` }, deps);
};

/** Somebody would not have it: left alone for a while, and then found anew. Spared by a rule: told anew once that is over. */
const leaveAlone: Doer = async ({ item, earlier, now }, deps) => {
  if (!earlier) return;
  if (item.revocationId && earlier.revocationId) {
    const keptUntil = daysAfter(now.toISOString(), deps.settings.longestKeepDays);
    await deps.cases.save({ ...gone(withoutRevocation(earlier)), keptUntil });
  } else if (!earlier.isGone) await deps.cases.save(gone(earlier));
};

const wait: Doer = async ({ item, earlier, now }, deps) => {
  const { reason, revocationId, fact } = item;
  if (reason === 'unseen') return;
  if (earlier && reason === 'nothing-came-of-it') await deps.cases.save(withoutRevocation(earlier));
  // Days count from when it was first found, so that has to be remembered.
  else if (!revocationId && (earlier?.fact !== fact || earlier.isGone))
    await deps.cases.save(caseOf(item, earlier, now));
};

/** What is done for each step of a plan. Each may be done twice. */
export const doers: Readonly<Record<SweepStep, Doer>> = {
  notify,
  disable,
  delete: remove,
  spare: leaveAlone,
  wait,
};
