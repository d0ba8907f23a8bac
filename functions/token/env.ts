import { z } from 'zod';
import { variables } from '../shared/env.ts';

export const envSchema = z.object({
  ACCOUNT_ID: variables.ACCOUNT_ID,
  AWS_REGION: variables.AWS_REGION,
  REGISTRY_TABLE: variables.REGISTRY_TABLE,
  REVOCATIONS_TABLE: variables.REVOCATIONS_TABLE,
  DENYLIST_TABLE: variables.DENYLIST_TABLE,
  AUDIT_TABLE: variables.AUDIT_TABLE,
  EVENT_BUS: variables.EVENT_BUS,
  ISSUE: variables.ISSUE,
  TOKEN_ISSUER: variables.TOKEN_ISSUER,
  TOKEN_KEY: variables.TOKEN_KEY,
  /** As the authorizer has it. */
  CLOCK_SKEW_SECONDS: z.coerce.number().int().min(0).max(300),
});
