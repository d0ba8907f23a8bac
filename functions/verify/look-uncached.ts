import { credentialKey } from '../domain/credential.ts';
import { problemOf } from '../domain/errors.ts';
import type { Revocation, Task } from '../domain/revocation.ts';
import { readsDenylist } from '../enforcement/exposure.ts';
import { type Look, lookAt } from './look.ts';
import type { VerifyDeps } from './verify.ts';

/** Nothing is proven while a cache may still let it in; what was seen to live is alive all the same. */
const provingNothing = (look: Look, problem: string): Look => {
  const held = new Set(look.proven.map(({ credential }) => credentialKey(credential)));
  return {
    ...look,
    steps: look.steps.map((step) =>
      held.has(credentialKey(step.credential)) ? { ...step, state: 'revoked' } : step,
    ),
    proven: [],
    problems: [...look.problems, problem],
  };
};

/**
 * A look at a task, with the caches of the authorizer's answers emptied before it where the task has to do with them.
 * A request that was decided just before its row was written may have left its answer in a cache just after they were
 * emptied for the row. The last look comes a consistency window after the first, which is longer than the authorizer
 * runs (`infra/contradictions.ts`): whatever is in a cache after that look was decided with the row in sight.
 */
export const lookUncached = async (task: Task, revocation: Revocation, deps: VerifyDeps): Promise<Look> => {
  const { emptyCaches } = deps;
  if (!emptyCaches || !task.steps.some(({ credential }) => readsDenylist(credential))) {
    return lookAt(task, revocation, deps);
  }
  const problem = await emptyCaches().then(() => undefined, problemOf);
  const look = await lookAt(task, revocation, deps);
  return problem === undefined ? look : provingNothing(look, problem);
};
