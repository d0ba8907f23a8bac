import { type Credential, credentialKey } from '../domain/credential.ts';
import { CutoffError } from '../domain/errors.ts';
import type { SweepItem } from '../domain/sweep-plan.ts';
import type { Place } from '../shared/aws-clients.ts';
import type { Checkpoint, SweepRuns } from '../stores/sweeps.ts';
import type { PlanDeps } from './deps.ts';
import { planSuspect } from './plan-suspect.ts';
import type { Problems } from './problems.ts';

/** Of the form of `Checkpoint`: another one is not understood. */
export const checkpointVersion = 1;

export interface PlanAllDeps extends PlanDeps {
  readonly runs: Pick<SweepRuns, 'savePage' | 'saveCheckpoint' | 'items'>;
  readonly place: Place;
  readonly runId: string;
  /** Writes no checkpoint. */
  readonly isDry: boolean;
  readonly isLate: () => boolean;
  readonly checkpoint: Checkpoint | undefined;
  readonly problems: Problems;
}

/** Suspects that are read at the same time; how fast, the shared quota says. */
const atOnce = 10;

/** Suspects between two checkpoints: what a crash has to read again. */
const betweenCheckpoints = 80;

/** Items of a row, which holds 400 KB ("Quotas", DynamoDB Developer Guide). */
export const pageSize = 250;

/** Pages of a plan that is not whole yet are not those of its report. */
const draftOf = (runId: string): string => `draft-${runId}`;

const resumed = async ({ checkpoint, runs, place }: PlanAllDeps): Promise<SweepItem[]> =>
  checkpoint ? runs.items(place, { runId: draftOf(checkpoint.runId), pages: checkpoint.pages }) : [];

/** Some suspects at a time. What cannot be read now is noted and left to the next run. `undefined` where time is over. */
const planSome = async (some: readonly Credential[], deps: PlanAllDeps): Promise<SweepItem[] | undefined> => {
  const items: SweepItem[] = [];
  for (let start = 0; start < some.length; start += atOnce) {
    if (deps.isLate()) return undefined;
    const planned = some
      .slice(start, start + atOnce)
      .map((one) => deps.problems.attempt(`reads of ${one.kind}`, () => planSuspect(one, deps)));
    items.push(...(await Promise.all(planned)).flatMap((found) => found ?? []));
  }
  return items;
};

interface Draft {
  readonly items: readonly SweepItem[];
  /** Full pages that are stored already. */
  readonly stored: number;
}

/** All pages from the first that is not full. Returns how many are full by now. */
const saveDraft = async (
  { items, stored }: Draft,
  cursor: Credential,
  deps: PlanAllDeps,
): Promise<number> => {
  const { runs, place, runId, now } = deps;
  const pages = Math.ceil(items.length / pageSize);
  for (let number = stored; number < pages; number += 1) {
    const page = items.slice(number * pageSize, (number + 1) * pageSize);
    await runs.savePage(place, { runId: draftOf(runId), number, items: page });
  }
  const at = now().toISOString();
  const version = checkpointVersion;
  await runs.saveCheckpoint(place, { version, runId, at, cursor: credentialKey(cursor), pages });
  return Math.floor(items.length / pageSize);
};

const tooSlow = (): never => {
  const message = 'the lists alone take all of the time that a run has';
  throw new CutoffError(message, { code: 'unavailable', retryable: true });
};

/**
 * Reads and plans all suspects behind the checkpoint. `undefined` where time is over before: then what was planned is stored, and
 * whoever goes on begins there. Throws where there was no time for any.
 */
export const planAll = async (
  suspects: readonly Credential[],
  deps: PlanAllDeps,
): Promise<SweepItem[] | undefined> => {
  const rest = suspects.filter((principal) => credentialKey(principal) > (deps.checkpoint?.cursor ?? ''));
  const items = await resumed(deps);
  let stored = 0;
  for (let start = 0; start < rest.length; start += betweenCheckpoints) {
    const some = rest.slice(start, start + betweenCheckpoints);
    const planned = await planSome(some, deps);
    if (!planned) return start === 0 ? tooSlow() : undefined;
    items.push(...planned);
    const last = some.at(-1);
    if (deps.isDry || !last || start + betweenCheckpoints >= rest.length) continue;
    stored = await saveDraft({ items, stored }, last, deps);
  }
  return items;
};
