import { z } from 'zod';
import { variables } from '../shared/env.ts';

export const envSchema = z.object({
  ACCOUNT_ID: variables.ACCOUNT_ID,
  AWS_REGION: variables.AWS_REGION,
  REGISTRY_TABLE: variables.REGISTRY_TABLE,
  REVOCATIONS_TABLE: variables.REVOCATIONS_TABLE,
  DENYLIST_TABLE: variables.DENYLIST_TABLE,
  AUDIT_TABLE: variables.AUDIT_TABLE,
  IDENTITY_EVENTS_QUEUE_URL: variables.IDENTITY_EVENTS_QUEUE_URL,
  REVOCATIONS_QUEUE_URL: variables.REVOCATIONS_QUEUE_URL,
  APIGATEWAY_QUEUE_URL: variables.APIGATEWAY_QUEUE_URL,
  EVENT_BUS: variables.EVENT_BUS,
  ISSUERS: variables.ISSUERS,
  OWNERSHIP: variables.OWNERSHIP,
  PROTECTION: variables.PROTECTION,
  SOURCES: variables.SOURCES,
  BLOCKED_DAYS: variables.BLOCKED_DAYS,
});
