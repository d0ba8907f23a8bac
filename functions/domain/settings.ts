import { z } from 'zod';
import { normaliseEmail } from './email.ts';

const isLoopback = (url: URL) => url.hostname === '127.0.0.1' || url.hostname === 'localhost';

/** https everywhere, but for a local issuer on this very machine. */
const secureUrl = z
  .string()
  .refine((text) => URL.canParse(text), 'must be an absolute URL')
  .refine((text) => {
    const url = new URL(text);
    return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
  }, 'must use https')
  .refine((text) => !/[?#\s]/.test(text), 'must have neither query nor fragment');

/** An issuer whose tokens the authorizer accepts. */
export const issuerSchema = z.strictObject({
  issuer: secureUrl,
  audience: z.string().min(1),
  jwksUri: secureUrl,
  /** The claim that names the person: `email`, `sub`, … */
  subjectClaim: z.string().min(1).default('email'),
  /** Which of a subject's identifiers that claim holds. */
  subjectFormat: z.enum(['email', 'opaque']).default('email'),
  /** Seconds. A row on the denylist outlives the longest token; too short lets a revoked token back in. */
  longestTokenSeconds: z.int().min(60).max(31_536_000).default(86_400),
});
export type Issuer = z.output<typeof issuerSchema>;

export const sourceSchema = z.strictObject({
  mode: z.enum(['observe', 'enforce']),
  /** Subjects an hour; beyond it the rest is held. */
  capPerHour: z.int().min(1).max(1000),
});
export type SourceSettings = z.output<typeof sourceSchema>;

const tagNames = z.array(z.string().min(1).max(128));

export const ownershipSchema = z.strictObject({
  ownerTags: tagNames.min(1).default(['cutoff:owner', 'owner']),
  workloadTags: tagNames.default(['cutoff:workload', 'workload']),
  exactUserNames: z.boolean().default(false),
});

export const protectionSchema = z.strictObject({
  arns: z.array(z.string().startsWith('arn:')).default([]),
  tags: tagNames.default(['cutoff:protected']),
  emails: z.array(z.email().transform(normaliseEmail)).default([]),
});

export const verificationSchema = z.strictObject({
  /** Seconds that consecutive reads must span: IAM is eventually consistent. */
  consistencyWindowSeconds: z.int().min(1).max(3600).default(60),
  firstDelaySeconds: z.int().min(1).max(900).default(5),
  /** Looks without proof, after which the task is called `unverified` and alarms. Looking goes on. */
  looksBeforeUnverified: z.int().min(3).max(20).default(6),
});
export type VerificationSettings = z.output<typeof verificationSchema>;
