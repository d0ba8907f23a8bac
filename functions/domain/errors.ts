import type { ZodError } from 'zod';

/** Stable codes. Alarms, tests and runbooks refer to these, so they never change their meaning. */
export type ErrorCode =
  | 'invalid-input'
  | 'access-denied'
  | 'throttled'
  | 'conflict'
  | 'not-found'
  | 'limit-exceeded'
  | 'foreign-account'
  | 'probe-inconclusive'
  | 'cache-not-flushed'
  | 'unavailable';

/** Every error Cutoff throws on purpose: `retryable` says whether the same call may succeed later. */
export class CutoffError extends Error {
  override readonly name: string = 'CutoffError';
  readonly code: ErrorCode;
  readonly retryable: boolean;

  constructor(message: string, details: { code: ErrorCode; retryable: boolean; cause?: unknown }) {
    super(message, { cause: details.cause });
    this.code = details.code;
    this.retryable = details.retryable;
  }
}

/** Input that will never become valid by waiting. `field` is the dotted path of what is wrong. */
export class InvalidInput extends CutoffError {
  override readonly name = 'InvalidInput';
  readonly field: string;

  constructor(field: string, problem: string) {
    super(`${field}: ${problem}`, { code: 'invalid-input', retryable: false });
    this.field = field;
  }

  /** The first issue only: its path and message, never the value, which may be a secret. */
  static fromZod(error: ZodError, root: string): InvalidInput {
    const issue = error.issues[0];
    if (!issue) return new InvalidInput(root, 'is not valid');
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0]?.slice(0, 64) : undefined;
    const path = [root, ...issue.path.map(String), ...(unknown ? [unknown] : [])].join('.');
    return new InvalidInput(path, unknown ? 'is not a known field' : issue.message);
  }
}

/** Two workers wrote the same row; the loser starts again from what is stored now. */
export class Conflict extends CutoffError {
  override readonly name = 'Conflict';

  constructor(what: string) {
    super(`${what} was changed by another worker`, { code: 'conflict', retryable: true });
  }
}

export const isRetryable = (error: unknown): boolean => !(error instanceof CutoffError) || error.retryable;

/**
 * Waiting alone will not mend these, so they are said aloud at once instead of only when the DLQ fills. Of a cache
 * that was not emptied, the cause decides.
 */
export const needsAttention = (error: unknown): error is CutoffError =>
  error instanceof CutoffError &&
  (!error.retryable ||
    error.code === 'access-denied' ||
    (error.code === 'cache-not-flushed' && needsAttention(error.cause)));

/** Code and message of an error of ours, for the audit: its message quotes no input. Of others, the code alone. */
export const problemOf = (error: unknown): string =>
  error instanceof CutoffError ? `${error.code}: ${error.message}` : codeOf(error);

/** `code` of any error, for audit records and metrics: never a message that might quote input. */
export const codeOf = (error: unknown): string => (error instanceof CutoffError ? error.code : 'unavailable');
