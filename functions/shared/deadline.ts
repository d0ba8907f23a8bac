import { CutoffError } from '../domain/errors.ts';

/**
 * The work's result if it comes within the time, else `late`. Work that is late goes on by itself; whoever uses this
 * must be able to live with that. An error of the work is thrown on.
 */
export const within = <T>(milliseconds: number, work: Promise<T>, late: () => T): Promise<T> => {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => {
    try {
      resolve(late());
    } catch (error) {
      reject(error);
    }
  }, milliseconds);
  work.then(resolve, reject).finally(() => clearTimeout(timer));
  return promise;
};

/** For `within`, where lateness is an error that may pass. */
export const tooLong = (what: string) => (): never => {
  throw new CutoffError(`${what} took too long`, { code: 'unavailable', retryable: true });
};
