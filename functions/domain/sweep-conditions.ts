import { daysSince, daysUntil } from './days.ts';
import type { SweepFacts } from './sweep-facts.ts';
import type { SweepPolicy } from './sweep-settings.ts';

type When = SweepPolicy['when'];

/** What conditions ask for. */
export type Asked = Pick<SweepFacts, 'createdAt' | 'rotatedAt' | 'expiresAt' | 'lastUse' | 'orphan'>;

/** Not known is not old, and neither is what is said to be still to come. */
export const isOld = (time: string | undefined, days: number, now: Date): time is string =>
  time !== undefined && daysSince(time, now) >= days;

/** The same words for the same time, however its service spells it: to the second, which is what all of them tell. */
export const spelled = (time: string): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

/** What a condition found, in words; `undefined` where it does not hold, or where nobody knows. */
type Condition = (facts: Asked, days: number, now: Date) => string | undefined;

const old =
  (words: string) =>
  (time: string | undefined, days: number, now: Date): string | undefined =>
    isOld(time, days, now) ? `${words} ${spelled(time)}` : undefined;

const ending =
  (words: string) =>
  (time: string | undefined, days: number, now: Date): string | undefined =>
    time !== undefined && daysUntil(time, now) <= days ? `${words} ${spelled(time)}` : undefined;

const unused: Condition = ({ lastUse, createdAt }, days, now) => {
  if (lastUse === 'unknown') return undefined;
  if (lastUse === 'never') return old('never used since')(createdAt, days, now);
  if ('at' in lastUse) return old('unused since')(lastUse.at, days, now);
  // That time is another one at each look, so it is not said.
  return isOld(lastUse.before, days, now) ? `unused for ${days} days` : undefined;
};

const conditions: Readonly<Record<keyof When, Condition>> = {
  createdDays: ({ createdAt }, days, now) => old('created')(createdAt, days, now),
  unusedDays: unused,
  neverUsed: ({ lastUse }) => (lastUse === 'never' ? 'never used' : undefined),
  rotatedDays: ({ rotatedAt }, days, now) => old('rotated')(rotatedAt, days, now),
  ownerGone: ({ orphan }) => (orphan === 'owner-gone' ? orphan : undefined),
  orphaned: ({ orphan }) => orphan,
  expiringDays: ({ expiresAt }, days, now) => ending('expires')(expiresAt, days, now),
  expired: ({ expiresAt }, _, now) => ending('expired')(expiresAt, 0, now),
};

const names = Object.keys(conditions) as (keyof When)[];

/** What each of the conditions found, or `undefined` where one does not hold. */
export const foundBy = (when: When, facts: Asked, now: Date): string[] | undefined => {
  const found = names
    .filter((name) => when[name] !== undefined)
    .map((name) => conditions[name](facts, Number(when[name]), now));
  return found.every((one) => one !== undefined) ? found : undefined;
};

/** Conditions that come true for whatever is in use, too, by waiting. */
const ofAge: ReadonlySet<keyof When> = new Set(['createdDays', 'rotatedDays', 'expiringDays']);

export const isByAgeAlone = (when: When): boolean =>
  names.every((name) => when[name] === undefined || ofAge.has(name));
