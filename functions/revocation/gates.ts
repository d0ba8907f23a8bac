import { type Change, type ChangeKind, subjectsOf } from '../domain/change.ts';
import { believedTime } from '../domain/cutoff.ts';
import { isProtectedSubject } from '../domain/protection.ts';
import type { Revocation } from '../domain/revocation.ts';
import type { SourceSettings } from '../domain/settings.ts';
import { type Subject, subjectKey } from '../domain/subject.ts';
import { treatmentOf } from '../domain/treatment.ts';
import type { AdmitDeps } from './deps.ts';
import { undoSuspensions } from './return.ts';

export interface Stop {
  readonly status: 'skipped' | 'held';
  readonly reason: string;
  readonly restored?: readonly string[];
}

const skipped = (reason: string): Stop => ({ status: 'skipped', reason });

/** A late `suspended` must not undo a newer return. Deletion and the end of a session have no way back. */
const undoneByReturn: ReadonlySet<ChangeKind> = new Set(['deactivated', 'suspended']);

/** Restores nothing, unless the settings say so: then what the suspension before it did. */
const returned = async (change: Change, deps: AdmitDeps): Promise<Stop> => {
  const { mode, restore } = deps.sources[change.source] ?? {};
  if (restore !== 'automatic' || mode !== 'enforce') return skipped('restored-by-operator-only');
  const restored = await undoSuspensions(change, deps);
  return { ...skipped(restored.length > 0 ? 'suspension-restored' : 'nothing-to-restore'), restored };
};

/** Why a change without steps has none. */
const withoutSteps = (change: Change, deps: AdmitDeps): Promise<Stop> | Stop => {
  if (change.change === 'reactivated') return returned(change, deps);
  return skipped(change.entitlement ? 'entitlement-not-mapped' : 'nothing-is-done-for-this');
};

/**
 * The newest time of the opposite direction at the same source, under whichever of the subject's names it was told. A
 * return that one provider tells of says nothing about what another one ended, and one that is only observed nothing at
 * all.
 */
const newestOpposite = async (
  names: readonly Subject[],
  change: Change,
  at: string,
  { recency }: AdmitDeps,
) => {
  const direction = change.change === 'reactivated' ? 'reactivated' : 'revoked';
  const keys = names.map((name) => `${change.source}#${subjectKey(name)}`);
  const times = await Promise.all(keys.map((key) => recency.note(key, direction, at)));
  return Math.max(...times.map((time) => (time === undefined ? Number.NEGATIVE_INFINITY : Date.parse(time))));
};

/** Whether somebody who left in this way has come back since. */
export const isSuperseded = async (change: Change, deps: AdmitDeps): Promise<boolean> => {
  if (!undoneByReturn.has(change.change)) return false;
  const at = new Date(change.occurredAt).toISOString();
  return (await newestOpposite(subjectsOf(change), change, at, deps)) > Date.parse(at);
};

/** Cleared sessions are routine; they must not use up what leavers need. */
const brakeOf = (change: Change): string => {
  const sessions = change.change === 'session-revoked' || change.entitlement?.ends === 'sessions';
  return `${change.source}#${sessions ? 'sessions' : 'access'}`;
};

/** An end was agreed when it was issued, and a sweep counts by itself: however many come at once, it is no surprise. */
const isBraked = ({ change, source }: Change): boolean =>
  change !== 'credential-expired' && source !== 'sweep';

/** The loss of an entitlement that the settings do not name ends what states it, if anything does. */
const isTreated = async (change: Change, { registry }: AdmitDeps): Promise<boolean> => {
  if (treatmentOf(change).length > 0) return true;
  return change.entitlement !== undefined && (await registry.dependingOn(change.entitlement.id)).length > 0;
};

/** Use of the root user is rated low, and a human must hear of it all the same. */
const isTooMild = ({ severity, byHand }: Change, settings: SourceSettings | undefined): boolean =>
  severity !== undefined && severity < (settings?.minSeverity ?? 0) && byHand !== 'root-user';

/** Why this change must not be acted on now, or undefined. The order matters: protection comes first. */
export const stopFor = async (revocation: Revocation, deps: AdmitDeps): Promise<Stop | undefined> => {
  const { change, mode } = revocation;
  const settings = deps.sources[change.source];
  const names = subjectsOf(change);
  if (isProtectedSubject(names, deps.rules.protection)) return skipped('protected-subject');
  if (isTooMild(change, settings)) return skipped('below-severity-threshold');
  if (change.byHand) return { status: 'held', reason: change.byHand };
  const { at } = believedTime(change.occurredAt, new Date(revocation.cutoff));
  if (mode === 'observe' && change.change === 'reactivated') return skipped('restored-by-operator-only');
  const opposite = await newestOpposite(names, change, at, deps);
  if (!(await isTreated(change, deps))) return withoutSteps(change, deps);
  if (undoneByReturn.has(change.change) && opposite > Date.parse(at)) return skipped('superseded');
  const subject = subjectKey(change.subject);
  const withinCap = () => deps.brakes.admit(brakeOf(change), subject, settings?.capPerHour ?? 0);
  if (mode === 'enforce' && isBraked(change) && !(await withinCap()))
    return { status: 'held', reason: 'cap-reached' };
  return undefined;
};
