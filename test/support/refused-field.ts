import { InvalidInput } from '../../functions/domain/errors.ts';

/** The field that something is refused for, `accepted`, or the error that has no field. */
export const refusedField = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error instanceof InvalidInput ? error.field : error;
  }
  return 'accepted';
};
