import { daysAfter } from './days.ts';
import type { SweepPolicy } from './sweep-settings.ts';

/** Since when a fact is known, and how far its owner was told of it. Times are ISO 8601. */
export interface Start {
  readonly foundAt: string;
  /** Notices that were sent. */
  readonly told: number;
  readonly firstToldAt?: string | undefined;
  /** What its owner was told: it is disabled then, and not before. */
  readonly notBefore?: string | undefined;
}

export interface NextStep {
  readonly step: 'notify' | 'disable' | 'delete';
  /** ISO 8601 */
  readonly at: string;
}

/** What is due by now, before anything was sent to end it. */
export interface Due {
  readonly step: 'notify' | 'disable' | 'wait';
  readonly reason?: 'notices-only';
  /** Of `notify`: which notice it is, from 0. */
  readonly notice?: number;
  /** What comes after it, and when. */
  readonly next?: NextStep;
  /** ISO 8601 */
  readonly disableAt?: string;
}

type Steps = SweepPolicy['steps'];

/** Of ISO 8601 as `toISOString` writes it. */
const later = (a: string, b: string): string => (a > b ? a : b);

/** Where days count from: an owner who was told late has as many of them as one who was told in time. */
const originOf = ({ notify: [first = 0] }: Steps, { foundAt, firstToldAt }: Start): string =>
  firstToldAt === undefined ? foundAt : later(foundAt, daysAfter(firstToldAt, -first));

/** The first one, and then the newest that is due: reminders that were missed are not made up for. */
const noticeDue = (steps: Steps, start: Start, now: Date): number | undefined => {
  const origin = originOf(steps, start);
  const due = steps.notify.filter((day) => daysAfter(origin, day) <= now.toISOString()).length;
  if (due <= start.told) return undefined;
  return start.told === 0 ? 0 : due - 1;
};

/** What is still to come, nothing of it in the past. */
const coming = (steps: Steps, start: Start, now: Date): Pick<Due, 'next' | 'disableAt'> => {
  const dayOf = (days: number) => later(daysAfter(originOf(steps, start), days), now.toISOString());
  const end =
    steps.disable === undefined ? {} : { disableAt: later(dayOf(steps.disable), start.notBefore ?? '') };
  const notice = steps.notify[start.told];
  if (notice !== undefined) return { ...end, next: { step: 'notify', at: dayOf(notice) } };
  return { ...end, ...(end.disableAt && { next: { step: 'disable', at: end.disableAt } }) };
};

/** The step whose day has come. None comes before its day, or before the notices that are due before it. */
export const dueStep = (steps: Steps, start: Start, now: Date): Due => {
  const notice = noticeDue(steps, start, now);
  if (notice !== undefined) {
    const { firstToldAt = now.toISOString() } = start;
    return { step: 'notify', notice, ...coming(steps, { ...start, told: notice + 1, firstToldAt }, now) };
  }
  const { next, disableAt } = coming(steps, start, now);
  if (!next) return { step: 'wait', reason: 'notices-only' };
  if (next.step === 'disable' && next.at <= now.toISOString()) return { step: 'disable', disableAt: next.at };
  return { step: 'wait', next, ...(disableAt && { disableAt }) };
};
