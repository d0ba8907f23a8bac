import { z } from 'zod';
import { secureUrl } from './settings.ts';

/** A stage on which API Gateway keeps the authorizer's answers: emptied with each denial. */
export const cachedStageSchema = z.strictObject({
  /** Id of the API. */
  api: z.string().regex(/^[a-z0-9]{1,64}$/, 'must be the id of an API'),
  /** `$default` is one of HTTP APIs. */
  stage: z.string().regex(/^[\w$-]{1,128}$/, 'must be the name of a stage'),
  type: z.enum(['rest', 'http']).default('rest'),
  /** `AuthorizerResultTtlInSeconds`: at most an hour. */
  seconds: z.int().min(1).max(3600),
});
export type CachedStage = z.output<typeof cachedStageSchema>;

/** A client whose fresh tokens show that a protected route refuses what stands on the denylist. */
export const canarySchema = z.strictObject({
  /** A route behind the authorizer that answers GET. */
  url: secureUrl,
  /** RFC 6749 section 4.4, client credentials. */
  tokenUrl: secureUrl,
  /** ARN of a secret that holds `{ "clientId", "clientSecret" }`. */
  clientSecretArn: z.string().startsWith('arn:'),
  scope: z.string().min(1).max(512).optional(),
});
export type CanarySettings = z.output<typeof canarySchema>;

/** Real attempts, required to be refused before `verified` is written. */
export const probesSchema = z.strictObject({
  /** A route that requires an API key and answers GET: tried with each key that was revoked. */
  apiKeyUrl: secureUrl.optional(),
  canary: canarySchema.optional(),
});

/** Headers that requests have anyway. */
const everyday = new Set([
  'authorization',
  'host',
  'cookie',
  'user-agent',
  'accept',
  'origin',
  'referer',
  'content-type',
]);

/** HTTP field name (RFC 9110 section 5.1). */
const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/, 'must be the name of a header')
  .transform((name) => name.toLowerCase())
  .refine((name) => !everyday.has(name) && !name.startsWith('x-forwarded-'), 'must be a header of its own');

/** `GET /catalog/*`: a method or `*`, and a path below the stage in which `*` stands for anything. */
const route = z
  .string()
  .regex(/^(\*|[A-Z]{3,7}) \/\S{0,255}$/, 'must be a method and a path, such as GET /catalog/*');

/** What is decided from memory while the denylist cannot be asked. Everything else is refused then. */
const bestEffortSchema = z.strictObject({
  routes: z.array(route).min(1),
  /** Oldest knowledge that still counts. */
  seconds: z.int().min(1).max(300).default(60),
});

/** How requests are refused, and how that is proven. */
export const enforcementSchema = z.strictObject({
  /** A header of your own in which API keys come, known by their SHA-256; `x-api-key` is API Gateway's. */
  apiKeyHeader: headerName.optional(),
  /** What the authorizers of HTTP APIs with payload 2.0 expect (`enableSimpleResponses`): their events do not say. */
  httpApiResponses: z.enum(['simple', 'iam']).default('simple'),
  /** For how long the authorizer may answer from its own memory. A revocation is that much late; 0 is never. */
  memorySeconds: z.int().min(0).max(60).default(0),
  bestEffort: bestEffortSchema.optional(),
  caches: z.array(cachedStageSchema).default([]),
  probes: probesSchema.prefault({}),
});
export type EnforcementSettings = z.output<typeof enforcementSchema>;

/** What the authorizer needs of it; the rest is for those who revoke and verify. */
export type AuthorizerSettings = Pick<
  EnforcementSettings,
  'apiKeyHeader' | 'httpApiResponses' | 'memorySeconds' | 'bestEffort'
>;
