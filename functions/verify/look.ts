import { revokerFor } from '../credentials/revoker-for.ts';
import { codeOf } from '../domain/errors.ts';
import { isProven, type Observation, withObservation } from '../domain/evidence.ts';
import { isCarriedOut, type Revocation, type Task, type TaskStep } from '../domain/revocation.ts';
import { type DeniedBefore, isFinal, sessionsDeniedBefore, withRaisedDeny } from '../domain/session-deny.ts';
import { orderOf } from '../revocation/cut.ts';
import { withNewcomers } from '../revocation/newcomers.ts';
import { tooLong, within } from '../shared/deadline.ts';
import type { VerifyDeps } from './verify.ts';

/** What one look at a task has shown. */
export interface Look {
  /** Every step, those of newcomers included: `planned` where something lives, `verified` where it is proven. */
  readonly steps: readonly TaskStep[];
  /** Steps whose proof is complete since this very look. */
  readonly proven: readonly TaskStep[];
  /** A deny of sessions has to reach further than it does: its step is `planned` again, and nothing lives. */
  readonly raised: boolean;
  /** Codes of what could not be seen. Such a look proves nothing and refutes nothing. */
  readonly problems: readonly string[];
}

interface Seen {
  readonly before: TaskStep;
  readonly after: TaskStep;
  readonly problem?: string;
}

/** A provider that hangs must not take the function's whole time, and with it what the others showed. */
const lookMilliseconds = 20_000;

const lookAtStep = async (step: TaskStep, revocation: Revocation, deps: VerifyDeps): Promise<Seen> => {
  try {
    const revoker = revokerFor(deps.revokers, step.credential.kind);
    const look = revoker.inspect(step.credential, orderOf(revocation, step));
    const { state, level, observed } = await within(lookMilliseconds, look, tooLong('the look'));
    if (state === 'live') return { before: step, after: { ...step, state: 'planned', looks: [] } };
    if (step.state === 'verified') return { before: step, after: step };
    const observation: Observation = { at: deps.now().toISOString(), level, state, observed };
    return { before: step, after: { ...step, looks: withObservation(step.looks, observation) } };
  } catch (error) {
    return { before: step, after: step, problem: codeOf(error) };
  }
};

interface Proof {
  /** This look saw everything: also a list without newcomers. */
  readonly listed: boolean;
  readonly deniedBefore: DeniedBefore;
}

const withProof = ({ after, problem }: Seen, proof: Proof, deps: VerifyDeps): TaskStep => {
  if (after.state !== 'revoked' || problem || !proof.listed || !isFinal(after, proof.deniedBefore))
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

/** Looks at every credential of a task and lists again what hangs off its principal. */
export const lookAt = async (task: Task, revocation: Revocation, deps: VerifyDeps): Promise<Look> => {
  const listing = await withNewcomers(task, revocation, deps).then(
    ({ steps }) => ({ steps, problems: [] }),
    (error: unknown) => ({ steps: task.steps, problems: [codeOf(error)] }),
  );
  const seen = await Promise.all(listing.steps.map((step) => lookAtStep(step, revocation, deps)));
  const listed = listing.steps.length === task.steps.length && listing.problems.length === 0;
  const own = seen.map(({ after }) => after);
  const deniedBefore = sessionsDeniedBefore(
    await mintersOf(task, own, deps),
    deps.settings.consistencyWindowSeconds,
  );
  const proof = { listed, deniedBefore };
  const judged = seen.map((one) => ({ before: one.before, after: withProof(one, proof, deps) }));
  const steps = judged.map(({ after }) => after);
  return {
    ...withRaisedDeny(steps, deniedBefore, deps.now()),
    proven: judged
      .filter(({ before, after }) => after.state === 'verified' && before.state !== 'verified')
      .map(({ after }) => after),
    problems: [...listing.problems, ...seen.flatMap(({ problem }) => problem ?? [])],
  };
};
