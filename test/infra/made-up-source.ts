import type { EventSource } from '../../functions/sources/event-source.ts';

/** A source as those of AWS services will be, with what a test says otherwise. */
export const madeUpSource = (overrides: Partial<EventSource> = {}): EventSource => ({
  name: 'made-up',
  pattern: {
    source: ['aws.iam', 'cutoff.made-up'],
    'detail-type': ['AWS API Call via CloudTrail'],
    detail: { eventName: ['DeleteUser'] },
  },
  bus: 'default',
  normalise: () => ({ eventId: 'e-1', changes: [], reason: 'made up' }),
  ...overrides,
});
