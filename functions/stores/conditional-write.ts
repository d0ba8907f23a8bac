import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { Conflict } from '../domain/errors.ts';

/** For `.catch`: false where the condition did not hold, anything else is thrown on. */
export const isConditionFailed = (error: unknown): false => {
  if (error instanceof ConditionalCheckFailedException) return false;
  throw error;
};

/** The same for a transaction, which is also cancelled when another one holds one of its rows. */
export const isTransactionCanceled = (error: unknown): false => {
  if (error instanceof TransactionCanceledException) return false;
  throw error;
};

/**
 * False where a condition of the transaction did not hold. Of somebody else's write at this very moment nothing is known:
 * that is an error, and tried again.
 */
export const isAnyConditionFailed = (error: unknown): false => {
  const reasons = error instanceof TransactionCanceledException ? error.CancellationReasons : undefined;
  if (reasons?.some(({ Code }) => Code === 'ConditionalCheckFailed')) return false;
  throw error;
};

const attempts = 5;

/**
 * Repeats a read-change-write until its condition holds. Losing is normal (two workers, one row); losing five
 * times in a row is a `Conflict`, which the queue retries.
 */
export const withOptimism = async (what: string, attempt: () => Promise<boolean>): Promise<void> => {
  for (let round = 0; round < attempts; round += 1) {
    if (await attempt()) return;
  }
  throw new Conflict(what);
};
