import { revokerFor } from '../credentials/revoker-for.ts';
import { credentialKey } from '../domain/credential.ts';
import { needsAttention } from '../domain/errors.ts';
import type { Revocation, Task, TaskStep } from '../domain/revocation.ts';
import { holdsDown } from '../revocation/cut.ts';
import { holdersOf } from '../revocation/holders.ts';
import { loadRevocation, loadTask } from '../revocation/load.ts';
import { settle } from '../revocation/settle.ts';
import { mustBeDead, type Removal, stayOf } from './removable.ts';
import type { RevokeDeps } from './revoke.ts';

const removed = 'removed';
const goneAlready = 'gone-already';
const heldByOthers = 'held-by-others';
const nothingToRemove = 'nothing-to-remove';
type Outcome =
  | typeof removed
  | typeof goneAlready
  | typeof heldByOthers
  | typeof nothingToRemove
  | NonNullable<Awaited<ReturnType<typeof stayOf>>>;

const deletions: ReadonlySet<Outcome> = new Set([removed, goneAlready]);

const record = ({ step, revocation }: Removal, outcome: Outcome, deps: RevokeDeps): Promise<void> => {
  const about = { revocationId: revocation.id, credential: credentialKey(step.credential) };
  if (outcome === removed) return deps.record({ ...about, type: 'deleted', once: 'deleted', data: {} });
  return deps.record({ ...about, type: 'skipped', once: `removal:${outcome}`, data: { reason: outcome } });
};

/**
 * Whether others hold it down, who delete it once it is their turn: so it is theirs alone from now on. Whoever lets go last has
 * nobody to leave it to.
 */
const isLeftToOthers = async ({ step, revocation }: Removal, deps: RevokeDeps): Promise<boolean> => {
  const { standing } = deps;
  const { own, ofDependents } = await holdersOf(step.credential, deps);
  const isOther = (id: string) => id !== revocation.id;
  // What hangs off it would be deleted with it, whether or not it is a step of ours.
  if (!own.some(isOther)) return ofDependents.some(isOther);
  if (!own.includes(revocation.id)) return true;
  const { remaining, original = {} } = await standing.release(step.credential, revocation.id);
  if (remaining.length > 0) return true;
  await standing.hold(step, revocation.id, original);
  return false;
};

/** The handle is forgotten last, so that a crash in between is done again. */
const removeStep = async (removal: Removal, deps: RevokeDeps): Promise<Outcome> => {
  const { step, revocation } = removal;
  const { credential } = step;
  if (await isLeftToOthers(removal, deps)) return heldByOthers;
  // What was refused was issued before.
  if (!holdsDown(step)) return nothingToRemove;
  // An earlier try has removed it.
  if ((await deps.standing.holders(credential)).length === 0) return goneAlready;
  const outcome = await revokerFor(deps.revokers, credential.kind).remove(credential);
  // A row on the denylist, a deny on a role: it goes on refusing, and the upkeep goes on renewing it.
  if (outcome !== removed) return outcome;
  await record(removal, outcome, deps);
  await deps.registry.forget(credential);
  await deps.standing.release(credential, revocation.id);
  await deps.standing.forget(credential);
  return removed;
};

const recordFailure = async (
  { step, revocation }: Removal,
  error: unknown,
  deps: RevokeDeps,
): Promise<never> => {
  if (needsAttention(error)) {
    const { code, message } = error;
    const about = { revocationId: revocation.id, credential: credentialKey(step.credential) };
    await deps.record({ ...about, type: 'failed', once: `removal:${message}`, data: { code, message } });
  }
  throw error;
};

/** Every step that can be removed now is marked before the first is: see `mustBeDead`. */
const begin = async (task: Task, revocation: Revocation, deps: RevokeDeps): Promise<Task> => {
  const steps: TaskStep[] = [];
  for (const step of task.steps) {
    const removal = { step, revocation };
    await mustBeDead(removal, deps).catch((error: unknown) => recordFailure(removal, error, deps));
    steps.push({ ...step, removing: true });
  }
  return deps.revocations.saveTask({ ...task, steps });
};

const removeSteps = async (task: Task, revocation: Revocation, deps: RevokeDeps): Promise<Outcome[]> => {
  const outcomes: Outcome[] = [];
  for (const step of task.steps.toReversed()) {
    const removal = { step, revocation };
    const outcome: Outcome = await removeStep(removal, deps).catch((error: unknown) =>
      recordFailure(removal, error, deps),
    );
    if (outcome !== removed) await record(removal, outcome, deps);
    outcomes.push(outcome);
  }
  return outcomes;
};

/** Why nothing of it was deleted, where nothing was. */
const reasonIn = (outcomes: readonly Outcome[]): Outcome | undefined =>
  outcomes.some((outcome) => deletions.has(outcome))
    ? undefined
    : (outcomes.find((outcome) => outcome !== nothingToRemove) ?? nothingToRemove);

/**
 * Deletes for good what one revocation held down, in reverse: what hangs off a user first. The user itself stays as long
 * as somebody else holds something on it. May be done twice.
 */
export const removeTask = async (
  message: { revocationId: string; principal: string },
  deps: RevokeDeps,
): Promise<void> => {
  const revocation = await loadRevocation(message.revocationId, deps.revocations);
  const task = await loadTask(message, deps.revocations);
  if (revocation.status !== 'removing' || task.status !== 'verified') return; // a duplicate
  const stay = await stayOf(task, revocation, deps);
  let current = task;
  let reason: Outcome | undefined = stay;
  if (stay) {
    for (const step of task.steps) await record({ step, revocation }, stay, deps);
  } else {
    current = await begin(task, revocation, deps);
    reason = reasonIn(await removeSteps(current, revocation, deps));
  }
  await deps.revocations.saveTask({ ...current, status: 'removed', ...(reason && { reason }) });
  await settle(revocation.id, deps);
};
