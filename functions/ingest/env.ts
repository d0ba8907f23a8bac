import { z } from 'zod';
import { coreVariables, variables } from '../shared/env.ts';

export const envSchema = z.object({
  ...coreVariables,
  REGISTRY_TABLE: variables.REGISTRY_TABLE,
  IDENTITY_EVENTS_QUEUE_URL: variables.IDENTITY_EVENTS_QUEUE_URL,
  OWNERSHIP: variables.OWNERSHIP,
  PROTECTION: variables.PROTECTION,
  SOURCES: variables.SOURCES,
  ENTITLEMENTS: variables.ENTITLEMENTS,
  VERIFICATIONS_QUEUE_URL: variables.VERIFICATIONS_QUEUE_URL,
  VERIFICATION: variables.VERIFICATION,
  OWN_ROLES: variables.OWN_ROLES,
  DRIFT: variables.DRIFT,
  NOTICES_TOPIC: variables.NOTICES_TOPIC,
  IDENTITY_CENTER: variables.IDENTITY_CENTER,
  MICROSOFT_GRAPH: variables.MICROSOFT_GRAPH,
});
