import { z } from 'zod';
import { coreVariables, variables } from '../shared/env.ts';

export const envSchema = z.object({
  ...coreVariables,
  REGISTRY_TABLE: variables.REGISTRY_TABLE,
  OWNERSHIP: variables.OWNERSHIP,
  PROTECTION: variables.PROTECTION,
  SOURCES: variables.SOURCES,
  HOLD: variables.HOLD,
  ENTITLEMENTS: variables.ENTITLEMENTS,
});
