const day = 86_400_000;

/** So many days after a time, ISO 8601. Throws a RangeError for what is no time. */
export const daysAfter = (time: string, days: number): string =>
  new Date(Date.parse(time) + days * day).toISOString();

/**
 * Days since a time, fractions included. A time that is still to come, by whatever clock is wrong, is no days ago: what was used
 * in the future was used now. NaN for what is no time, so that every comparison with it fails.
 */
export const daysSince = (time: string, now: Date): number =>
  Math.max(0, (now.getTime() - Date.parse(time)) / day);

/** Days until a time, fractions included, and below 0 once it is past. NaN for what is no time. */
export const daysUntil = (time: string, now: Date): number => (Date.parse(time) - now.getTime()) / day;
