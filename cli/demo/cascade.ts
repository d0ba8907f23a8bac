import type { AuditRecord } from '../../functions/domain/audit-record.ts';
import type { Observation } from '../../functions/domain/evidence.ts';

/** What became of one credential, read from its audit chain. Milliseconds are counted from the event. */
export interface CredentialStory {
  readonly kind: string;
  readonly id: string;
  readonly action: string | undefined;
  readonly outcome: AuditRecord['type'];
  readonly containedMs: number | undefined;
  readonly revokedMs: number | undefined;
  readonly verifiedMs: number | undefined;
  readonly reason: string | undefined;
  readonly evidence: readonly Observation[];
}

/** One story, from the records of one chain. */
export const storyOf = (records: readonly AuditRecord[], startedAt: number): CredentialStory | undefined => {
  const last = records.at(-1);
  if (!last) return undefined;
  // `kind:account:region:id`, see `credentialKey`: only the id may contain a colon.
  const [kind = '', , , ...id] = last.credential.split(':');
  const first = (...types: AuditRecord['type'][]) => {
    const record = records.find((candidate) => types.includes(candidate.type));
    return record && Date.parse(record.at) - startedAt;
  };
  const proof = records.findLast((record) => record.type === 'verified');
  const action = records.find((record) => record.data.action !== undefined)?.data.action;
  return {
    kind,
    id: id.join(':'),
    action: action === undefined ? undefined : String(action),
    outcome: last.type,
    containedMs: first('denied', 'revoked'),
    revokedMs: first('revoked'),
    verifiedMs: first('verified'),
    reason: last.data.reason === undefined ? undefined : String(last.data.reason),
    evidence: (proof?.data.evidence ?? []) as Observation[],
  };
};

export interface Cascade {
  readonly stories: readonly CredentialStory[];
  /** Until the last principal was denied, the last credential revoked, the last one proven. */
  readonly containedMs: number | undefined;
  readonly revokedMs: number | undefined;
  readonly verifiedMs: number | undefined;
}

const latest = (times: readonly (number | undefined)[]): number | undefined => {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
};

/** Access keys are contained by the deny on their user, so they do not count towards containment. */
const isPrincipal = ({ kind }: CredentialStory) => kind !== 'iam-access-key';

/** The whole revocation, from its audit chains. */
export const cascadeOf = (
  trail: ReadonlyMap<string, readonly AuditRecord[]>,
  revocationId: string,
  startedAt: number,
): Cascade => {
  const stories = [...trail.values()]
    .filter(([record]) => record?.revocationId === revocationId && record.credential !== '-')
    .map((records) => storyOf(records, startedAt))
    .filter((story) => story !== undefined)
    .sort((a, b) => a.kind.localeCompare(b.kind, 'en') || a.id.localeCompare(b.id, 'en'));
  return {
    stories,
    containedMs: latest(stories.filter(isPrincipal).map((story) => story.containedMs)),
    revokedMs: latest(stories.map((story) => story.revokedMs)),
    verifiedMs: latest(stories.map((story) => story.verifiedMs)),
  };
};
