import { z } from 'zod';
import { subjectSchema } from './subject.ts';
import { usualPolicies } from './usual-policies.ts';

/** Kinds whose age, use or owner can be told, and whose disabling can be undone. */
export const sweptKinds = [
  'iam-access-key',
  'iam-user',
  'api-gateway-key',
  'cognito-app-client',
  'stored-secret',
] as const;
export type SweptKind = (typeof sweptKinds)[number];

const days = z.int().min(1).max(3650);

/** All that is named here must hold. */
const whenSchema = z
  .strictObject({
    /** Made at least so many days ago. */
    createdDays: days.optional(),
    /** Not used for so many days; where it never was, made at least so many days ago. */
    unusedDays: days.optional(),
    /** Never used at all. */
    neverUsed: z.literal(true).optional(),
    /** Its secret is at least so many days old. */
    rotatedDays: days.optional(),
    /** Everybody who owned it has left. */
    ownerGone: z.literal(true).optional(),
    /** Nobody owns it, or everybody who did has left. */
    orphaned: z.literal(true).optional(),
    /** Its `expiresAt` comes within so many days, or has come: for notices. */
    expiringDays: days.optional(),
    /** Past its `expiresAt`. It is disabled at that time without any policy; this one is for what comes after, such as `delete`. */
    expired: z.literal(true).optional(),
  })
  .refine((when) => Object.values(when).some((one) => one !== undefined), 'must name at least one condition');

const accountId = z.string().regex(/^\d{12}$/, 'must be the id of an account');

/** Where it applies; all that is named here must fit. */
const whereSchema = z.strictObject({
  accounts: z.array(accountId).min(1).optional(),
  /** Beginnings of paths of IAM users, such as `/partners/`. */
  paths: z
    .array(z.string().regex(/^\/(.{0,510}\/)?$/, 'must begin and end with a slash'))
    .min(1)
    .optional(),
  /** Tags and their values; `*` is any. */
  tags: z.record(z.string().min(1).max(128), z.string().min(1).max(256)).optional(),
});

/** Days between the steps. What is not named is not done. */
const stepsSchema = z
  .strictObject({
    /** Days after it was found, on which its owner is told. */
    notify: z
      .array(z.int().min(0).max(365))
      .max(10)
      .transform((days) => [...new Set(days)].sort((a, b) => a - b))
      .prefault([0]),
    /** Days after it was found, on which it is disabled; nothing is without it. */
    disable: z.int().min(0).max(365).optional(),
    /** Days after it was proven dead, on which it is deleted. Held for good without it. */
    delete: days.optional(),
  })
  .refine((steps) => steps.delete === undefined || steps.disable !== undefined, {
    path: ['delete'],
    message: 'needs disable: what is alive is not deleted',
  })
  .refine(({ notify, disable }) => notify.every((day) => disable === undefined || day <= disable), {
    path: ['notify'],
    message: 'must not come after disable',
  });

export const sweepPolicySchema = z.strictObject({
  /** Part of the ids of its revocations: another name is another policy. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be of small letters, digits and hyphens'),
  kinds: z.array(z.enum(sweptKinds)).min(1),
  when: whenSchema,
  where: whereSchema.prefault({}),
  /** Without it, nothing that was used lately is disabled for its age alone. */
  evenIfUsed: z.boolean().default(false),
  steps: stepsSchema.prefault({}),
});
export type SweepPolicy = z.output<typeof sweepPolicySchema>;

/** Left alone until its end, for a reason. All that is named must fit. */
const exemptionSchema = z
  .strictObject({
    kind: z.enum(sweptKinds).optional(),
    /** The credential's own id, such as `AKIA…`. */
    id: z.string().min(1).max(512).optional(),
    owner: subjectSchema.optional(),
    /** Names of policies; all of them where none is named. */
    policies: z.array(z.string()).min(1).optional(),
    reason: z.string().trim().min(1).max(256),
    /** The first day on which it counts no more (UTC). */
    until: z.iso.date(),
  })
  .refine(({ id, owner, kind }) => id !== undefined || owner !== undefined || kind !== undefined, {
    path: ['id'],
    message: 'must be there, or kind or owner: nothing is exempt as a whole',
  });
export type Exemption = z.output<typeof exemptionSchema>;

/** What is done about a credential that was made by other means than `issue`. */
const driftTreatments = ['allow', 'notify', 'revoke'] as const;

export const driftSchema = z.strictObject({
  'iam-access-key': z.enum(driftTreatments).default('notify'),
  'api-gateway-key': z.enum(driftTreatments).default('notify'),
  'cognito-app-client': z.enum(driftTreatments).default('notify'),
});
export type DriftSettings = z.output<typeof driftSchema>;
export type DriftKind = keyof DriftSettings;

const twice = (names: readonly string[]): number => names.findIndex((name, at) => names.indexOf(name) < at);

/** Read by the sweep from Parameter Store, since a function's environment is too small for it. */
export const sweepSchema = z
  .strictObject({
    policies: z.array(sweepPolicySchema).prefault([...usualPolicies]),
    exemptions: z.array(exemptionSchema).default([]),
    /** Days for which an operator's `keep` may leave a credential alone, and a restore does. */
    longestKeepDays: z.int().min(1).max(400).default(90),
  })
  .superRefine(({ policies, exemptions }, context) => {
    const names = policies.map(({ name }) => name);
    const second = twice(names);
    if (second > -1) {
      context.addIssue({ code: 'custom', path: ['policies', second, 'name'], message: 'is named twice' });
    }
    for (const [at, { policies: named = [] }] of exemptions.entries()) {
      const unknown = named.findIndex((name) => !names.includes(name));
      if (unknown === -1) continue;
      const path = ['exemptions', at, 'policies', unknown];
      context.addIssue({ code: 'custom', path, message: 'is the name of no policy' });
    }
  });
export type SweepSettings = z.output<typeof sweepSchema>;
