import { InvalidInput } from '../domain/errors.ts';
import { subjectKey } from '../domain/subject.ts';
import type { EventEnvelope, EventSource, Lead, Understood } from './event-source.ts';
import { accountId } from './fields.ts';
import { namedBy, type Principal, typeOf } from './finding-principal.ts';
import {
  type GuardDutyFinding,
  guardDutyFindingSchema,
  isSample,
  occurrenceId,
  principalsOf,
} from './guardduty-finding.ts';
import { readDetail } from './read-detail.ts';

const detailType = 'GuardDuty Finding';

/** What `Policy:` findings report is allowed and unwise; nobody's key leaked. For root a human is told all the same. */
const onlyUnwise = ({ type }: GuardDutyFinding, principals: readonly Principal[]): boolean =>
  type.startsWith('Policy:') && !principals.some((principal) => typeOf(principal) === 'Root');

const leadOf = (finding: GuardDutyFinding, principal: Principal): Lead[] | InvalidInput => {
  try {
    const named = namedBy(principal);
    if (!named) return [];
    const { id, severity, type, updatedAt, service } = finding;
    return [
      {
        change: 'credential-compromised',
        source: 'guardduty',
        eventId: occurrenceId(id, service.count, updatedAt),
        aliases: [],
        occurredAt: service.eventLastSeen ?? updatedAt,
        reason: type,
        severity,
        ...named,
      },
    ];
  } catch (error) {
    // Returned: one actor that cannot be read must not keep the others waiting.
    if (error instanceof InvalidInput) return error;
    throw error;
  }
};

const distinct = (leads: readonly Lead[]): Lead[] => [
  ...new Map(leads.map((lead) => [subjectKey(lead.subject), lead])).values(),
];

const normalise = ({ detail }: EventEnvelope): Understood => {
  const finding = readDetail(guardDutyFindingSchema, detail);
  const eventId = occurrenceId(finding.id, finding.service.count, finding.updatedAt);
  const nothing = (reason: string): Understood => ({ eventId, changes: [], reason });
  if (isSample(finding)) return nothing('a sample finding');
  if (finding.service.archived) return nothing('the finding is archived');
  const principals = principalsOf(finding);
  if (onlyUnwise(finding, principals)) return nothing('a policy finding: no credential was misused');
  if (principals.length === 0 && finding.resource.resourceType === 'AccessKey') {
    throw new InvalidInput('detail.resource.accessKeyDetails', 'is missing');
  }
  const read = principals.map((principal) => leadOf(finding, principal));
  const problem = read.find((one) => one instanceof InvalidInput);
  const changes = distinct(read.flatMap((one) => (one instanceof InvalidInput ? [] : one)));
  if (problem && changes.length === 0) throw problem;
  if (changes.length === 0) return nothing('the finding names no credential of the account');
  return { eventId, changes, ...(problem && { problem }) };
};

const wrap = (record: Readonly<Record<string, unknown>>): EventEnvelope | undefined => {
  const { data: finding } = guardDutyFindingSchema
    .pick({ id: true, type: true, updatedAt: true, region: true })
    .extend({ accountId })
    .safeParse(record);
  const { service } = record as { service?: { serviceName?: unknown } | null };
  if (!finding || service?.serviceName !== 'guardduty') return undefined;
  const { id, updatedAt: time, region, accountId: account } = finding;
  return { id, source: 'cutoff.guardduty', 'detail-type': detailType, time, account, region, detail: record };
};

/**
 * GuardDuty findings ("Processing GuardDuty findings with Amazon EventBridge"): the credentials that something was done
 * with. Severity: 7 to 8.9 is High, 9 and more Critical ("Severity levels of GuardDuty findings").
 */
export const guardduty: EventSource = {
  name: 'guardduty',
  pattern: { source: ['aws.guardduty', 'cutoff.guardduty'], 'detail-type': [detailType] },
  bus: 'default',
  minSeverity: 7,
  normalise,
  wrap,
};
