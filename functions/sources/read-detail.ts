import type { z } from 'zod';
import { InvalidInput } from '../domain/errors.ts';

/**
 * zod measures what is no text as well, by whatever it has as `length`, and a `length` that cannot be compared makes it
 * throw (zod 4.6, `$ZodCheckMinLength`): JSON can hold one.
 */
const checked = <T extends z.ZodType>(schema: T, detail: unknown, root: string) => {
  try {
    return schema.safeParse(detail);
  } catch (error) {
    if (error instanceof TypeError) throw new InvalidInput(root, 'holds a length that is none');
    throw error;
  }
};

/** The part of an event that a source understands, or `InvalidInput` that names the field below `root`. */
export const readDetail = <T extends z.ZodType>(
  schema: T,
  detail: unknown,
  root: string = 'detail',
): z.output<T> => {
  const parsed = checked(schema, detail, root);
  if (parsed.success) return parsed.data;
  throw InvalidInput.fromZod(parsed.error, root);
};
