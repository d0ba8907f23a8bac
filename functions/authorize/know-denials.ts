import type { AuthorizerSettings } from '../domain/enforcement-settings.ts';
import { type CalledRoute, routeMatcher } from './called-route.ts';
import { DenialMemory } from './denial-memory.ts';
import type { Moment } from './moment.ts';
import type { Denials, ReadDenials } from './read-denials.ts';

export interface Knowledge {
  readonly rows: Denials;
  /** The denylist could not be asked: these are the rows of before. */
  readonly fromMemory?: true;
}

/** What the denylist says under these keys, for a call of this route. Throws `Unavailable` where that is not known. */
export type KnowDenials = (keys: readonly string[], route: CalledRoute) => Promise<Knowledge>;

export interface KnowDeps {
  readonly read: ReadDenials;
  readonly moment: () => Moment;
}

type Policy = Pick<AuthorizerSettings, 'memorySeconds' | 'bestEffort'>;

const asked = async (keys: readonly string[], { read, moment }: KnowDeps, memory: DenialMemory) => {
  const before = moment();
  const rows = await read(keys);
  memory.learn({ keys, rows, asked: before, answered: moment() });
  return rows;
};

/**
 * Strict, as it is by default: asked each time, and refused where there is no answer. `memorySeconds` lets this
 * instance answer from what it read so long ago; `bestEffort` lets it on some routes, and only while the denylist
 * does not answer. Neither ever goes by anything older than it says, nor by a key that was not read.
 */
export const denialKnowledge = ({ memorySeconds, bestEffort }: Policy, deps: KnowDeps): KnowDenials => {
  if (memorySeconds === 0 && !bestEffort) return async (keys) => ({ rows: await deps.read(keys) });
  const memory = new DenialMemory();
  const isBestEffort = routeMatcher(bestEffort?.routes ?? []);
  return async (keys, route) => {
    const fresh = memorySeconds > 0 ? memory.recall(keys, memorySeconds, deps.moment()) : undefined;
    if (fresh) return { rows: fresh };
    try {
      return { rows: await asked(keys, deps, memory) };
    } catch (error) {
      // The age counts now, after the attempt, which may have taken seconds.
      const rows =
        bestEffort && isBestEffort(route)
          ? memory.recall(keys, bestEffort.seconds, deps.moment())
          : undefined;
      if (!rows) throw error;
      return { rows, fromMemory: true };
    }
  };
};
