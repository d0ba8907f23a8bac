import { z } from 'zod';
import { coreVariables, variables } from '../shared/env.ts';

export const envSchema = z.object({
  ...coreVariables,
  REGISTRY_TABLE: variables.REGISTRY_TABLE,
  VERIFICATIONS_QUEUE_URL: variables.VERIFICATIONS_QUEUE_URL,
  OWNERSHIP: variables.OWNERSHIP,
  PROTECTION: variables.PROTECTION,
  VERIFICATION: variables.VERIFICATION,
});
