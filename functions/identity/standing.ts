import type { Revokers } from '../credentials/credential-revoker.ts';
import { holdersOf } from '../revocation/holders.ts';
import type { Standing } from '../stores/standing.ts';
import { type LookUp, nothing } from './look-up.ts';

export interface StandingDeps {
  readonly standing: Pick<Standing, 'holders'>;
  readonly revokers: Revokers;
  /** ARNs of the roles of our own functions. */
  readonly ownRoles: readonly string[];
}

/** Somebody turned on, or made anew, what we hold down; or it concerns nobody whom we cut. */
export const standingLookUp =
  ({ ownRoles, ...deps }: StandingDeps): LookUp<'standing'> =>
  async (change, { actor }) => {
    // Our own disabling and restoring come back as events. Names of sessions can be chosen; roles cannot.
    if (actor !== undefined && ownRoles.includes(actor)) return nothing('our own doing');
    if (!change.credential) return nothing('names no credential');
    const { own, ofDependents } = await holdersOf(change.credential, deps);
    return own.length + ofDependents.length > 0
      ? { changes: [change] }
      : nothing('holds nothing that Cutoff revoked');
  };
