import type { EnforcementSettings } from '../domain/enforcement-settings.ts';

/** Longest run of the authorizer: its function's timeout (`infra/timeouts.ts`). */
export const authorizerSeconds = 10;

/** How late a refusal may be after the row was written, at worst. */
export interface Exposure {
  readonly worstCaseSeconds: number;
  /** What the seconds are made of. */
  readonly worstCase: string;
}

/**
 * Pure. `undefined` where nothing is remembered: then the next request is refused.
 *
 * The caches are emptied when the row is written. An answer that was decided just before, by a run that takes its
 * whole time, or from the authorizer's memory, gets into a cache after that, and lives there as long as the cache
 * keeps anything. Each look of `verify` empties them too, seconds later as a rule; but looks wait in a queue, so that
 * is not promised here.
 */
export const exposureOf = ({
  caches,
  memorySeconds,
}: Pick<EnforcementSettings, 'caches' | 'memorySeconds'>): Exposure | undefined => {
  const longest = Math.max(0, ...caches.map(({ seconds }) => seconds));
  const memory = memorySeconds > 0 ? [`${memorySeconds} of the authorizer's memory`] : [];
  const cache =
    longest > 0
      ? [
          `${authorizerSeconds} of a run that began before the row`,
          `${longest} of a cache, less where a look empties it`,
        ]
      : [];
  if (memory.length + cache.length === 0) return undefined;
  return {
    worstCaseSeconds: memorySeconds + (longest > 0 ? authorizerSeconds + longest : 0),
    worstCase: [...memory, ...cache].join(' + '),
  };
};
