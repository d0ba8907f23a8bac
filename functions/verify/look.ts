import type { Inspection, Order } from '../credentials/credential-revoker.ts';
import { revokerFor } from '../credentials/revoker-for.ts';
import { credentialKey } from '../domain/credential.ts';
import { problemOf } from '../domain/errors.ts';
import { isProven, type Observation, withObservation } from '../domain/evidence.ts';
import { isCarriedOut, type Revocation, type Task, type TaskStep } from '../domain/revocation.ts';
import { type DeniedBefore, isFinal, sessionsDeniedBefore, withRaisedDeny } from '../domain/session-deny.ts';
import { orderOf } from '../revocation/cut.ts';
import { withNewcomers } from '../revocation/newcomers.ts';
import { tooLong, within } from '../shared/deadline.ts';
import type { VerifyDeps } from './verify.ts';

/** For the audit: nothing of it is secret. */
export interface SignOfLife extends Observation {
  readonly credential: string;
}

/** What one look at a task has shown. */
export interface Look {
  /** Every step, those of newcomers included: `planned` where something lives, `verified` where it is proven. */
  readonly steps: readonly TaskStep[];
  /** Steps whose proof is complete since this very look. */
  readonly proven: readonly TaskStep[];
  /** A deny of sessions has to reach further than it does: its step is `planned` again, and nothing lives. */
  readonly raised: boolean;
  /** What showed that something lives. */
  readonly signsOfLife: readonly SignOfLife[];
  /** What could not be seen, and why. Such a look proves nothing and refutes nothing. */
  readonly problems: readonly string[];
}

interface Seen {
  readonly before: TaskStep;
  readonly after: TaskStep;
  readonly sign?: SignOfLife;
  readonly problem?: string;
}

/** A provider that hangs must not take the function's whole time, and with it what the others showed. */
const lookMilliseconds = 20_000;

const observationOf = (inspection: Inspection, { now }: VerifyDeps): Observation => {
  const { at = now().toISOString(), level, state, observed } = inspection;
  return { at, level, state, observed };
};

/** What is stored, and, where that is to be dead and the kind can try it, whether a real attempt is refused. */
const observe = async (
  { credential, state, looks }: TaskStep,
  order: Order,
  deps: VerifyDeps,
): Promise<Observation[]> => {
  const revoker = revokerFor(deps.revokers, credential.kind);
  const stored = observationOf(await revoker.inspect(credential, order), deps);
  if (stored.state !== 'dead' || state !== 'revoked') return [stored];
  const tried = await revoker.probe?.(credential, order);
  if (!tried) return [stored];
  const attempt = observationOf(tried, deps);
  // One that served others before this was first seen dead says nothing about a time at which it was.
  const since = looks[0]?.at ?? stored.at;
  return attempt.state === 'live' || attempt.at >= since ? [stored, attempt] : [stored];
};

const lookAtStep = async (step: TaskStep, revocation: Revocation, deps: VerifyDeps): Promise<Seen> => {
  try {
    const look = observe(step, orderOf(revocation, step), deps);
    const observations = await within(lookMilliseconds, look, tooLong('the look'));
    const live = observations.find(({ state }) => state === 'live');
    if (live) {
      const sign = { credential: credentialKey(step.credential), ...live };
      return { before: step, after: { ...step, state: 'planned', looks: [] }, sign };
    }
    if (step.state === 'verified') return { before: step, after: step };
    return { before: step, after: { ...step, looks: observations.reduce(withObservation, step.looks) } };
  } catch (error) {
    return { before: step, after: step, problem: problemOf(error) };
  }
};

interface Proof {
  /** This look saw everything, also a list without newcomers, and no cache may let in what it saw dead. */
  readonly holds: boolean;
  readonly deniedBefore: DeniedBefore;
}

const withProof = ({ after, problem }: Seen, proof: Proof, deps: VerifyDeps): TaskStep => {
  if (after.state !== 'revoked' || problem || !proof.holds || !isFinal(after, proof.deniedBefore))
    return after;
  const { requiredEvidence } = revokerFor(deps.revokers, after.credential.kind);
  const proven = isProven(after.looks, requiredEvidence, deps.settings.consistencyWindowSeconds);
  return proven ? { ...after, state: 'verified' } : after;
};

/** Sessions of a role were begun by principals that have tasks of their own. */
const mintersOf = async (
  { principal, revocationId }: Task,
  own: readonly TaskStep[],
  { revocations }: VerifyDeps,
): Promise<readonly TaskStep[]> => {
  if (principal.kind !== 'iam-assumed-session') return own;
  const tasks = await revocations.tasks(revocationId);
  return tasks.filter(({ status }) => isCarriedOut(status)).flatMap(({ steps }) => steps);
};

/**
 * A request that was decided just before its row was written may have left its answer in a cache just after that was emptied
 * for the row. The last look comes a consistency window after the first, which is longer than the authorizer runs
 * (`infra/contradictions.ts`): whatever is in a cache after that look was decided with the row in sight. Answers what kept
 * a cache from being emptied: then nothing is proven, though what is seen to live is alive all the same.
 */
const emptyCachesOf = async (task: Task, { revokers, emptyCaches }: VerifyDeps): Promise<string[]> => {
  const isConcerned = task.steps.some(
    ({ credential }) => revokerFor(revokers, credential.kind).readsDenylist,
  );
  if (!emptyCaches || !isConcerned) return [];
  return emptyCaches().then(
    () => [],
    (error: unknown) => [problemOf(error)],
  );
};

/** Looks at every credential of a task and lists again what hangs off its principal. */
export const lookAt = async (task: Task, revocation: Revocation, deps: VerifyDeps): Promise<Look> => {
  const cached = await emptyCachesOf(task, deps);
  const listing = await withNewcomers(task, revocation, deps).then(
    ({ steps }) => ({ steps, problems: [] }),
    (error: unknown) => ({ steps: task.steps, problems: [problemOf(error)] }),
  );
  const seen = await Promise.all(listing.steps.map((step) => lookAtStep(step, revocation, deps)));
  const listed = listing.steps.length === task.steps.length && listing.problems.length === 0;
  const own = seen.map(({ after }) => after);
  const deniedBefore = sessionsDeniedBefore(
    await mintersOf(task, own, deps),
    deps.settings.consistencyWindowSeconds,
  );
  const proof = { holds: listed && cached.length === 0, deniedBefore };
  const judged = seen.map((one) => ({ before: one.before, after: withProof(one, proof, deps) }));
  const steps = judged.map(({ after }) => after);
  return {
    ...withRaisedDeny(steps, deniedBefore, deps.now()),
    proven: judged
      .filter(({ before, after }) => after.state === 'verified' && before.state !== 'verified')
      .map(({ after }) => after),
    signsOfLife: seen.flatMap(({ sign }) => sign ?? []),
    problems: [...listing.problems, ...seen.flatMap(({ problem }) => problem ?? []), ...cached],
  };
};
