import { CutoffError } from '../domain/errors.ts';

const isCausedBy = (error: unknown, name: string): boolean =>
  error instanceof CutoffError && error.cause instanceof Error && error.cause.name === name;

/**
 * `undefined` where Secrets Manager does not find the secret: that is as good as our own end state. Not among the shared
 * meanings of error names, because DynamoDB says the same of a missing table.
 */
export const unlessSecretGone = async <T>(call: Promise<T>): Promise<T | undefined> => {
  try {
    return await call;
  } catch (error) {
    if (isCausedBy(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
};

/** The secret's own state forbids the call: a rotation is under way, or its deletion is scheduled. */
export const isForbiddenByState = (error: unknown): boolean => isCausedBy(error, 'InvalidRequestException');
