import { revokerFor } from '../credentials/revoker-for.ts';
import type { HeldReason } from '../domain/assessment.ts';
import type { Credential } from '../domain/credential.ts';
import type { PrincipalFacts } from '../domain/ownership.ts';
import type { AssessedPrincipal, PlannedTask } from '../domain/plan.ts';
import { isProtectedPrincipal } from '../domain/protection.ts';
import { isCarriedOut, type Task } from '../domain/revocation.ts';
import type { ContainDeps } from './deps.ts';

/** Who may have begun sessions of roles: one leaked key, or an IAM user with all of its keys. */
export interface Assumer {
  readonly principal: Credential;
  readonly statesIt?: true;
}

type Cut = Pick<PlannedTask, 'principal' | 'statesIt'> & {
  readonly steps: readonly Pick<PlannedTask['steps'][number], 'credential' | 'action'>[];
};

const assumersIn = ({ principal, steps, statesIt }: Cut): Assumer[] => {
  if (principal.kind !== 'iam-user') return [];
  const whole = steps.some(({ action }) => action === 'deny-all');
  const keys = steps.map(({ credential }) => credential).filter(({ kind }) => kind === 'iam-access-key');
  return (whole ? [principal] : keys).map((one) => ({ principal: one, ...(statesIt && { statesIt }) }));
};

/** Of tasks that are cut; what is held goes on, and so does what it assumed. */
export const assumersAmong = (tasks: readonly Task[]): Assumer[] =>
  tasks.filter(({ status }) => isCarriedOut(status)).flatMap(assumersIn);

/** The same of a plan. */
export const assumersPlanned = (tasks: readonly PlannedTask[]): Assumer[] =>
  tasks.filter(({ verdict }) => verdict === 'act').flatMap(assumersIn);

type AssumedDeps = Pick<ContainDeps, 'revokers' | 'rules' | 'home'>;

/** What CloudTrail tells of a role is its name; whether it is protected, the role itself does. */
const holdFor = async (
  credential: Credential,
  { doubt }: PrincipalFacts,
  { revokers, rules, home }: AssumedDeps,
): Promise<HeldReason | undefined> => {
  if (credential.account !== home.account) return 'foreign-account';
  const facts = await revokerFor(revokers, credential.kind).describe(credential);
  return facts && isProtectedPrincipal(facts, rules.protection) ? 'protected-principal' : doubt;
};

/**
 * Sessions of roles that one principal of a revocation began: they obey the role's policies, so no deny on the user ends
 * them. Whatever they are called, it was this principal, so no owner is compared. A role of another account cannot be
 * reached from here, and waits for a human.
 */
export async function* assumedBy(
  { principal, statesIt }: Assumer,
  deps: AssumedDeps,
): AsyncGenerator<AssessedPrincipal> {
  const revoker = revokerFor(deps.revokers, 'iam-assumed-session');
  for await (const { credential, facts } of revoker.discover({ for: 'principal', principal })) {
    const reason = await holdFor(credential, facts, deps);
    yield {
      principal: credential,
      dependents: [],
      verdict: reason ? { verdict: 'held', reason } : { verdict: 'act' },
      ...(statesIt && { statesIt }),
    };
  }
}
