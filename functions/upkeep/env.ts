import { z } from 'zod';
import { variables } from '../shared/env.ts';

export const envSchema = z.object({
  ACCOUNT_ID: variables.ACCOUNT_ID,
  AWS_REGION: variables.AWS_REGION,
  REGISTRY_TABLE: variables.REGISTRY_TABLE,
  REVOCATIONS_TABLE: variables.REVOCATIONS_TABLE,
  DENYLIST_TABLE: variables.DENYLIST_TABLE,
  ISSUERS: variables.ISSUERS,
  TOKEN_ISSUER: variables.TOKEN_ISSUER.optional(),
  CREDENTIALS: variables.CREDENTIALS,
  ENFORCEMENT: variables.ENFORCEMENT,
  OWNERSHIP: variables.OWNERSHIP,
  PROTECTION: variables.PROTECTION,
  IDENTITY_CENTER: variables.IDENTITY_CENTER,
  INDEX_SECRETS: variables.INDEX_SECRETS,
  BLOCKED_DAYS: variables.BLOCKED_DAYS,
  SOURCES: variables.SOURCES,
  DRIFT: variables.DRIFT,
  NOTICES_TOPIC: variables.NOTICES_TOPIC,
  IDENTITY_EVENTS_QUEUE_URL: variables.IDENTITY_EVENTS_QUEUE_URL,
  AUDIT_TABLE: variables.AUDIT_TABLE,
  EVENT_BUS: variables.EVENT_BUS,
});
