import { credentialKey } from '../domain/credential.ts';
import { planTask } from '../domain/plan.ts';
import type { Revocation, Task, TaskStep } from '../domain/revocation.ts';
import { dependentsOf } from './dependents.ts';
import type { ContainDeps } from './deps.ts';

/** The re-list: whoever still had a session may have made a key in the seconds before the deny took hold. */
export const withNewcomers = async (
  task: Task,
  revocation: Revocation,
  deps: Pick<ContainDeps, 'revokers'>,
): Promise<Task> => {
  // One key is concerned: its user's next key is likely the one that replaces it.
  if (revocation.change.credential?.kind === 'iam-access-key') return task;
  const known = new Set(task.steps.map((step) => credentialKey(step.credential)));
  const dependents = (await dependentsOf(task.principal, deps)).filter(
    (credential) => !known.has(credentialKey(credential)),
  );
  if (dependents.length === 0) return task;
  const planned = planTask(revocation.change, {
    principal: task.principal,
    dependents,
    verdict: { verdict: 'act' },
    ...(task.statesIt && { statesIt: task.statesIt }),
  });
  const newSteps = (planned?.steps ?? [])
    .filter((step) => !known.has(credentialKey(step.credential)))
    .map(
      ({ credential, action }): TaskStep => ({
        credential,
        action,
        state: 'planned',
        newcomer: true,
        looks: [],
      }),
    );
  return { ...task, steps: [...task.steps, ...newSteps] };
};
