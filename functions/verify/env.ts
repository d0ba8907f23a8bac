import { z } from 'zod';
import { coreVariables, variables } from '../shared/env.ts';

export const envSchema = z.object({
  ...coreVariables,
  VERIFICATIONS_QUEUE_URL: variables.VERIFICATIONS_QUEUE_URL,
  VERIFICATION: variables.VERIFICATION,
});
