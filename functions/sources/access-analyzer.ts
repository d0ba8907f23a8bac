import { z } from 'zod';
import type { EventEnvelope, EventSource, Understood } from './event-source.ts';
import { instant, text } from './fields.ts';
import { readDetail } from './read-detail.ts';

/** Its own ARN, or one of a user with a path. */
const userArn = z
  .string()
  .max(512)
  .regex(/^arn:aws[\w-]*:iam::\d{12}:user\/[\w+=,.@/-]+$/, 'is not the ARN of an IAM user');

const analyzerArn = z
  .string()
  .max(512)
  .regex(/^arn:aws[\w-]*:access-analyzer:[\w-]+:\d{12}:analyzer\/.+$/, 'is not the ARN of an analyzer');

/** External findings have `id` and no `findingType`. */
const findingSchema = z.object({
  findingId: text.nullish(),
  id: text.nullish(),
  findingType: text.nullish(),
  status: text,
  isDeleted: z.boolean().nullish(),
  error: z.unknown().optional(),
  updatedAt: instant,
  resource: z.unknown().optional(),
});
type Finding = z.output<typeof findingSchema>;

const keyUnused = 'UnusedIAMUserAccessKey';

/** Unused roles and permissions have no credential of their own; an unused password is none that APIs take. */
const whyNothing = ({ findingType, status, isDeleted, error }: Finding): string | undefined => {
  if (findingType !== keyUnused) return 'the finding is about no access key';
  if (error !== undefined && error !== null) return 'the analysis failed';
  if (isDeleted) return 'the finding is deleted';
  return status === 'ACTIVE' ? undefined : 'the finding is not active';
};

const normalise = ({ detail, resources }: EventEnvelope): Understood => {
  const finding = readDetail(findingSchema, detail);
  const findingId = readDetail(text, finding.findingId ?? finding.id, 'detail.findingId');
  const eventId = `${findingId}:${finding.status}`;
  const nothing = whyNothing(finding);
  if (nothing) return { eventId, changes: [], reason: nothing };
  // The event carries no key id, and the user may have another key that is used every day.
  const ask = {
    ask: 'unused-access-keys',
    analyzerArn: readDetail(analyzerArn, resources?.[0], 'resources.0'),
    findingId,
  } as const;
  const change = {
    change: 'credential-stale',
    source: 'access-analyzer',
    eventId,
    subject: { format: 'uri', uri: readDetail(userArn, finding.resource, 'detail.resource') },
    aliases: [],
    occurredAt: finding.updatedAt,
    reason: keyUnused,
    ask,
  } as const;
  return { eventId, changes: [change] };
};

/**
 * IAM Access Analyzer ("Monitoring AWS Identity and Access Management Access Analyzer with Amazon EventBridge"):
 * re-evaluated about daily. The rule lets in findings on unused access keys alone; external findings have no
 * `findingType`, and both detail types are named so that `explain` can say so.
 */
export const accessAnalyzer: EventSource = {
  name: 'access-analyzer',
  pattern: {
    source: ['aws.access-analyzer', 'cutoff.access-analyzer'],
    'detail-type': ['Unused Access Finding for IAM entities', 'Access Analyzer Finding'],
    detail: { findingType: [keyUnused] },
  },
  bus: 'default',
  normalise,
};
