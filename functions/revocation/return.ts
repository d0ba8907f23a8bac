import { type Change, subjectsOf } from '../domain/change.ts';
import { subjectKey } from '../domain/subject.ts';
import type { AdmitDeps } from './deps.ts';
import { isRestorable, takeBack } from './take-back.ts';

/** Kept beside each name of the subject, so that a return under another name finds it. */
export const noteSuspension = async (
  change: Change,
  revocationId: string,
  { recency }: AdmitDeps,
): Promise<void> => {
  const { source, occurredAt } = change;
  const names = subjectsOf(change).map(subjectKey);
  await Promise.all(names.map((name) => recency.noteSuspension(name, { source, revocationId, occurredAt })));
};

/**
 * A return, where the settings let it undo a suspension: only suspensions by the same source, from before it. What was
 * cut for any other reason, or later, stays cut. Returns the ids of the revocations that are taken back.
 */
export const undoSuspensions = async (change: Change, deps: AdmitDeps): Promise<string[]> => {
  const names = subjectsOf(change).map(subjectKey);
  const known = await Promise.all(names.map((name) => deps.recency.suspensions(name, change.source)));
  const before = known
    .flat()
    .filter(({ occurredAt }) => Date.parse(occurredAt) <= Date.parse(change.occurredAt));
  const taken: string[] = [];
  for (const id of new Set(before.map(({ revocationId }) => revocationId))) {
    const revocation = await deps.revocations.get(id);
    // Restored already, or never carried out: there is nothing to undo.
    if (!revocation || !isRestorable(revocation)) continue;
    await takeBack(revocation, change.reason, deps);
    taken.push(id);
  }
  return taken;
};
