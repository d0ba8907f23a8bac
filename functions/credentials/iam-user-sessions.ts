import { unlessGone } from './aws-errors.ts';
import type { Inspection, Order } from './credential-revoker.ts';
import { deniedBeforeIn, denySessionsDocument, denySessionsName } from './deny-sessions-policy.ts';
import { denyBy } from './iam-user-deny-all.ts';
import type { IamUserPolicies } from './iam-user-policies.ts';

const level = 'control-plane';

const deniedBefore = async (policies: IamUserPolicies): Promise<string | undefined> => {
  const document = await policies.inline(denySessionsName);
  return document === undefined ? undefined : deniedBeforeIn(document);
};

const covers = (before: string | undefined, { cutoff }: Order): boolean =>
  before !== undefined && Date.parse(before) >= Date.parse(cutoff);

/**
 * Dead: no session from before the order's time is obeyed, by our inline policy or because AWSDenyAll is attached.
 * The long-term keys are not this step's business, though AWSDenyAll ends them too, which `observed` tells.
 */
export const inspectSessions = async (policies: IamUserPolicies, order: Order): Promise<Inspection> => {
  const attached = await unlessGone(policies.attached());
  if (!attached) {
    return { state: 'gone', level, observed: 'iam:ListAttachedUserPolicies NoSuchEntity', original: {} };
  }
  const before = await deniedBefore(policies);
  const everything = attached.includes(await policies.awsDenyAll());
  const inline = `iam:GetUserPolicy sessions denied before ${before ?? 'no time'}`;
  return {
    state: everything || covers(before, order) ? 'dead' : 'live',
    level,
    observed: everything
      ? `${inline}, iam:ListAttachedUserPolicies AWSDenyAll: the whole user is denied until an operator detaches it`
      : inline,
    original: {},
  };
};

/**
 * Denies the user's sessions from before the order's time. The time in the policy only ever grows.
 *
 * Where the user's inline policies are full, AWSDenyAll takes its place. That ends keys that nobody reported too: the
 * safe side. A deny of sessions is not held by the revocation, so no restore of ours takes AWSDenyAll away again: an
 * operator detaches it. One limit: where a revocation of the whole user attached it before, for the same want of
 * room, its restore detaches it, and sessions from before are obeyed again.
 */
export const denySessions = async (
  policies: IamUserPolicies,
  order: Order,
): Promise<'denied' | 'nothing-to-deny'> => {
  if (covers(await deniedBefore(policies), order)) return 'denied';
  return denyBy(policies, denySessionsName, denySessionsDocument(order.cutoff));
};
