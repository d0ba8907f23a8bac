import type { IdentityCenterAssignment } from '../domain/credential.ts';
import type { PrincipalFacts } from '../domain/ownership.ts';
import type { Place } from '../shared/aws-clients.ts';
import type { CredentialRevoker, Found, Inspection, Original, Search } from './credential-revoker.ts';
import { AccountAssignments, type Assigned } from './identity-center-account-assignments.ts';
import {
  configured,
  type IdentityCenterDependencies,
  type IdentityCenterInstance,
  instanceOf,
} from './identity-center-instance.ts';
import { IdentityCenterUsers, nameOf } from './identity-center-users.ts';

const level = 'control-plane';

/**
 * An account assignment that a user of Identity Center has directly. Deleting it ends what can be signed in to; a
 * session of its role that is there already goes on for as long as the permission set lets it ("Revoke active IAM role
 * sessions created by permission sets", IAM Identity Center User Guide, of which this is the step that stops new ones).
 *
 * Deleting and creating are asynchronous, and another change of the same assignment is a conflict, to be tried again
 * ("DeleteAccountAssignment", "DescribeAccountAssignmentDeletionStatus", IAM Identity Center API Reference). The status
 * is not polled: the listing is the proof, and shows a failure as `live`. A deletion by others cannot be told from
 * ours, so it is `dead` like ours; `gone` is an assignment whose user is.
 *
 * A listing by principal "must be called from the management account" ("ListAccountAssignmentsForPrincipal").
 * Assumption: a delegated administrator may too; where not, it is an `access-denied` that names it. Assignments to the
 * management account itself need more than is granted here: see `infra/constructs/identity-center.ts`.
 *
 * `original`: `{ assigned: boolean }`.
 */
export class IdentityCenterAssignmentRevoker implements CredentialRevoker<IdentityCenterAssignment> {
  readonly kind = 'identity-center-assignment';
  readonly requiredEvidence = [level] as const;
  readonly denyKeepsOriginal = true;
  readonly hasFastDeny = false;
  readonly isConfigured: boolean;
  readonly #clients: IdentityCenterDependencies['clients'];
  readonly #instance: IdentityCenterInstance | undefined;

  constructor(dependencies: IdentityCenterDependencies) {
    this.#clients = dependencies.clients;
    this.#instance = instanceOf(dependencies);
    this.isConfigured = this.#instance !== undefined;
  }

  async *discover(search: Search): AsyncGenerator<Found<IdentityCenterAssignment>> {
    if (!this.#instance || search.for === 'principal') return;
    const { place } = this.#instance;
    const assignments = this.#assignments(place);
    if (search.for === 'everyone') {
      for await (const one of assignments.everyone()) yield found(place, one, [nameOf(one.user)]);
      return;
    }
    const users = this.#users(place);
    for await (const { id, names } of users.ofSubject(search.subjects)) {
      const all = await users.listingOf(id, assignments.ofUser(id));
      for (const one of all) yield found(place, one, names);
    }
  }

  async describe(credential: IdentityCenterAssignment): Promise<PrincipalFacts | undefined> {
    const names = await this.#users(credential).namesOf(credential.user);
    return names && factsOf(credential, names);
  }

  async inspect(credential: IdentityCenterAssignment): Promise<Inspection> {
    const call = 'sso:ListAccountAssignmentsForPrincipal';
    if (await this.#isAssigned(credential)) {
      return { state: 'live', level, observed: `${call} listed`, original: { assigned: true } };
    }
    const isThere = await this.#users(credential).namesOf(credential.user);
    if (!isThere) return { state: 'gone', level, observed: `${call} not listed, user gone`, original: {} };
    return { state: 'dead', level, observed: `${call} not listed`, original: { assigned: false } };
  }

  /** Deleting is all there is, and it has to wait until what was there is read. */
  async deny(): Promise<'nothing-to-deny'> {
    return 'nothing-to-deny';
  }

  async prolong(): Promise<void> {
    // What is deleted does not expire.
  }

  async revoke(credential: IdentityCenterAssignment): Promise<void> {
    await this.#assignments(credential).delete(credential);
  }

  /**
   * Also where it is still listed: deleting is asynchronous, and may come to its end after this. Then the API answers with a
   * conflict, which is tried again. To somebody who is gone nothing is assigned.
   */
  async restore(credential: IdentityCenterAssignment, original: Original): Promise<void> {
    if (original.assigned !== true) return;
    const isThere = await this.#users(credential).namesOf(credential.user);
    if (isThere) await this.#assignments(credential).create(credential);
  }

  async remove(): Promise<'nothing-to-remove'> {
    return 'nothing-to-remove';
  }

  async #isAssigned(credential: IdentityCenterAssignment): Promise<boolean> {
    const { user, target, permissionSet } = credential;
    const listing = this.#assignments(credential).ofUser(user, target);
    const all = await this.#users(credential).listingOf(user, listing);
    return all.some((one) => one.permissionSet === permissionSet);
  }

  #assignments(place: Place): AccountAssignments {
    return new AccountAssignments(this.#clients.ssoAdmin(place), configured(this.#instance).arn);
  }

  #users(place: Place): IdentityCenterUsers {
    return new IdentityCenterUsers(this.#clients.identityStore(place), configured(this.#instance).storeId);
  }
}

/** Under the permission set's ARN, so that whoever protects that protects its assignments. */
const factsOf = ({ target, permissionSet }: Assigned, names: readonly string[]): PrincipalFacts => ({
  arn: permissionSet,
  name: `${target} ${permissionSet.split('/').at(-1)}`,
  tags: {},
  inherentOwners: names,
});

const found = (
  place: Place,
  assigned: Assigned,
  names: readonly string[],
): Found<IdentityCenterAssignment> => {
  const id = [assigned.target, assigned.user, assigned.permissionSet].join('/');
  const credential = { kind: 'identity-center-assignment', ...place, id, ...assigned } as const;
  return { credential, facts: factsOf(assigned, names) };
};
