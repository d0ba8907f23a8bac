import { z } from 'zod';
import { variables } from '../shared/env.ts';

export const envSchema = z.object({
  ACCOUNT_ID: variables.ACCOUNT_ID,
  AWS_REGION: variables.AWS_REGION,
  REGISTRY_TABLE: variables.REGISTRY_TABLE,
  REVOCATIONS_TABLE: variables.REVOCATIONS_TABLE,
  DENYLIST_TABLE: variables.DENYLIST_TABLE,
  ISSUERS: variables.ISSUERS,
  CREDENTIALS: variables.CREDENTIALS,
  ENFORCEMENT: variables.ENFORCEMENT,
  OWNERSHIP: variables.OWNERSHIP,
  PROTECTION: variables.PROTECTION,
  IDENTITY_CENTER: variables.IDENTITY_CENTER,
  INDEX_SECRETS: variables.INDEX_SECRETS,
  BLOCKED_DAYS: variables.BLOCKED_DAYS,
});
