import { z } from 'zod';
import { variables } from '../shared/env.ts';

export const envSchema = z.object({
  REGISTRY_TABLE: variables.REGISTRY_TABLE,
  IDENTITY_EVENTS_QUEUE_URL: variables.IDENTITY_EVENTS_QUEUE_URL,
});
