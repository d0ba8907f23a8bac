import type { Standing } from '../stores/standing.ts';
import { type LookUp, nothing } from './look-up.ts';

export interface StandingDeps {
  readonly standing: Pick<Standing, 'holders'>;
  /** ARNs of the roles of our own functions. */
  readonly ownRoles: readonly string[];
}

/** Somebody turned on, or made anew, what we hold down; or it concerns nobody whom we cut. */
export const standingLookUp =
  ({ standing, ownRoles }: StandingDeps): LookUp<'standing'> =>
  async (change, { actor }) => {
    // Our own disabling and restoring come back as events. Names of sessions can be chosen; roles cannot.
    if (actor !== undefined && ownRoles.includes(actor)) return nothing('our own doing');
    if (!change.credential) return nothing('names no credential');
    const holders = await standing.holders(change.credential);
    return holders.length > 0 ? { changes: [change] } : nothing('holds nothing that Cutoff revoked');
  };
