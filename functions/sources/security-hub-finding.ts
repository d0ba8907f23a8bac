import { InvalidInput } from '../domain/errors.ts';
import { subjectKey } from '../domain/subject.ts';
import { type AsffFinding, isSample, keyPrincipalsOf, severityOf, usersOf } from './asff-finding.ts';
import type { Lead } from './event-source.ts';
import { type Named, namedBy, typeOf } from './finding-principal.ts';
import { occurrenceId } from './guardduty-finding.ts';

/** How a finding got here: by itself, or because a human chose it and pressed a button, `at` that time. */
export type Way = { readonly by: 'import' } | { readonly by: 'hand'; readonly at: string | undefined };

const guardDutyArn = /^arn:aws[\w-]*:guardduty:[\w-]+:\d{12}:detector\/\w+\/finding\/(\w+)$/;

const countOf = ({ ProductFields }: AsffFinding): string | undefined => {
  const count = ProductFields?.['aws/guardduty/service/count'] ?? ProductFields?.count;
  return typeof count === 'string' && /^\d{1,15}$/.test(count) ? count : undefined;
};

/**
 * A finding of GuardDuty's has the id that GuardDuty's own event has: with both sources on, one key is revoked twice for
 * the same finding, which is harmless; with one of them off, the other still hears. An edited note is the same
 * occurrence. Another observation is a new one, and so is another press of the button.
 */
export const eventIdOf = (finding: AsffFinding, way: Way): string => {
  const { Id, UpdatedAt, LastObservedAt } = finding;
  const guardDutyId = guardDutyArn.exec(Id)?.[1];
  if (way.by === 'hand') return `${guardDutyId ?? Id}:${way.at ?? UpdatedAt}`;
  if (guardDutyId) return occurrenceId(guardDutyId, countOf(finding), UpdatedAt);
  return `${Id}:${LastObservedAt ?? UpdatedAt}`;
};

/** "Types taxonomy for ASFF": a setting that could be better leaked nothing. For root a human is told all the same. */
const onlyUnwise = (finding: AsffFinding): boolean => {
  const types = finding.Types ?? [];
  const unwise = (type: string) =>
    type.startsWith('Software and Configuration Checks') || type.includes('/Policy:');
  const root = keyPrincipalsOf(finding).some((principal) => typeOf(principal) === 'Root');
  return types.length > 0 && types.every(unwise) && !root;
};

const whyNothing = (finding: AsffFinding, way: Way): string | undefined => {
  if (isSample(finding)) return 'a sample finding';
  if (finding.RecordState !== 'ACTIVE') return 'the finding is archived';
  // `WorkflowState` is the older name.
  const workflow = finding.Workflow?.Status ?? finding.WorkflowState ?? 'NEW';
  if (!['NEW', 'NOTIFIED'].includes(workflow)) return 'the finding is resolved or suppressed';
  if (way.by === 'import' && onlyUnwise(finding)) return 'a configuration check: no credential was misused';
  return undefined;
};

/** The keys that are named; users only where a human meant them, and only where no key is. */
const namedIn = (finding: AsffFinding, way: Way): Named[] => {
  const keys = keyPrincipalsOf(finding);
  if (keys.length > 0) return keys.flatMap((principal) => namedBy(principal) ?? []);
  return way.by === 'hand' ? usersOf(finding) : [];
};

/** Leads, or the reason why there are none. Throws `InvalidInput` that names a field of the finding. */
export const leadsOf = (finding: AsffFinding, way: Way): Lead[] | string => {
  const nothing = whyNothing(finding, way);
  if (nothing) return nothing;
  const named = namedIn(finding, way);
  if (named.length === 0) return 'the finding names no credential of the account';
  // A human's word needs no rating.
  const severity = way.by === 'import' ? severityOf(finding) : undefined;
  if (way.by === 'import' && severity === undefined) throw new InvalidInput('Severity', 'is missing');
  const shared = {
    change: 'credential-compromised',
    source: 'security-hub',
    eventId: eventIdOf(finding, way),
    aliases: [],
    occurredAt: (way.by === 'hand' && way.at) || finding.LastObservedAt || finding.UpdatedAt,
    reason: way.by === 'hand' ? 'custom action' : (finding.Types?.[0]?.slice(0, 256) ?? 'imported'),
    ...(severity !== undefined && { severity }),
  } as const;
  return [...new Map(named.map((one) => [subjectKey(one.subject), { ...shared, ...one }])).values()];
};
