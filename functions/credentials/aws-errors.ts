import { CutoffError, type ErrorCode } from '../domain/errors.ts';

interface Meaning {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  /** Follows the action in the message. Never what AWS wrote: that may quote input. */
  readonly says: string;
}

/**
 * Denied is retryable: policies are eventually consistent, and an operator may repair the role while the message
 * still waits. The queue's DLQ is the end of it.
 */
const denied: Meaning = { code: 'access-denied', retryable: true, says: 'is not allowed to this role' };
const throttled: Meaning = { code: 'throttled', retryable: true, says: 'was throttled' };
const limit: Meaning = { code: 'limit-exceeded', retryable: false, says: 'would exceed a quota' };
const gone: Meaning = { code: 'not-found', retryable: false, says: 'found nothing' };
const conflict: Meaning = { code: 'conflict', retryable: true, says: 'met another change' };
const invalid: Meaning = { code: 'invalid-input', retryable: false, says: 'was refused as invalid' };
const unavailable: Meaning = { code: 'unavailable', retryable: true, says: 'did not succeed' };

/**
 * By error name without `Exception`: the SDK uses the long form for modelled errors, the wire's short form for
 * others ("Common Errors", IAM and API Gateway API references). What is not here is `unavailable` and retried:
 * DynamoDB's `ResourceNotFound` for one, a missing table, which must never pass for a credential that is gone.
 */
const meanings = new Map<string, Meaning>([
  ['AccessDenied', denied],
  ['Unauthorized', denied],
  ['Throttling', throttled],
  ['Throttled', throttled],
  ['TooManyRequests', throttled],
  ['RequestLimitExceeded', throttled],
  ['ProvisionedThroughputExceeded', throttled],
  ['LimitExceeded', limit],
  ['NoSuchEntity', gone],
  ['NotFound', gone],
  ['UserNotFound', gone],
  ['ConcurrentModification', conflict],
  ['EntityTemporarilyUnmodifiable', conflict],
  ['Conflict', conflict],
  ['DeleteConflict', conflict],
  ['ValidationError', invalid],
  ['InvalidInput', invalid],
  ['BadRequest', invalid],
]);

const statusOf = (error: Error): unknown =>
  (error as { $metadata?: { httpStatusCode?: unknown } }).$metadata?.httpStatusCode;

const meaningOf = (error: unknown): Meaning => {
  if (!(error instanceof Error)) return unavailable;
  // Before the name: API Gateway's LimitExceeded is a rate limit (429), IAM's is a quota (409).
  if (statusOf(error) === 429) return throttled;
  return meanings.get(error.name.replace(/Exception$/, '')) ?? unavailable;
};

const asCutoffError = (action: string, error: unknown): CutoffError => {
  if (error instanceof CutoffError) return error;
  const { code, retryable, says } = meaningOf(error);
  return new CutoffError(`${action} ${says}`, { code, retryable, cause: error });
};

/** Makes an AWS call; `action` is the permission that it needs, such as `iam:GetUser`. Throws CutoffErrors only. */
export const calling = async <T>(action: string, call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    throw asCutoffError(action, error);
  }
};

/** The same for a paginator. */
export async function* callingPages<T>(action: string, pages: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* pages;
  } catch (error) {
    throw asCutoffError(action, error);
  }
}

const hasCode = (error: unknown, code: ErrorCode) => error instanceof CutoffError && error.code === code;

export const isLimitExceeded = (error: unknown): boolean => hasCode(error, 'limit-exceeded');

/** `undefined` where somebody deleted it first: that is as good as our own end state, not an error. */
export const unlessGone = async <T>(call: Promise<T>): Promise<T | undefined> => {
  try {
    return await call;
  } catch (error) {
    if (hasCode(error, 'not-found')) return undefined;
    throw error;
  }
};
