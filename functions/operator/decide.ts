import { InvalidInput } from '../domain/errors.ts';
import { type Discovery, isWaiting, type Revocation, type Task } from '../domain/revocation.ts';
import { informed } from '../revocation/admit.ts';
import { contain } from '../revocation/contain.ts';
import { isSuperseded } from '../revocation/gates.ts';
import { loadRevocation, loadTask } from '../revocation/load.ts';
import { settle } from '../revocation/settle.ts';
import { taskMessage } from '../shared/queues.ts';
import type { OperatorDeps } from './operator.ts';
import type { ApproveRequest, RejectRequest } from './request.ts';

interface Decision {
  readonly revocationId: string;
  readonly credential: string | undefined;
  readonly reason: string;
}

interface Decided {
  readonly revocationId: string;
  readonly credential?: string;
  readonly status: string;
}

const mustBeHeld = (held: Revocation | Task, field: string): void => {
  if (isWaiting(held)) return;
  throw new InvalidInput(field, `is ${held.status}, so there is nothing to decide`);
};

/** Sessions of roles were not looked for as long as the user was only held: the whole is not proven before they are. */
const assumedWith = ({ principal, revocationId }: Task, { revokers }: OperatorDeps): Discovery[] => {
  const kind = 'iam-assumed-session';
  const isLookedFor = principal.kind === 'iam-user' && revokers[kind].isConfigured;
  return isLookedFor ? [{ revocationId, kind, done: false }] : [];
};

const approveTask = async (
  decision: Decision & { credential: string },
  deps: OperatorDeps,
): Promise<Decided> => {
  const { revocationId, credential, reason } = decision;
  const { status } = await loadRevocation(revocationId, deps.revocations);
  // Cutting a part of what was observed or rejected as a whole would leave something that no restore undoes.
  if (status !== 'contained') {
    throw new InvalidInput(
      'request.approve',
      `is ${status}: a part of it can be approved only once it is contained`,
    );
  }
  const task = await loadTask({ revocationId, principal: credential }, deps.revocations);
  mustBeHeld(task, 'request.credential');
  if (task.reason === 'foreign-account') {
    throw new InvalidInput('request.credential', 'is in another account: end it there, then reject');
  }
  await deps.record({
    type: 'planned',
    revocationId,
    credential,
    once: 'approved',
    data: { approved: reason },
  });
  // An operator's word: what it says of itself is what was doubted, so nothing is counted any more.
  const { counted: _, ...decided } = task;
  const discoveries = assumedWith(task, deps);
  for (const discovery of discoveries) await deps.revocations.saveDiscovery(discovery);
  await deps.revocations.saveTask({ ...decided, status: 'pending' });
  // The task denies first, like every other; nothing else is waiting in front of an approved one.
  await deps.work.send([taskMessage('revoke', task)]);
  await deps.work.send(
    discoveries.map(({ kind }) => ({ type: 'discover', revocationId, kind, again: false })),
  );
  return { revocationId, credential, status: 'pending' };
};

const approveAll = async ({ revocationId, reason }: Decision, deps: OperatorDeps): Promise<Decided> => {
  const revocation = await loadRevocation(revocationId, deps.revocations);
  // An earlier approval that broke half-way is taken up again.
  if (revocation.status !== 'received') mustBeHeld(revocation, 'request.approve');
  const { byHand } = revocation.change;
  if (byHand) {
    throw new InvalidInput(
      'request.approve',
      `is ${byHand}: Cutoff cannot do it; do it by hand, then reject`,
    );
  }
  // As the link table is now: a wrong link may have been cut since, and a missing one made.
  const { told = revocation.change.aliases } = revocation;
  const change = await informed({ ...revocation.change, aliases: told }, deps);
  if (change.byHand) throw new InvalidInput('request.approve', `is ${change.byHand} by now`);
  if (await isSuperseded(change, deps)) {
    throw new InvalidInput('request.approve', 'is older than a return: reject it, or revoke by hand');
  }
  await deps.record({ type: 'planned', revocationId, once: 'approved', data: { approved: reason } });
  // The cutoff stays what it was when the event came in.
  const enforced = await deps.revocations.move(revocation, { status: 'received', mode: 'enforce', change });
  await contain(enforced, deps);
  return { revocationId, status: 'contained' };
};

/** Lets a held or observed revocation go on, or one held credential of it. */
export const approve = (
  { approve: revocationId, credential, reason }: ApproveRequest,
  deps: OperatorDeps,
): Promise<Decided> =>
  credential
    ? approveTask({ revocationId, credential, reason }, deps)
    : approveAll({ revocationId, credential, reason }, deps);

/** Ends a held or observed revocation, or one held credential of it, without touching anything. */
export const reject = async (
  { reject: revocationId, credential, reason }: RejectRequest,
  deps: OperatorDeps,
): Promise<Decided> => {
  const { revocations, record } = deps;
  const about = { type: 'skipped', revocationId, once: 'rejected', data: { rejected: reason } } as const;
  if (!credential) {
    const revocation = await loadRevocation(revocationId, revocations);
    mustBeHeld(revocation, 'request.reject');
    await record(about);
    await revocations.move(revocation, { status: 'rejected', reason });
    // What was only observed waits for nobody any more.
    for (const task of await revocations.tasks(revocationId)) {
      if (isWaiting(task)) await revocations.saveTask({ ...task, status: 'rejected' });
    }
    return { revocationId, status: 'rejected' };
  }
  const task = await loadTask({ revocationId, principal: credential }, revocations);
  mustBeHeld(task, 'request.credential');
  await record({ ...about, credential });
  await revocations.saveTask({ ...task, status: 'rejected' });
  await settle(revocationId, deps);
  return { revocationId, credential, status: 'rejected' };
};
