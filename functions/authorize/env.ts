import * as z from 'zod/mini';
import { InvalidInput } from '../domain/errors.ts';
import type { Issuer } from '../domain/settings.ts';

const text = z.string().check(z.minLength(1));

/** As `domain/settings.ts` has it, which brings all of zod; infra has parsed it at synth, defaults included. */
const issuers: z.ZodMiniType<Issuer[]> = z.array(
  z.object({
    issuer: text,
    audience: text,
    jwksUri: text,
    subjectClaim: text,
    subjectFormat: z.enum(['email', 'opaque']),
    longestTokenSeconds: z.number().check(z.positive()),
  }),
);

const json = z.pipe(
  z.string(),
  z.transform((value, context) => {
    try {
      return JSON.parse(value) as unknown;
    } catch {
      context.issues.push({ code: 'custom', message: 'is not JSON', input: '' });
      return z.NEVER;
    }
  }),
);

export const envSchema = z.object({
  DENYLIST_TABLE: text,
  ISSUERS: z.pipe(json, issuers),
  /** By how much the issuers' clocks may be off. */
  CLOCK_SKEW_SECONDS: z.pipe(
    z._default(z.string(), '0'),
    z.coerce.number<string>().check(z.multipleOf(1), z.gte(0), z.lte(300)),
  ),
});
export type AuthorizeEnv = z.output<typeof envSchema>;

/** Once per start: throws `InvalidInput` with the variable's name, never its value. */
export const readEnv = (env: NodeJS.ProcessEnv): AuthorizeEnv => {
  const parsed = envSchema.safeParse(env);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InvalidInput(
    ['env', ...(issue?.path ?? [])].map(String).join('.'),
    issue?.message ?? 'is not valid',
  );
};
