import { z } from 'zod';
import { secureUrl } from './settings.ts';

interface Lifetime {
  readonly days?: number | undefined;
  readonly mostDays: number;
}

/** Days until what is issued expires: as a rule, and at most. */
const lifetime = (most: number) => ({
  days: z.int().min(1).max(most).optional(),
  mostDays: z.int().min(1).max(most).default(most),
});

const isWithinMost = ({ days = 0, mostDays }: Lifetime): boolean => days <= mostDays;
const tooLong = { path: ['days'], message: 'must not be more than mostDays' };

/** Where only `mostDays` is named, the rule gives way to it. */
const usually =
  (usual: number) =>
  <T extends Lifetime>(one: T) => ({ ...one, days: one.days ?? Math.min(usual, one.mostDays) });

/** Tokens of our own, signed by a KMS key. */
const tokenSchema = z.strictObject({
  /** As tokens name their issuer: a domain of your own that stands before the API. Without it, the API's own address. */
  issuer: secureUrl.refine((url) => !url.endsWith('/'), 'must not end with a slash').optional(),
  audience: z.string().min(1).max(256),
  /** For which a token is good. */
  minutes: z.int().min(1).max(60).default(15),
  /** Number of the key that signs: another number makes another key, and leaves the one before in place. */
  key: z.int().min(1).max(99).default(1),
  /** Ids of keys in KMS that signed before: published beside it for as long as their tokens live. */
  formerKeys: z
    .array(z.string().regex(/^[\w-]{1,256}$/, 'must be the id of a key'))
    .max(3)
    .default([]),
});
export type TokenSettings = z.output<typeof tokenSchema>;

const apiKeysSchema = z
  .strictObject({
    ...lifetime(365),
    /** Ids of usage plans that keys may be put on. */
    usagePlans: z.array(z.string().min(1)).min(1),
    /** Ids that a key may be for: tokens that it is exchanged for state them as their `scope`. */
    entitlements: z.array(z.string().regex(/^\S{1,256}$/, 'must have no spaces')).default([]),
  })
  .refine(isWithinMost, tooLong)
  .transform(usually(90));

/** Discouraged: a role or a token needs no secret that lives for days. */
const accessKeysSchema = z
  .strictObject({
    ...lifetime(90),
    /** Beginnings of paths of the IAM users that may be given a key. */
    paths: z.array(z.string().regex(/^\/(.{0,510}\/)?$/, 'must begin and end with a slash')).min(1),
    /** Issued ones of one user at the same time. */
    mostPerUser: z.int().min(1).max(2).default(1),
  })
  .refine(isWithinMost, tooLong)
  .transform(usually(30));

const oauthClientsSchema = z
  .strictObject({
    ...lifetime(365),
    /** Ids of Cognito user pools, also named in `credentials.cognitoUserPools`. */
    pools: z.array(z.string().min(1)).min(1),
    /** OAuth scopes that may be asked for, as `RESOURCE_SERVER/SCOPE`. */
    scopes: z.array(z.string().min(1)).min(1),
  })
  .refine(isWithinMost, tooLong)
  .transform(usually(180));

/** What may be issued, and for how long. What is not named here is not issued, and nothing is granted on it. */
export const issueSchema = z
  .strictObject({
    apiKeys: apiKeysSchema.optional(),
    accessKeys: accessKeysSchema.optional(),
    oauthClients: oauthClientsSchema.optional(),
    tokens: tokenSchema.optional(),
    /** Hours for which the old one goes on after a rotation: as a rule, and at most. */
    overlapHours: z.int().min(0).max(168).optional(),
    mostOverlapHours: z.int().min(0).max(720).default(168),
  })
  .refine(({ overlapHours = 0, mostOverlapHours }) => overlapHours <= mostOverlapHours, {
    path: ['overlapHours'],
    message: 'must not be more than mostOverlapHours',
  })
  .transform(({ overlapHours, ...rest }) => ({
    ...rest,
    overlapHours: overlapHours ?? Math.min(24, rest.mostOverlapHours),
  }));
export type IssueSettings = z.output<typeof issueSchema>;
