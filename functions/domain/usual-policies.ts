import type { z } from 'zod';
import type { sweepPolicySchema } from './sweep-settings.ts';

/** Where the settings name none. They report only, as long as the source `sweep` observes. */
export const usualPolicies: readonly z.input<typeof sweepPolicySchema>[] = [
  {
    name: 'unused',
    kinds: ['iam-access-key', 'api-gateway-key'],
    when: { unusedDays: 90 },
    steps: { notify: [0, 7], disable: 14 },
  },
  {
    name: 'orphaned',
    kinds: ['iam-user', 'api-gateway-key'],
    when: { orphaned: true },
    steps: { notify: [0], disable: 7 },
  },
  {
    name: 'expiring',
    kinds: ['iam-access-key', 'api-gateway-key', 'cognito-app-client'],
    when: { expiringDays: 14 },
    steps: { notify: [0, 7, 13] },
  },
];
