import type { Verdict } from './assessment.ts';
import type { Change, ChangeKind } from './change.ts';
import { type Credential, credentialKey, dependentKinds } from './credential.ts';
import type { Subject } from './subject.ts';
import { type Action, type Cause, treatmentOf } from './treatment.ts';

/** One thing to do to one credential. */
export interface PlannedStep {
  readonly credential: Credential;
  readonly action: Action;
  readonly note?: string;
}

/** One principal with all that hangs off it, in the order in which it is cut. One queue message. */
export interface PlannedTask {
  readonly principal: Credential;
  readonly verdict: 'act' | 'held' | 'skipped';
  readonly reason?: string;
  readonly steps: readonly PlannedStep[];
  /** Several grounds keep it alive, so they are counted again when it is cut or restored. */
  readonly counted?: true;
  /** It exists for the entitlement that was lost, so all of it goes. */
  readonly statesIt?: true;
}

/** What a change causes. A dry run prints the object that a real run executes and records. */
export interface Plan {
  readonly revocationId: string;
  readonly change: ChangeKind;
  readonly subject: Subject;
  readonly tasks: readonly PlannedTask[];
}

export interface AssessedPrincipal {
  readonly principal: Credential;
  readonly dependents: readonly Credential[];
  readonly verdict: Verdict;
  readonly counted?: true;
  readonly statesIt?: true;
}

/** A principal's steps, or none where the change does not touch its kind. Pure: the same input, the same plan. */
export const planTask = (cause: Cause, assessed: AssessedPrincipal): PlannedTask | undefined => {
  const { principal, dependents, verdict, counted, statesIt } = assessed;
  if (verdict.verdict === 'unrelated') return undefined;
  const kinds = [principal.kind, ...dependentKinds[principal.kind]];
  const steps = treatmentOf(cause, statesIt)
    .filter((template) => kinds.includes(template.kind))
    .flatMap(({ kind, action, note }) =>
      [principal, ...dependents]
        .filter((credential) => credential.kind === kind)
        .map((credential) => ({ credential, action, ...(note && { note }) })),
    );
  if (steps.length === 0) return undefined;
  const reason = verdict.verdict === 'act' ? {} : { reason: verdict.reason };
  const marks = { ...(counted && { counted }), ...(statesIt && { statesIt }) };
  return { principal, verdict: verdict.verdict, ...reason, steps, ...marks };
};

/** Tasks in the order of their treatment, then by id, so that two runs print the same. */
export const planOf = (
  revocationId: string,
  change: Change,
  principals: readonly AssessedPrincipal[],
): Plan => {
  const order = treatmentOf(change, change.entitlement !== undefined).map((template) => template.kind);
  const rank = (task: PlannedTask) => order.indexOf(task.principal.kind);
  const byKey = (a: PlannedTask, b: PlannedTask) =>
    credentialKey(a.principal).localeCompare(credentialKey(b.principal), 'en');
  const tasks = principals
    .map((assessed) => planTask(change, assessed))
    .filter((task): task is PlannedTask => task !== undefined)
    .sort((a, b) => rank(a) - rank(b) || byKey(a, b));
  return { revocationId, change: change.change, subject: change.subject, tasks };
};
