import { isLimitExceeded, unlessGone } from './aws-errors.ts';
import type { Inspection, Original } from './credential-revoker.ts';
import { denyAllDocument, denyAllName, isDenyAll } from './deny-all-policy.ts';
import type { IamUserPolicies } from './iam-user-policies.ts';

const level = 'control-plane';

/** Dead: the user is denied everything, by our inline policy or by AWSDenyAll. */
export const inspectDenyAll = async (policies: IamUserPolicies): Promise<Inspection> => {
  const attached = await unlessGone(policies.attached());
  if (!attached) {
    return { state: 'gone', level, observed: 'iam:ListAttachedUserPolicies NoSuchEntity', original: {} };
  }
  const document = await policies.inline(denyAllName);
  const ours = document !== undefined && isDenyAll(document);
  const denyAllAttached = attached.includes(await policies.awsDenyAll());
  const inline = ours ? denyAllName : document === undefined ? 'none' : `another ${denyAllName}`;
  return {
    state: ours || denyAllAttached ? 'dead' : 'live',
    level,
    observed: `iam:GetUserPolicy ${inline}, iam:ListAttachedUserPolicies ${denyAllAttached ? 'AWSDenyAll' : 'no AWSDenyAll'}`,
    // Our own document is never "before us": nobody else writes it, so restore may always take it away.
    original: { denyAllAttached, ...(document !== undefined && !ours && { replacedPolicy: document }) },
  };
};

/**
 * All inline policies of a user share 2,048 characters ("IAM and AWS STS quotas", IAM User Guide); a user
 * without room gets AWSDenyAll instead. No room for that either is `limit-exceeded`.
 */
export const denyBy = async (
  policies: IamUserPolicies,
  name: string,
  document: string,
): Promise<'denied' | 'nothing-to-deny'> => {
  try {
    const put = policies.putInline(name, document);
    return (await unlessGone(put.then(() => 'denied' as const))) ?? 'nothing-to-deny';
  } catch (error) {
    if (!isLimitExceeded(error)) throw error;
    // Not-found is an error here: the user was there a moment ago, so it is the policy that is missing.
    await policies.attach(await policies.awsDenyAll());
    return 'denied';
  }
};

export const denyAll = (policies: IamUserPolicies): Promise<'denied' | 'nothing-to-deny'> =>
  denyBy(policies, denyAllName, denyAllDocument);

export const liftDenyAll = async (
  policies: IamUserPolicies,
  { denyAllAttached, replacedPolicy }: Original,
): Promise<void> => {
  const document = await policies.inline(denyAllName);
  if (document !== undefined && isDenyAll(document)) {
    const replaced = typeof replacedPolicy === 'string';
    // Policy or user gone meanwhile: there is nothing left of ours to take away.
    await unlessGone(
      replaced ? policies.putInline(denyAllName, replacedPolicy) : policies.deleteInline(denyAllName),
    );
  } else if (denyAllAttached !== true) {
    // Only where ours had no room did we attach this one; beside ours it is somebody else's, and stays.
    await unlessGone(policies.detach(await policies.awsDenyAll()));
  }
};
