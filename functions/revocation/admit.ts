import { type Change, type ChangeKind, revocationIdOf, subjectsOf } from '../domain/change.ts';
import { believedTime, cutoffOf } from '../domain/cutoff.ts';
import { InvalidInput } from '../domain/errors.ts';
import { isProtectedSubject } from '../domain/protection.ts';
import type { Revocation } from '../domain/revocation.ts';
import { subjectKey } from '../domain/subject.ts';
import { treatmentOf } from '../domain/treatment.ts';
import { contain } from './contain.ts';
import type { AdmitDeps } from './deps.ts';

export interface Admission {
  readonly revocationId: string;
  readonly status: Revocation['status'];
  readonly cutoff: string;
  readonly reason?: string;
}

/** A late `suspended` must not undo a newer return. Deletion and the end of a session have no way back. */
const undoneByReturn: ReadonlySet<ChangeKind> = new Set(['deactivated', 'suspended']);

interface Stop {
  readonly status: 'skipped' | 'held';
  readonly reason: string;
}

/** Why this change must not be acted on now, or undefined. The order matters: protection comes first. */
const stopFor = async (revocation: Revocation, deps: AdmitDeps): Promise<Stop | undefined> => {
  const { change, mode } = revocation;
  if (isProtectedSubject(subjectsOf(change), deps.rules.protection)) {
    return { status: 'skipped', reason: 'protected-subject' };
  }
  const direction = change.change === 'reactivated' ? 'reactivated' : 'revoked';
  const subject = subjectKey(change.subject);
  const { at } = believedTime(change.occurredAt, new Date(revocation.cutoff));
  const newestOpposite = await deps.recency.note(subject, direction, at);
  if (treatmentOf(change).length === 0) return { status: 'skipped', reason: 'restored-by-operator-only' };
  const superseded = newestOpposite && Date.parse(newestOpposite) > Date.parse(at);
  if (superseded && undoneByReturn.has(change.change)) return { status: 'skipped', reason: 'superseded' };
  const cap = deps.sources[change.source]?.capPerHour ?? 0;
  // Cleared sessions are routine; they must not use up what leavers need.
  const brake = `${change.source}#${change.change === 'session-revoked' ? 'sessions' : 'access'}`;
  if (mode === 'enforce' && !(await deps.brakes.admit(brake, subject, cap))) {
    return { status: 'held', reason: 'cap-reached' };
  }
  return undefined;
};

const stop = async (revocation: Revocation, { status, reason }: Stop, deps: AdmitDeps): Promise<void> => {
  const { change, cutoff } = revocation;
  const data = { ...change, cutoff, reason, because: change.reason };
  await deps.record({ type: status, revocationId: revocation.id, once: `${status}:${reason}`, data });
  await deps.revocations.move(revocation, { status, reason });
};

const received = (change: Change, deps: AdmitDeps): Revocation => {
  const settings = deps.sources[change.source];
  if (!settings) throw new InvalidInput('source', `${change.source} has no settings`);
  const cutoff = cutoffOf(change.occurredAt, deps.now());
  return { id: revocationIdOf(change), change, mode: settings.mode, status: 'received', cutoff };
};

/** Lets one change in. The same change again returns what became of it and does nothing more. */
export const admit = async (change: Change, deps: AdmitDeps): Promise<Admission> => {
  const revocation = await deps.revocations.open(received(change, deps));
  if (revocation.status === 'received') {
    const stopped = await stopFor(revocation, deps);
    if (stopped) await stop(revocation, stopped, deps);
    else await contain(revocation, deps);
  }
  const { id, status, cutoff, reason } = (await deps.revocations.get(revocation.id)) ?? revocation;
  return { revocationId: id, status, cutoff, ...(reason && { reason }) };
};
