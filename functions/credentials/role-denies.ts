import type { Inspection, Order } from './credential-revoker.ts';
import { deniedBefore, denyOlderDocument, denyOlderName, type Holder } from './role-deny-policy.ts';
import type { RolePolicies } from './role-policies.ts';

const level = 'control-plane';

export const goneRole: Inspection = {
  state: 'gone',
  level,
  observed: 'iam:GetRole NoSuchEntity',
  original: {},
};

const readBefore = async (
  policies: RolePolicies,
  roleId: string,
  holder?: Holder,
): Promise<string | undefined> => {
  const document = await policies.inline(denyOlderName(holder));
  return document === undefined ? undefined : deniedBefore(document, roleId, holder);
};

const covers = (before: string | undefined, { cutoff }: Order): boolean =>
  before !== undefined && Date.parse(before) >= Date.parse(cutoff);

/** Dead: nothing of the holder that began before the order's time is obeyed. */
export const inspectOlder = async (
  policies: RolePolicies,
  order: Order,
  holder?: Holder,
): Promise<Inspection> => {
  const role = await policies.read();
  if (!role) return goneRole;
  const before = await readBefore(policies, role.id, holder);
  return {
    state: covers(before, order) ? 'dead' : 'live',
    level,
    observed: `iam:GetRolePolicy ${denyOlderName(holder)} denies before ${before ?? 'no time'}`,
    // Nothing is held down, so there is nothing to go back to.
    original: {},
  };
};

/** The time in the policy only ever grows. */
export const denyOlder = async (
  policies: RolePolicies,
  order: Order,
  holder?: Holder,
): Promise<'denied' | 'nothing-to-deny'> => {
  const role = await policies.read();
  if (!role) return 'nothing-to-deny';
  if (covers(await readBefore(policies, role.id, holder), order)) return 'denied';
  return policies.deny(denyOlderName(holder), denyOlderDocument(order.cutoff, role.id, holder));
};
