import { z } from 'zod';
import type { Swept } from '../domain/sweep-facts.ts';
import { isAccessKeyId, userNamePattern } from './aws-names.ts';
import { userPool } from './cognito.ts';
import { accountId } from './fields.ts';

const inIam = { account: accountId, region: z.literal('global') };
const inRegion = {
  account: accountId,
  region: z.string().regex(/^[a-z]{2,3}(-[a-z]+)+-\d$/, 'is not an AWS region'),
};

const keyId = z.string().refine(isAccessKeyId, 'is not the id of a long-term access key');
const userName = z.string().regex(userNamePattern, 'is not a name that an IAM user can have');
const apiKeyId = z.string().regex(/^\w{1,128}$/, 'is not the id of an API key');

/** "ClientIdType" in the Amazon Cognito user pools API Reference. */
const clientId = z.string().regex(/^[\w+]{1,128}$/, 'is not the id of an app client');

/**
 * "CreateSecret" (Secrets Manager API Reference) lists the characters of a name. Assumption: beside them, `!` stands in names of
 * secrets that AWS services manage.
 */
const secretArn = z
  .string()
  .max(512)
  .regex(/^arn:aws[\w-]*:secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@!-]+$/, 'is not the ARN of a secret');

/** The credential that an event of our own names: every kind that can be swept, with its own fields and no others. */
export const credentialField = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('iam-access-key'), ...inIam, id: keyId, user: userName }),
  z.strictObject({ kind: z.literal('iam-user'), ...inIam, id: userName }),
  z.strictObject({ kind: z.literal('api-gateway-key'), ...inRegion, id: apiKeyId }),
  z
    .strictObject({
      kind: z.literal('cognito-app-client'),
      ...inRegion,
      id: z.string(),
      pool: userPool,
      client: clientId,
    })
    .refine(({ id, pool, client }) => id === `${pool}/${client}`, {
      path: ['id'],
      message: 'is not POOL/CLIENT',
    }),
  z
    .strictObject({ kind: z.literal('stored-secret'), ...inRegion, id: secretArn })
    .refine(({ id, region, account }) => id.includes(`:${region}:${account}:`), {
      path: ['id'],
      message: 'is of another account or region',
    }),
]) satisfies z.ZodType<Swept>;
