import type { LastUse } from '../../domain/sweep-facts.ts';

const day = 86_400_000;

/**
 * Days of usage that are asked for, today among them. "GetUsage" (API Gateway API Reference) names no limit, and its examples
 * ask for a year. Assumption: so many are told. A policy with more `unusedDays` finds no key that stopped being used.
 */
export const usageDays = 120;

/** `startDate` and `endDate` of GetUsage. Assumption: they are of UTC, and both are included. */
export const usageWindow = (now: Date): { readonly startDate: string; readonly endDate: string } => {
  const dateOf = (time: number) => new Date(time).toISOString().slice(0, 10);
  return { startDate: dateOf(now.getTime() - (usageDays - 1) * day), endDate: dateOf(now.getTime()) };
};

/** What one usage plan counted of one key. Times are ISO 8601. */
export interface Counted {
  /** When it began to count, as far as it tells. */
  readonly since: string;
  /** The end of the last day with a use: how late on it, nobody tells. */
  readonly usedUntil?: string;
}

/**
 * Of a plan's rows, one `[used, remaining]` a day, `endDate` the last. Where rows are missing, the last one is that day's all the
 * same, so that no key looks used earlier than it was.
 */
export const countedIn = (rows: readonly (readonly number[])[], endDate: string): Counted => {
  const endOf = (row: number) => new Date(Date.parse(endDate) + (row + 2 - rows.length) * day).toISOString();
  const last = rows.findLastIndex(([used = 0]) => used > 0);
  return { since: endOf(-1), ...(last > -1 && { usedUntil: endOf(last) }) };
};

/** By what all plans of a key counted; `unknown` where it is on none. */
export const useIn = (counted: readonly Counted[], createdAt: string | undefined): LastUse => {
  const at = counted
    .flatMap(({ usedUntil }) => usedUntil ?? [])
    .toSorted()
    .at(-1);
  if (at !== undefined) return { at };
  const before = counted
    .map(({ since }) => since)
    .toSorted()
    .at(-1);
  if (before === undefined) return 'unknown';
  return createdAt !== undefined && createdAt >= before ? 'never' : { before };
};
