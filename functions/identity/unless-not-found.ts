import { CutoffError } from '../domain/errors.ts';

/**
 * `undefined` where a directory says that there is no such thing. Not one of `aws-errors.ts`: the same name is a missing
 * table in DynamoDB, which must never pass for "gone".
 */
export const unlessNotFound = async <T>(call: Promise<T>): Promise<T | undefined> => {
  try {
    return await call;
  } catch (error) {
    const cause = error instanceof CutoffError ? error.cause : undefined;
    if (cause instanceof Error && cause.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
};
