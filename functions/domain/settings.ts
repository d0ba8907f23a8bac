import { z } from 'zod';
import { normaliseEmail } from './email.ts';
import { isSecure } from './secure-address.ts';

export const secureUrl = z
  .string()
  .refine((text) => URL.canParse(text), 'must be an absolute URL')
  .refine((text) => isSecure(new URL(text)), 'must use https')
  .refine((text) => !/[?#\s]/.test(text), 'must have neither query nor fragment');

const audience = z.string().min(1);

/** A Cognito user pool; the group is there in the second of the two spellings that tokens may carry. */
const cognitoPool = /^https:\/\/(issuer-)?cognito-idp\.[^/]+\.amazonaws\.com(\.cn)?\//;

const issuerUrl = secureUrl.refine(
  (url) => !cognitoPool.exec(url)?.[1],
  'must be spelled https://cognito-idp.REGION.amazonaws.com/POOL: tokens with the other spelling are accepted too',
);

/** An issuer whose tokens the authorizer accepts. */
export const issuerSchema = z
  .strictObject({
    issuer: issuerUrl,
    /** A token must be for one of them. Of access tokens of a Cognito user pool: the ids of the app clients. */
    audience: z.union([audience, z.array(audience).min(1)]),
    jwksUri: secureUrl,
    /** Which tokens of a Cognito user pool are meant (`token_use`); `access` ones have `sub` and `username`, no `email`. */
    tokenUse: z.enum(['access', 'id']).optional(),
    /** RS256 and ES256, where none are named. No others are accepted, whatever key would fit. */
    algorithms: z
      .array(z.enum(['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'EdDSA']))
      .min(1)
      .optional(),
    /** The claim that names the person: `email`, `sub`, … */
    subjectClaim: z.string().min(1).default('email'),
    /** Which of a subject's identifiers that claim holds. */
    subjectFormat: z.enum(['email', 'opaque']).default('email'),
    /** Seconds. A row on the denylist outlives the longest token; too short lets a revoked token back in. */
    longestTokenSeconds: z.int().min(60).max(31_536_000).default(86_400),
  })
  .refine(({ issuer, tokenUse }) => tokenUse !== undefined || !cognitoPool.test(issuer), {
    path: ['tokenUse'],
    message: "must be 'access' or 'id': access tokens of a Cognito user pool have no audience",
  });
export type Issuer = z.output<typeof issuerSchema>;

/** Who signs the tokens of a channel, and where its keys are (RFC 7517). */
const signerSchema = z.strictObject({ issuer: secureUrl, audience: z.string().min(1), jwksUri: secureUrl });
export type Signer = z.output<typeof signerSchema>;

/** What comes over HTTPS instead of over EventBridge. A channel that is not named here answers 404. */
export const signalsSchema = z.strictObject({
  /** Transmitters of the Shared Signals Framework. `verificationState`: the `state` that verification was asked with. */
  ssf: z.array(signerSchema.extend({ verificationState: z.string().min(1).optional() })).default([]),
  globalTokenRevocation: z.array(signerSchema).default([]),
  github: z
    .strictObject({
      publicKeysUrl: secureUrl.default('https://api.github.com/meta/public_keys/secret_scanning'),
      /** The token types that were registered with GitHub. */
      tokenTypes: z.array(z.string().min(1)).min(1),
    })
    .optional(),
  oktaHook: z.boolean().default(false),
  scim: z.boolean().default(false),
  entra: z.boolean().default(false),
});
export type SignalSettings = z.output<typeof signalsSchema>;

export const sourceSchema = z.strictObject({
  /** An account needs a look at its first plans before anything is cut. */
  mode: z.enum(['observe', 'enforce']).default('observe'),
  /** Subjects an hour; beyond it the rest is held. */
  capPerHour: z.int().min(1).max(1000).default(25),
  /** 0 to 10; findings below are recorded and nothing is done. */
  minSeverity: z.number().min(0).max(10).default(0),
  /** Whether a return lifts by itself what the suspension before it did, or waits for an operator. */
  restore: z.enum(['operator', 'automatic']).default('operator'),
});
export type SourceSettings = z.output<typeof sourceSchema>;

/** IAM Identity Center, which events name people of by a UUID. */
export const identityCenterSchema = z.strictObject({
  identityStoreId: z.string().regex(/^d-[0-9a-f]{10}$/, 'must be an id such as d-1234567890'),
  /** Its home region, where that is another than the deployment's. */
  region: z.string().min(1).optional(),
});
export type IdentityCenterSettings = z.output<typeof identityCenterSchema>;

/** Microsoft Graph, asked about a user that a notification names. */
export const microsoftGraphSchema = z.strictObject({
  /** ARN of a secret that holds `{ "tenantId", "clientId", "clientSecret" }` of an app with User.Read.All. */
  secretArn: z.string().startsWith('arn:'),
  loginUrl: secureUrl.default('https://login.microsoftonline.com'),
  graphUrl: secureUrl.default('https://graph.microsoft.com'),
});
export type MicrosoftGraphSettings = z.output<typeof microsoftGraphSchema>;

const entitlementSchema = z.strictObject({
  /** Okta or Entra group id, application id, ARN of an IAM group or of the role that a group stands for. */
  id: z.string().min(1).max(256),
  /** `sessions`: tokens issued until then are refused. `access`: all that a leaver loses. */
  ends: z.enum(['sessions', 'access']),
});
/** What losing an entitlement ends. One that is not named here is recorded and ends nothing. */
export const entitlementsSchema = z.array(entitlementSchema).default([]);
export type Entitlements = z.output<typeof entitlementsSchema>;

const tagNames = z.array(z.string().min(1).max(128));

export const ownershipSchema = z.strictObject({
  ownerTags: tagNames.min(1).default(['cutoff:owner', 'owner']),
  /** Their value lists several owners, separated by spaces. */
  sharedOwnerTags: tagNames.default(['cutoff:owners']),
  /** Their value lists ids of entitlements, separated by spaces. */
  entitlementTags: tagNames.default(['cutoff:entitlements']),
  workloadTags: tagNames.default(['cutoff:workload', 'workload']),
  exactUserNames: z.boolean().default(false),
  /** `exact`: an address that a tag spells in other capitals than the event is held, where Dana@ and dana@ may be two. */
  emailCase: z.enum(['folded', 'exact']).default('folded'),
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
