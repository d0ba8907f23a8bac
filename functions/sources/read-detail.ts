import type { z } from 'zod';
import { InvalidInput } from '../domain/errors.ts';

/** The part of an event that a source understands, or `InvalidInput` that names the field below `root`. */
export const readDetail = <T extends z.ZodType>(
  schema: T,
  detail: unknown,
  root: string = 'detail',
): z.output<T> => {
  const parsed = schema.safeParse(detail);
  if (parsed.success) return parsed.data;
  throw InvalidInput.fromZod(parsed.error, root);
};
