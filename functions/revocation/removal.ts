import { credentialKey } from '../domain/credential.ts';
import { InvalidInput } from '../domain/errors.ts';
import { isSettled, type Revocation } from '../domain/revocation.ts';
import { taskMessage, type WorkQueue } from '../shared/queues.ts';
import { loadRevocation } from './load.ts';
import { type SettleDeps, settle } from './settle.ts';

export interface RemovalDeps extends SettleDeps {
  readonly work: WorkQueue;
  /** Days between the proof and a removal, and whether there may be one. */
  readonly hold: { readonly days: number; readonly removal: boolean };
}

const day = 86_400_000;

/** Only what was proven dead, and has been so for the whole hold period: until then a restore can still undo it. */
const mustBeOver = ({ status, provenAt }: Revocation, { hold, now }: RemovalDeps): void => {
  if (!hold.removal) throw new InvalidInput('request.remove', 'is not allowed: the setting removal is off');
  if (status === 'removing') return; // asked for again
  if (status !== 'verified' || provenAt === undefined) {
    throw new InvalidInput('request.remove', `is ${status}: only what is verified can be removed`);
  }
  const until = Date.parse(provenAt) + hold.days * day;
  if (now().getTime() >= until) return;
  throw new InvalidInput('request.remove', `is in its hold period until ${new Date(until).toISOString()}`);
};

/**
 * Begins to delete for good what one revocation cut. The work goes through the same queues. Throws `InvalidInput` where it may
 * not be removed, or not yet.
 */
export const beginRemoval = async (
  { revocationId, reason }: { readonly revocationId: string; readonly reason: string },
  deps: RemovalDeps,
) => {
  const { revocations, record, work } = deps;
  const revocation = await loadRevocation(revocationId, revocations);
  mustBeOver(revocation, deps);
  const tasks = await revocations.tasks(revocationId);
  if (!tasks.every(({ status }) => isSettled(status))) {
    throw new InvalidInput(
      'request.remove',
      'has tasks that are not proven: something of it was alive again',
    );
  }
  await record({ type: 'planned', revocationId, once: 'remove', data: { remove: reason } });
  if (revocation.status !== 'removing') await revocations.move(revocation, { status: 'removing' });
  const proven = tasks.filter(({ status }) => status === 'verified');
  await work.send(proven.map((task) => taskMessage('remove', task)));
  await settle(revocationId, deps); // where an earlier try did all of it
  return {
    revocationId,
    status: 'removing' as const,
    credentials: proven.map(({ principal }) => credentialKey(principal)),
  };
};
