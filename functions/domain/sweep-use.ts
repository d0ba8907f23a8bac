import { isByAgeAlone } from './sweep-conditions.ts';
import type { SweepPolicy } from './sweep-settings.ts';

/**
 * Whether a use would make untrue what the policy found: then it is asked for once more before anything is disabled. An orphan is
 * one however busy it is.
 */
export const goesByUse = ({ when, evenIfUsed }: Pick<SweepPolicy, 'when' | 'evenIfUsed'>): boolean =>
  when.unusedDays !== undefined || when.neverUsed === true || (isByAgeAlone(when) && !evenIfUsed);
