import { z } from 'zod';
import { coreVariables, variables } from '../shared/env.ts';

export const envSchema = z.object({
  ...coreVariables,
  REGISTRY_TABLE: variables.REGISTRY_TABLE,
  IDENTITY_EVENTS_QUEUE_URL: variables.IDENTITY_EVENTS_QUEUE_URL,
  SWEEPS_QUEUE_URL: variables.SWEEPS_QUEUE_URL,
  SWEEP_PARAMETER: variables.SWEEP_PARAMETER,
  NOTICES_TOPIC: variables.NOTICES_TOPIC,
  OWNERSHIP: variables.OWNERSHIP,
  PROTECTION: variables.PROTECTION,
  SOURCES: variables.SOURCES,
  HOLD: variables.HOLD,
});
