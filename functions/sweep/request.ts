import { z } from 'zod';
import { InvalidInput } from '../domain/errors.ts';

/** What a run is asked for, by hand or by a message of its queue. Without a place it is the deployment's own. */
export const sweepRequestSchema = z.strictObject({
  account: z
    .string()
    .regex(/^\d{12}$/, 'must be the id of an account')
    .optional(),
  region: z.string().min(1).max(64).optional(),
  /** Prints the plan, and writes nothing at all. */
  dryRun: z.boolean().default(false),
  /** Prints the report of the last run again. */
  last: z.boolean().default(false),
});
export type SweepRequest = z.output<typeof sweepRequestSchema>;

/** Throws `InvalidInput` that names the field, an unknown one too: a misspelt `dryRun` must not disable anything. */
export const parseSweepRequest = (request: unknown): SweepRequest => {
  const parsed = sweepRequestSchema.safeParse(request ?? {});
  if (parsed.success) return parsed.data;
  throw InvalidInput.fromZod(parsed.error, 'request');
};
