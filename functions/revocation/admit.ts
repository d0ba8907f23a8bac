import { type Change, revocationIdOf } from '../domain/change.ts';
import { cutoffOf } from '../domain/cutoff.ts';
import { InvalidInput } from '../domain/errors.ts';
import { isTakenBack, type Revocation } from '../domain/revocation.ts';
import { identify } from '../identity/identify.ts';
import { contain } from './contain.ts';
import type { AdmitDeps } from './deps.ts';
import { type Stop, stopFor } from './gates.ts';
import { noteSuspension } from './return.ts';
import { takeBackRest } from './take-back.ts';

export interface Admission {
  readonly revocationId: string;
  readonly status: Revocation['status'];
  readonly cutoff: string;
  readonly reason?: string;
}

const stop = async (
  revocation: Revocation,
  { status, reason, restored }: Stop,
  deps: AdmitDeps,
): Promise<void> => {
  const { change, cutoff } = revocation;
  const data = { ...change, cutoff, reason, because: change.reason, ...(restored && { restored }) };
  await deps.record({ type: status, revocationId: revocation.id, once: `${status}:${reason}`, data });
  await deps.revocations.move(revocation, { status, reason });
};

/** What the settings say that the loss of an entitlement ends. */
const withEnds = (change: Change, { entitlements }: Pick<AdmitDeps, 'entitlements'>): Change => {
  const { entitlement } = change;
  const ends = entitlements.find(({ id }) => id === entitlement?.id)?.ends;
  return entitlement && ends ? { ...change, entitlement: { ...entitlement, ends } } : change;
};

/** The change with all that is known of its subject and of what it lost: what a plan is made of. */
export const informed = async (
  change: Change,
  deps: Pick<AdmitDeps, 'links' | 'entitlements'>,
): Promise<Change> => withEnds(await identify(change, deps.links), deps);

/** The id is made of the event's own words, so that what is learnt about a subject later does not change it. */
const received = async (change: Change, deps: AdmitDeps): Promise<Revocation> => {
  const settings = deps.sources[change.source];
  if (!settings) throw new InvalidInput('source', `${change.source} has no settings`);
  const cutoff = cutoffOf(change.occurredAt, deps.now());
  const about = await informed(change, deps);
  const { aliases: told } = change;
  const id = revocationIdOf(change);
  return { id, change: about, told, mode: settings.mode, status: 'received', cutoff };
};

/** Lets one change in. The same change again returns what became of it and does nothing more. */
export const admit = async (change: Change, deps: AdmitDeps): Promise<Admission> => {
  const revocation = await deps.revocations.open(await received(change, deps));
  if (revocation.status === 'received') {
    // Before it is decided whether it is carried out now: a held one may be approved, and a return may come at this
    // very moment.
    if (change.change === 'suspended') await noteSuspension(revocation.change, revocation.id, deps);
    const stopped = await stopFor(revocation, deps);
    if (stopped) await stop(revocation, stopped, deps);
    else await contain(revocation, deps);
  }
  // Taken back while another delivery of the event was containing it: what that one left behind comes back too.
  if (isTakenBack(revocation)) await takeBackRest(revocation, deps);
  const { id, status, cutoff, reason } = (await deps.revocations.get(revocation.id)) ?? revocation;
  return { revocationId: id, status, cutoff, ...(reason && { reason }) };
};
