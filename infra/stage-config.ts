import { z } from 'zod';
import { credentialsSchema } from '../functions/domain/credential-settings.ts';
import { enforcementSchema } from '../functions/domain/enforcement-settings.ts';
import { InvalidInput } from '../functions/domain/errors.ts';
import { issueSchema } from '../functions/domain/issue-settings.ts';
import {
  entitlementsSchema,
  identityCenterSchema,
  issuerSchema,
  microsoftGraphSchema,
  ownershipSchema,
  protectionSchema,
  type SourceSettings,
  signalsSchema,
  sourceSchema,
  verificationSchema,
} from '../functions/domain/settings.ts';
import { driftSchema, sweepSchema } from '../functions/domain/sweep-settings.ts';
import type { EventSource } from '../functions/sources/event-source.ts';
import { sources } from '../functions/sources/index.ts';
import { contradictionsIn } from './contradictions.ts';

const settingsOf = ({ bus, minSeverity = 0 }: EventSource): z.ZodType<SourceConfig> => {
  const settings = sourceSchema.extend({
    minSeverity: z.number().min(0).max(10).default(minSeverity),
  });
  if (bus !== 'partner') return settings.prefault({});
  /** Partner event bus that the provider writes to; without it, events are expected on the identity bus. */
  return settings.extend({ bus: z.string().min(1).max(256).optional() }).prefault({});
};

/** A person who types a command has already decided. */
const operator = sourceSchema.extend({
  mode: sourceSchema.shape.mode.default('enforce'),
  capPerHour: sourceSchema.shape.capPerHour.default(100),
});

/** What was agreed when it was issued needs no trial. */
const expiry = sourceSchema.extend({ mode: sourceSchema.shape.mode.default('enforce') });

interface SourceConfig extends SourceSettings {
  readonly bus?: string | undefined;
}

const knownSources: Readonly<Record<string, z.ZodType<SourceConfig>>> = {
  ...Object.fromEntries(sources.map((source) => [source.name, settingsOf(source)])),
  operator: operator.prefault({}),
  expiry: expiry.prefault({}),
};

const region = z.string().regex(/^[a-z]{2,3}(-[a-z]+)+-\d$/, 'must be an AWS region, such as eu-west-1');

const stageConfigSchema = z
  .strictObject({
    identityBusName: z
      .string()
      .regex(/^[\w.-]{1,256}$/, 'must be a name for a custom event bus')
      .refine((name) => name !== 'default', 'must not be the default bus')
      .default('cutoff-identity'),
    /**
     * Where Cutoff runs. Without it the stack goes to whatever region the command line is set to, and nothing is
     * forwarded from others.
     */
    homeRegion: region.optional(),
    /**
     * Regions whose default bus is listened to beside the home region's: us-east-1 gets what concerns every region, and
     * GuardDuty and Security Hub make their findings in each region where they are on. AWS Health sends a
     * copy of those to us-west-2, for when us-east-1 is in trouble. Empty for partitions that forward nothing (China,
     * GovCloud).
     */
    forwardFrom: z.array(region).default(['us-east-1']),
    /** Regions with API keys that must be cut. Others than the home region are refused: they are not served yet. */
    apiKeyRegions: z.array(region).default([]),
    /** That a CloudTrail trail logs management events of all regions: without one, its sources hear nothing. */
    trailExists: z.boolean().default(false),
    sources: z.strictObject(knownSources).prefault({}),
    issuers: z.array(issuerSchema).default([]),
    ownership: ownershipSchema.prefault({}),
    entitlements: entitlementsSchema,
    credentials: credentialsSchema.prefault({}),
    enforcement: enforcementSchema.prefault({}),
    identityCenter: identityCenterSchema.optional(),
    microsoftGraph: microsoftGraphSchema.optional(),
    /** The HTTPS endpoint; without it there is none. */
    signals: signalsSchema.optional(),
    protection: protectionSchema.prefault({}),
    verification: verificationSchema.prefault({}),
    /** Days between the proof and the deletion, in which `restore` undoes. */
    holdDays: z.int().min(1).max(400).default(30),
    /** Whether anything may be deleted at all. Without it functions have no right to. */
    removal: z.boolean().default(false),
    /** Days for which a `blocked` row stands before the upkeep must have renewed it. */
    blockedDays: z.int().min(1).max(400).default(30),
    /** By how much the clocks of the issuers may be off. A new login is refused for as long after a session clear. */
    clockSkewSeconds: z.int().min(0).max(300).default(5),
    upkeepMinutes: z.int().min(5).max(1440).default(60),
    /** Stale credentials: what is one, and what is done about it. `sources.sweep` says whether it is done. */
    sweep: sweepSchema.prefault({}),
    sweepMinutes: z.int().min(60).max(10_080).default(1440),
    /** Credentials that were made by other means than `issue`. `sources.drift` says whether anything is revoked. */
    drift: driftSchema.prefault({}),
    /** What may be issued; without it nothing is, and there is no such function. */
    issue: issueSchema.optional(),
    /** Is told what owners are told (`Notices`), beside whoever subscribes to the topic. */
    noticeEmail: z.email().optional(),
    alertEmail: z.email().optional(),
    /** Adds a small API behind the authorizer, to see a refusal with your own eyes. */
    protectedApi: z.boolean().default(false),
  })
  .superRefine((choices, context) => {
    for (const { path, message } of contradictionsIn(choices, sources)) {
      context.addIssue({ code: 'custom', path, message });
    }
  });

export type StageConfig = z.output<typeof stageConfigSchema>;

/** `cdk synth -c cutoff='{…}'` hands over text, cdk.json an object. */
const readContext = (raw: unknown): unknown => {
  if (typeof raw !== 'string') return raw ?? {};
  try {
    return JSON.parse(raw) as unknown;
  } catch {
    throw new InvalidInput('cutoff', 'is not JSON');
  }
};

/** The CDK context key `cutoff`: the only place where deployment choices are named. */
export const parseStageConfig = (raw: unknown): StageConfig => {
  const parsed = stageConfigSchema.safeParse(readContext(raw));
  if (parsed.success) return parsed.data;
  throw InvalidInput.fromZod(parsed.error, 'cutoff');
};
