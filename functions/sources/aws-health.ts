import { z } from 'zod';
import { InvalidInput } from '../domain/errors.ts';
import type { Subject } from '../domain/subject.ts';
import { isTemporaryKeyId } from './aws-names.ts';
import type { EventEnvelope, EventSource, Lead, Understood } from './event-source.ts';
import { accountId, text } from './fields.ts';
import { readDetail } from './read-detail.ts';

/** The codes of AWS's own rule for leaked keys. */
const codes = [
  'AWS_RISK_CREDENTIALS_COMPROMISED',
  'AWS_RISK_CREDENTIALS_COMPROMISE_SUSPECTED',
  'AWS_RISK_CREDENTIALS_EXPOSED',
  'AWS_RISK_CREDENTIALS_EXPOSURE_SUSPECTED',
  'AWS_RISK_IAM_QUARANTINE',
] as const;

const isKnown = (code: string): boolean => codes.some((known) => known === code);

const detailType = 'AWS Health Event';

/** `Tue, 17 Mar 2026 09:58:00 GMT` (RFC 1123), as ISO 8601. */
const startTime = z
  .string()
  .regex(/^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/, 'is not a date of RFC 1123')
  .refine((value) => !Number.isNaN(Date.parse(value)), 'is not a date')
  .transform((value) => new Date(value).toISOString());

const entitySchema = z.object({ entityValue: text, status: z.string().nullish() });

/** ("Amazon EventBridge schema for AWS Health events"; before 2023 without account and communication.) */
const detailSchema = z.object({
  eventArn: z.string().min(1).max(400),
  service: text,
  eventTypeCode: text,
  communicationId: text.nullish(),
  affectedAccount: accountId.nullish(),
  startTime,
  statusCode: z.string().nullish(),
  affectedEntities: z.array(z.unknown()).nullish(),
});
type Detail = z.output<typeof detailSchema>;

/** Copies come from a backup Region and through a delegated administrator: only the detail says whose the key is. */
const accountOf = (detail: Detail, envelope: EventEnvelope): string =>
  detail.affectedAccount ?? readDetail(accountId, envelope.account, 'account');

/** Wider than what is known of key ids today: IAM is asked about it, and what it does not know is held. */
const isKeyId = (value: string): boolean => /^[A-Z0-9_]{16,128}$/.test(value) && !isTemporaryKeyId(value);

/** What AWS calls its resources: names and ARNs. */
const isName = (value: string): boolean => /^[\w+=,.@:/-]+$/.test(value);

type Named = Pick<Lead, 'subject' | 'ask' | 'byHand'>;

const namedBy = (value: string, account: string): Named => {
  const subject: Subject = { format: 'opaque', id: value };
  if (isKeyId(value)) return { subject, ask: { ask: 'access-key', account, keyId: value } };
  if (isTemporaryKeyId(value)) return { subject, byHand: 'role-session' };
  const name = isName(value) ? value : account;
  return { subject: { format: 'opaque', id: `aws-health:${name}` }, byHand: 'names-no-credential' };
};

/** Returned, not thrown: one entity that cannot be read must not keep the others waiting. */
const readEntity = (entity: unknown, index: number) => {
  const read = entitySchema.safeParse(entity);
  return read.success ? read.data : InvalidInput.fromZod(read.error, `detail.affectedEntities.${index}`);
};

const normalise = (envelope: EventEnvelope): Understood => {
  const detail = readDetail(detailSchema, envelope.detail);
  const { eventTypeCode: reason, startTime: occurredAt, communicationId, eventArn } = detail;
  const account = accountOf(detail, envelope);
  // One event may come on several pages, which share it: their keys tell the revocations apart.
  const eventId = `${communicationId ?? eventArn}:${account}`;
  const nothing = (why: string): Understood => ({ eventId, changes: [], reason: why });
  if (detail.service !== 'RISK' || !isKnown(reason)) return nothing('reports no leaked credential');
  if (detail.statusCode === 'closed') return nothing('the event is closed');
  const entities = (detail.affectedEntities ?? []).map(readEntity);
  const problem = entities.find((entity) => entity instanceof InvalidInput);
  const values = entities.flatMap((entity) =>
    entity instanceof InvalidInput || entity.status === 'RESOLVED' ? [] : [entity.entityValue],
  );
  // Without entities it is about the account: somebody has to ask AWS what leaked.
  const about = entities.length > 0 ? [...new Set(values)] : [account];
  const changes = about.map((value): Lead => {
    const shared = { source: 'aws-health', eventId, aliases: [], occurredAt, reason } as const;
    return { change: 'credential-compromised', ...shared, ...namedBy(value, account) };
  });
  if (changes.length > 0) return { eventId, changes, ...(problem && { problem }) };
  if (problem) throw problem;
  return nothing('every entity is resolved');
};

const wrap = (record: Readonly<Record<string, unknown>>): EventEnvelope | undefined => {
  const known = z
    .object({ eventArn: text, eventTypeCode: z.enum(codes), affectedAccount: accountId, startTime })
    .safeParse(record).data;
  if (!known) return undefined;
  const { eventArn: id, affectedAccount: account, startTime: time } = known;
  return { id, source: 'cutoff.aws-health', 'detail-type': detailType, time, account, detail: record };
};

/** AWS Health's reports of credentials that were found in public. */
export const awsHealth: EventSource = {
  name: 'aws-health',
  pattern: {
    source: ['aws.health', 'cutoff.aws-health'],
    'detail-type': [detailType],
    detail: { service: ['RISK'], eventTypeCode: codes },
  },
  bus: 'default',
  global: true,
  normalise,
  wrap,
};
