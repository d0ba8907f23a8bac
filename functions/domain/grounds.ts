import type { Change, ChangeKind } from './change.ts';
import { entitlementsIn, type OwnershipRules, ownersFor, type PrincipalFacts } from './ownership.ts';

/**
 * What a credential exists for: each of its owners, and for each of them every entitlement that it states. It stands as
 * long as one of these pairs does, so a grant that is held for two reasons survives the loss of one, and a shared key
 * lives until its last owner leaves.
 */
export interface Grounds {
  /** Subject keys. */
  readonly owners: readonly string[];
  /** Ids; empty where the credential states none. */
  readonly entitlements: readonly string[];
}

/** Everything that the person had: they are gone. */
const everything = '*';
/** What depends on no entitlement in particular. */
const inGeneral = '-';

/** `subjects`: keys of the person that it is asked for, who may own it by a link alone. */
export const groundsOf = (
  facts: PrincipalFacts,
  rules: OwnershipRules,
  subjects: ReadonlySet<string>,
): Grounds => ({ owners: ownersFor(subjects, facts, rules), entitlements: entitlementsIn(facts, rules) });

/** More than one thing keeps it alive, so that a single loss does not decide. */
export const isCounted = ({ owners, entitlements }: Grounds): boolean =>
  owners.length > 1 || entitlements.length > 0;

/** Whether the person is gone, however many of their names say so. */
export const isGone = (lost: ReadonlySet<string>): boolean => lost.has(everything);

/** `lost` says what an owner has lost so far. */
export const stands = (
  { owners, entitlements }: Grounds,
  lost: (owner: string) => ReadonlySet<string>,
): boolean => {
  const reasons = entitlements.length > 0 ? entitlements : [inGeneral];
  return owners.some((owner) => !isGone(lost(owner)) && reasons.some((reason) => !lost(owner).has(reason)));
};

const leaving: ReadonlySet<ChangeKind> = new Set([
  'deactivated',
  'suspended',
  'deleted',
  'application-retired',
]);

/** What its subject loses by a change, for as long as its revocation stands. Nothing where one credential is named. */
export const lossesBy = ({ change, credential, entitlement }: Change): readonly string[] => {
  if (credential) return [];
  if (entitlement) return entitlement.ends === 'access' ? [entitlement.id, inGeneral] : [entitlement.id];
  return leaving.has(change) ? [everything] : [];
};
