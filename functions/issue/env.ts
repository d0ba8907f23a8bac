import { z } from 'zod';
import { variables } from '../shared/env.ts';

export const envSchema = z.object({
  ACCOUNT_ID: variables.ACCOUNT_ID,
  AWS_REGION: variables.AWS_REGION,
  REGISTRY_TABLE: variables.REGISTRY_TABLE,
  REVOCATIONS_TABLE: variables.REVOCATIONS_TABLE,
  AUDIT_TABLE: variables.AUDIT_TABLE,
  EVENT_BUS: variables.EVENT_BUS,
  OWNERSHIP: variables.OWNERSHIP,
  PROTECTION: variables.PROTECTION,
  ISSUE: variables.ISSUE,
});
