import { z } from 'zod';
import { credentialsSchema } from '../domain/credential-settings.ts';
import { enforcementSchema } from '../domain/enforcement-settings.ts';
import { InvalidInput } from '../domain/errors.ts';
import { issueSchema } from '../domain/issue-settings.ts';
import {
  entitlementsSchema,
  identityCenterSchema,
  issuerSchema,
  microsoftGraphSchema,
  ownershipSchema,
  protectionSchema,
  type SourceSettings,
  sourceSchema,
  verificationSchema,
} from '../domain/settings.ts';
import { driftSchema } from '../domain/sweep-settings.ts';

/** A setting that travels as JSON text in an environment variable. */
export const jsonOf = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue('is not JSON');
        return z.NEVER;
      }
    })
    .pipe(schema);

const name = z.string().min(1);

/** By name. */
const sourcesIn = (groups: readonly (readonly [SourceSettings, readonly string[]])[]) =>
  Object.fromEntries(groups.flatMap(([settings, names]) => names.map((one) => [one, settings])));

/** The variables that functions share; each `env.ts` picks what it needs, and infra is typed by the same schema. */
export const variables = {
  ACCOUNT_ID: z.string().regex(/^\d{12}$/),
  AWS_REGION: name,
  REGISTRY_TABLE: name,
  REVOCATIONS_TABLE: name,
  DENYLIST_TABLE: name,
  AUDIT_TABLE: name,
  IDENTITY_EVENTS_QUEUE_URL: name,
  REVOCATIONS_QUEUE_URL: name,
  APIGATEWAY_QUEUE_URL: name,
  VERIFICATIONS_QUEUE_URL: name,
  SWEEPS_QUEUE_URL: name,
  EVENT_BUS: name,
  /** Name of the parameter that holds the policies of sweeps (`domain/sweep-settings.ts`). */
  SWEEP_PARAMETER: name,
  /** ARN of the topic that owners are told over. */
  NOTICES_TOPIC: name,
  /** What is done about credentials that `issue` did not make. */
  DRIFT: jsonOf(driftSchema),
  ISSUE: jsonOf(issueSchema),
  /** As tokens of our own name their issuer; where their keys are is next to it. */
  TOKEN_ISSUER: name,
  /** Id of the KMS key that signs them. */
  TOKEN_KEY: name,
  /** ARNs of the functions' roles: what they do comes back as events. */
  OWN_ROLES: jsonOf(z.array(z.string())),
  /** Whether API keys are made known by the hash of their values, for reports of leaked ones. */
  INDEX_SECRETS: z.stringbool(),
  /** `null` where the settings name no directory of that kind. */
  IDENTITY_CENTER: jsonOf(identityCenterSchema.nullable()),
  MICROSOFT_GRAPH: jsonOf(microsoftGraphSchema.nullable()),
  ISSUERS: jsonOf(z.array(issuerSchema)),
  /** Where credentials are looked for, beside IAM and API Gateway. */
  CREDENTIALS: jsonOf(credentialsSchema),
  /** Whose caches are emptied, and what is tried for proof. */
  ENFORCEMENT: jsonOf(enforcementSchema),
  /** Days between the proof and a removal, and whether there may be one. */
  HOLD: jsonOf(z.strictObject({ days: z.int().min(1), removal: z.boolean() })),
  OWNERSHIP: jsonOf(ownershipSchema),
  PROTECTION: jsonOf(protectionSchema),
  ENTITLEMENTS: jsonOf(entitlementsSchema),
  /** Settings, and the sources that have them. */
  SOURCES: jsonOf(z.array(z.tuple([sourceSchema, z.array(name)]))).transform(sourcesIn),
  VERIFICATION: jsonOf(verificationSchema),
  /** Days for which a `blocked` row stands before the upkeep must have renewed it. */
  BLOCKED_DAYS: z.coerce.number().int().min(1).max(400),
} as const;

/** What every function on the way of a revocation needs. */
export const coreVariables = {
  ACCOUNT_ID: variables.ACCOUNT_ID,
  AWS_REGION: variables.AWS_REGION,
  REVOCATIONS_TABLE: variables.REVOCATIONS_TABLE,
  DENYLIST_TABLE: variables.DENYLIST_TABLE,
  AUDIT_TABLE: variables.AUDIT_TABLE,
  REVOCATIONS_QUEUE_URL: variables.REVOCATIONS_QUEUE_URL,
  APIGATEWAY_QUEUE_URL: variables.APIGATEWAY_QUEUE_URL,
  EVENT_BUS: variables.EVENT_BUS,
  ISSUERS: variables.ISSUERS,
  /** There where tokens of our own are issued: they are cut with what they were exchanged for. */
  TOKEN_ISSUER: variables.TOKEN_ISSUER.optional(),
  CREDENTIALS: variables.CREDENTIALS,
  ENFORCEMENT: variables.ENFORCEMENT,
  IDENTITY_CENTER: variables.IDENTITY_CENTER,
  BLOCKED_DAYS: variables.BLOCKED_DAYS,
} as const;

/** Once per start of a function: a wrong variable fails the first invocation with its name. */
export const parseEnv = <T extends z.ZodType>(schema: T, env: NodeJS.ProcessEnv): z.output<T> => {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  throw InvalidInput.fromZod(parsed.error, 'env');
};
