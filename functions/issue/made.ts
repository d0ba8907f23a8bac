import { CutoffError } from '../domain/errors.ts';

/** An answer without what was asked for: something may have been made all the same, and is looked for later. */
export const made = (value: string | undefined, what: string): string => {
  if (value) return value;
  throw new CutoffError(`the answer tells nothing of ${what}`, { code: 'unavailable', retryable: true });
};
