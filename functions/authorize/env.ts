import * as z from 'zod/mini';
import { partitionOf } from '../credentials/partition.ts';
import type { AuthorizerSettings } from '../domain/enforcement-settings.ts';
import { InvalidInput } from '../domain/errors.ts';
import { isSecure } from '../domain/secure-address.ts';
import type { Issuer } from '../domain/settings.ts';
import { signatureAlgorithms } from './public-keys.ts';
import type { DynamoAccess } from './sign-request.ts';

const text = z.string().check(z.minLength(1));

/** As `domain/settings.ts` has it, which brings all of zod; infra has parsed it at synth and left the defaults out. */
const issuers: z.ZodMiniType<Issuer[]> = z.array(
  z.object({
    issuer: text,
    audience: z.union([text, z.array(text).check(z.minLength(1))]),
    jwksUri: text,
    tokenUse: z.optional(z.enum(['access', 'id'])),
    algorithms: z.optional(z.array(z.enum(signatureAlgorithms)).check(z.minLength(1))),
    subjectClaim: z._default(text, 'email'),
    subjectFormat: z._default(z.enum(['email', 'opaque']), 'email'),
    longestTokenSeconds: z._default(z.number().check(z.positive()), 86_400),
  }),
);

const authorizer: z.ZodMiniType<AuthorizerSettings> = z.object({
  apiKeyHeader: z.optional(text),
  httpApiResponses: z.enum(['simple', 'iam']),
  memorySeconds: z.number().check(z.gte(0)),
  bestEffort: z.optional(
    z.object({ routes: z.array(text).check(z.minLength(1)), seconds: z.number().check(z.positive()) }),
  ),
});

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
  AUTHORIZER: z.pipe(json, authorizer),
  /** By how much the issuers' clocks may be off. */
  CLOCK_SKEW_SECONDS: z.pipe(
    z._default(z.string(), '0'),
    z.coerce.number<string>().check(z.multipleOf(1), z.gte(0), z.lte(300)),
  ),
});
export type AuthorizeEnv = z.output<typeof envSchema>;

/** Once per start: throws `InvalidInput` with the variable's name, never its value. */
const read = <T>(schema: z.ZodMiniType<T>, env: NodeJS.ProcessEnv): T => {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InvalidInput(
    ['env', ...(issue?.path ?? [])].map(String).join('.'),
    issue?.message ?? 'is not valid',
  );
};

export const readEnv = (env: NodeJS.ProcessEnv): AuthorizeEnv => read(envSchema, env);

/**
 * What Lambda sets by itself ("Defined runtime environment variables", AWS Lambda Developer Guide); only outside of it
 * there may be no session. Assumption: the credentials outlast the execution environment that they were given to. The
 * endpoints are those of the AWS SDKs and Tools Reference Guide ("Service-specific endpoints").
 */
const accessSchema = z.object({
  AWS_REGION: text,
  AWS_ACCESS_KEY_ID: text,
  AWS_SECRET_ACCESS_KEY: text,
  AWS_SESSION_TOKEN: z.optional(text),
  AWS_ENDPOINT_URL_DYNAMODB: z.optional(text),
  AWS_ENDPOINT_URL: z.optional(text),
});

/** Amazon Web Services General Reference, "Amazon DynamoDB endpoints and quotas". */
const ownEndpoint = (region: string): string =>
  `https://dynamodb.${region}.amazonaws.com${partitionOf(region) === 'aws-cn' ? '.cn' : ''}`;

/** Once per start. Throws `InvalidInput`. */
export const readDynamoAccess = (env: NodeJS.ProcessEnv): DynamoAccess => {
  const given = read(accessSchema, env);
  const region = given.AWS_REGION;
  const endpoint = URL.parse(
    given.AWS_ENDPOINT_URL_DYNAMODB ?? given.AWS_ENDPOINT_URL ?? ownEndpoint(region),
  );
  if (!endpoint || !isSecure(endpoint))
    throw new InvalidInput('env.AWS_ENDPOINT_URL', 'must be https, or http on this machine');
  return {
    region,
    endpoint,
    credentials: {
      accessKeyId: given.AWS_ACCESS_KEY_ID,
      secretAccessKey: given.AWS_SECRET_ACCESS_KEY,
      ...(given.AWS_SESSION_TOKEN && { sessionToken: given.AWS_SESSION_TOKEN }),
    },
  };
};
