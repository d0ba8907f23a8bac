import { z } from 'zod';
import type { ChangeKind } from '../domain/change.ts';
import { subjectSchema } from '../domain/subject.ts';
import { parseByVerb } from '../shared/verb-request.ts';
import { openStatuses } from '../stores/revocations.ts';
import { namedSchema, ownedSchema, sweptSchema } from './named-credential.ts';

const text = z.string().trim().min(1).max(512);
const id = z.string().min(1).max(1024);

/** What happens to a person. Coming back is `restore`, which undoes one revocation and nothing else. */
const operatorChanges = [
  'deactivated',
  'suspended',
  'deleted',
  'session-revoked',
  'application-retired',
] as const satisfies ChangeKind[];

/** Of every request that revokes. */
const revoking = {
  reason: text,
  /** Prints the plan and writes nothing. */
  dryRun: z.boolean().default(false),
  /** The same token again is the same revocation. */
  clientToken: z.string().min(1).max(128).optional(),
};

const revokeSchema = z.strictObject({
  subject: subjectSchema,
  change: z.enum(operatorChanges).default('deactivated'),
  ...revoking,
});

/** One credential that leaked: it alone is cut, an IAM user with the keys on it. */
const leakSchema = z.strictObject({ credential: namedSchema, ...revoking });

const approveSchema = z.strictObject({ approve: id, credential: id.optional(), reason: text });
const rejectSchema = z.strictObject({ reject: id, credential: id.optional(), reason: text });
const restoreSchema = z.strictObject({ restore: id, reason: text });
const statusSchema = z.strictObject({ status: id });
const removeSchema = z.strictObject({ remove: id, reason: text });
const listSchema = z.strictObject({ list: z.enum([...openStatuses, 'orphans']) });
/** All that belongs to somebody, as the registry knows it and as it is now. */
const inventorySchema = z.strictObject({ inventory: subjectSchema });
const assignSchema = z.strictObject({
  assign: ownedSchema,
  owner: subjectSchema.optional(),
  /** Those who share it. */
  owners: z.array(subjectSchema).min(1).max(20).optional(),
  reason: text,
});

/** Sweeps leave it alone until that day (UTC). */
const keepSchema = z.strictObject({ keep: sweptSchema, until: z.iso.date(), reason: text });

/** These are one person's names from now on. */
const linkSchema = z.strictObject({ link: z.array(subjectSchema).min(2).max(20), reason: text });
/** The name is nobody's from now on. */
const unlinkSchema = z.strictObject({ unlink: subjectSchema, reason: text });

const schemas = {
  subject: revokeSchema,
  approve: approveSchema,
  reject: rejectSchema,
  restore: restoreSchema,
  remove: removeSchema,
  status: statusSchema,
  list: listSchema,
  inventory: inventorySchema,
  assign: assignSchema,
  keep: keepSchema,
  link: linkSchema,
  unlink: unlinkSchema,
  // Last, since `approve` and `reject` may have a field of this name.
  credential: leakSchema,
} as const;

export type RevokeRequest = z.output<typeof revokeSchema>;
export type ApproveRequest = z.output<typeof approveSchema>;
export type RejectRequest = z.output<typeof rejectSchema>;
export type RemoveRequest = z.output<typeof removeSchema>;
export type LeakRequest = z.output<typeof leakSchema>;
export type LinkRequest = z.output<typeof linkSchema>;
export type UnlinkRequest = z.output<typeof unlinkSchema>;
export type AssignRequest = z.output<typeof assignSchema>;
export type KeepRequest = z.output<typeof keepSchema>;
export type OperatorRequest = {
  [K in keyof typeof schemas]: z.output<(typeof schemas)[K]>;
}[keyof typeof schemas];

/** Throws `InvalidInput` that names the field, an unknown one too: a misspelt `dryRun` must not revoke. */
export const parseRequest = (request: unknown): OperatorRequest => parseByVerb(request, schemas);
