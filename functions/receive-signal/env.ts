import { z } from 'zod';
import { signalsSchema } from '../domain/settings.ts';
import { jsonOf, variables } from '../shared/env.ts';

/** ARN of a secret; there is one for each channel that is switched on and needs it. */
const secret = z.string().min(1).optional();

export const envSchema = z.object({
  EVENT_BUS: variables.EVENT_BUS,
  REGISTRY_TABLE: variables.REGISTRY_TABLE,
  SIGNALS: jsonOf(signalsSchema),
  OKTA_HOOK_SECRET: secret,
  SCIM_SECRET: secret,
  ENTRA_SECRET: secret,
});
