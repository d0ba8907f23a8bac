import type { z } from 'zod';
import { InvalidInput } from '../domain/errors.ts';

type Schemas = Readonly<Record<string, z.ZodType>>;

/**
 * A request of somebody who invokes a function by hand. The first of `schemas` whose name is a field of it says what is asked for.
 * Throws `InvalidInput` that names the field, an unknown one too where the schema is strict: a misspelt `dryRun` must not revoke.
 */
export const parseByVerb = <S extends Schemas>(request: unknown, schemas: S): z.output<S[keyof S]> => {
  const object = typeof request === 'object' && request !== null ? request : {};
  const verb = Object.keys(schemas).find((candidate) => Object.hasOwn(object, candidate));
  const schema = verb && schemas[verb as keyof S];
  if (!schema) throw new InvalidInput('request', `must have one of ${Object.keys(schemas).join(', ')}`);
  const parsed = schema.safeParse(object);
  if (!parsed.success) throw InvalidInput.fromZod(parsed.error, 'request');
  return parsed.data as z.output<S[keyof S]>;
};
