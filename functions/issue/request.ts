import { z } from 'zod';
import { subjectSchema } from '../domain/subject.ts';
import { parseByVerb } from '../shared/verb-request.ts';
import { hasMark } from './issuer.ts';

const id = z.string().min(1).max(256);

/** What Cognito takes as a ClientName ("ClientNameType"), with room for the issuance's id; names of API keys may be so too. */
const name = z
  .string()
  .regex(/^[\w\s+=,.@-]{1,64}$/, 'must be 1 to 64 letters, digits or +=,.@-')
  .refine((text) => !hasMark(text), 'must not look like the mark of an issuance');

/** Tags list them separated by spaces. */
const entitlement = z.string().regex(/^\S{1,256}$/, 'must have no spaces');

/** Of every request that makes something. */
const making = {
  /** Until it expires; the settings say for how long as a rule, and at most. */
  days: z.int().min(1).optional(),
  /** Told in the answer, or kept in Secrets Manager. Nowhere else, and never again. */
  deliver: z.enum(['response', 'secrets-manager']).default('response'),
  reason: z.string().trim().min(1).max(512),
  /** The same token again is the same credential. */
  clientToken: z.string().min(1).max(128).optional(),
};

const apiKeySchema = z.strictObject({
  issue: z.literal('api-key'),
  owner: subjectSchema,
  usagePlan: id,
  name: name.optional(),
  /** What it is for: it ends with the last of these. */
  entitlements: z.array(entitlement).max(20).default([]),
  ...making,
});

const accessKeySchema = z.strictObject({
  issue: z.literal('access-key'),
  owner: subjectSchema,
  /** Name of an IAM user. */
  user: z.string().regex(/^[\w+=,.@-]{1,64}$/, 'must be the name of an IAM user'),
  ...making,
});

const oauthClientSchema = z.strictObject({
  issue: z.literal('oauth-client'),
  owner: subjectSchema,
  /** Id of a Cognito user pool. */
  pool: id,
  scopes: z.array(z.string().min(1).max(256)).min(1).max(50),
  name: name.optional(),
  ...making,
});

const issueSchema = z.discriminatedUnion('issue', [apiKeySchema, accessKeySchema, oauthClientSchema]);

const rotatedSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('api-gateway-key'), id }),
  z.strictObject({ kind: z.literal('iam-access-key'), id, user: id }),
  /** `id` is the client's own, without its pool. */
  z.strictObject({ kind: z.literal('cognito-app-client'), id, pool: id }),
]);

const rotateSchema = z.strictObject({
  rotate: rotatedSchema,
  /** For which the old one goes on. */
  overlapHours: z.int().min(0).optional(),
  ...making,
});

/** What the schedule sends. */
const reconcileSchema = z.strictObject({ reconcile: z.literal(true) });

const schemas = { issue: issueSchema, rotate: rotateSchema, reconcile: reconcileSchema } as const;

export type IssueRequest = z.output<typeof issueSchema>;
export type ApiKeyRequest = z.output<typeof apiKeySchema>;
export type OAuthClientRequest = z.output<typeof oauthClientSchema>;
export type RotateRequest = z.output<typeof rotateSchema>;
export type Rotated = RotateRequest['rotate'];
type ReconcileRequest = z.output<typeof reconcileSchema>;
export type Delivery = IssueRequest['deliver'];

/** Throws `InvalidInput` that names the field, an unknown one too: a misspelt `days` must not issue for longer. */
export const parseRequest = (request: unknown): IssueRequest | RotateRequest | ReconcileRequest =>
  parseByVerb(request, schemas);
