import { type Credential, credentialKey } from '../domain/credential.ts';
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
}

/** Suspects that are read at the same time; how fast, the shared quota says. */
const atOnce = 10;

/** Suspects between two checkpoints: what a crash has to read again. */
const perPage = 80;

interface Progress {
  readonly items: SweepItem[];
  readonly pages: number;
}

const resumed = async ({ checkpoint, runs, place }: PlanAllDeps): Promise<Progress> =>
  checkpoint
    ? { items: await runs.items(place, checkpoint), pages: checkpoint.pages }
    : { items: [], pages: 0 };

/** One page of suspects. What cannot be read now is noted and left to the next run. */
const planPage = async (
  page: readonly Credential[],
  deps: PlanAllDeps,
  problems: Problems,
): Promise<SweepItem[]> => {
  const items: SweepItem[] = [];
  for (let start = 0; start < page.length; start += atOnce) {
    const planned = page
      .slice(start, start + atOnce)
      .map((principal) => problems.attempt(`reads of ${principal.kind}`, () => planSuspect(principal, deps)));
    items.push(...(await Promise.all(planned)).flatMap((found) => found ?? []));
  }
  return items;
};

/**
 * Reads and plans all suspects behind the checkpoint. `undefined` where time is over before: then all that was planned is stored,
 * and whoever goes on begins there.
 */
export const planAll = async (
  suspects: readonly Credential[],
  deps: PlanAllDeps,
  problems: Problems,
): Promise<SweepItem[] | undefined> => {
  const { runs, place, runId, isDry, isLate, checkpoint } = deps;
  const rest = suspects.filter((principal) => credentialKey(principal) > (checkpoint?.cursor ?? ''));
  const { items, pages } = await resumed(deps);
  for (let start = 0; start < rest.length; start += perPage) {
    if (isLate()) return undefined;
    const page = rest.slice(start, start + perPage);
    const planned = await planPage(page, deps, problems);
    items.push(...planned);
    const last = page.at(-1);
    if (isDry || !last || start + perPage >= rest.length) continue;
    const number = pages + start / perPage;
    await runs.savePage(place, { runId, number, items: planned });
    const cursor = credentialKey(last);
    await runs.saveCheckpoint(place, { version: checkpointVersion, runId, cursor, pages: number + 1 });
  }
  return items;
};
