import { CutoffError } from '../domain/errors.ts';
import { isLimitExceeded, unlessGone } from './aws-errors.ts';
import type { Inspection, Order } from './credential-revoker.ts';
import { deniedBeforeIn, denySessionsDocument, denySessionsName } from './deny-sessions-policy.ts';
import type { IamUserPolicies } from './iam-user-policies.ts';

const level = 'control-plane';

const deniedBefore = async (policies: IamUserPolicies): Promise<string | undefined> => {
  const document = await policies.inline(denySessionsName);
  return document === undefined ? undefined : deniedBeforeIn(document);
};

const covers = (before: string | undefined, { cutoff }: Order): boolean =>
  before !== undefined && Date.parse(before) >= Date.parse(cutoff);

/** Dead: no session from before the order's time is obeyed. The long-term keys are not this step's business. */
export const inspectSessions = async (policies: IamUserPolicies, order: Order): Promise<Inspection> => {
  const attached = await unlessGone(policies.attached());
  if (!attached) {
    return { state: 'gone', level, observed: 'iam:ListAttachedUserPolicies NoSuchEntity', original: {} };
  }
  const before = await deniedBefore(policies);
  const observed = `iam:GetUserPolicy sessions denied before ${before ?? 'no time'}`;
  return { state: covers(before, order) ? 'dead' : 'live', level, observed, original: {} };
};

/**
 * Denies the user's sessions from before the order's time. The time in the policy only ever grows. There is no other
 * place for it where the user's inline policies are full: AWSDenyAll would end keys that nobody reported, so that is
 * `limit-exceeded`, and a human decides whether the whole user goes.
 */
export const denySessions = async (
  policies: IamUserPolicies,
  order: Order,
): Promise<'denied' | 'nothing-to-deny'> => {
  if (covers(await deniedBefore(policies), order)) return 'denied';
  const put = policies.putInline(denySessionsName, denySessionsDocument(order.cutoff));
  try {
    return (await unlessGone(put.then(() => 'denied' as const))) ?? 'nothing-to-deny';
  } catch (error) {
    if (!isLimitExceeded(error)) throw error;
    throw new CutoffError('iam:PutUserPolicy: no room for a deny of sessions; revoke the user as a whole', {
      code: 'limit-exceeded',
      retryable: false,
      cause: error,
    });
  }
};
