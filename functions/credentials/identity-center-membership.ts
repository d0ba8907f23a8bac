import {
  CreateGroupMembershipCommand,
  DeleteGroupMembershipCommand,
  type GroupMembership,
  type IdentitystoreClient,
  paginateListGroupMembershipsForMember,
} from '@aws-sdk/client-identitystore';
import type { IdentityCenterMembership } from '../domain/credential.ts';
import type { PrincipalFacts } from '../domain/ownership.ts';
import { unlessNotFound } from '../identity/unless-not-found.ts';
import type { Place } from '../shared/aws-clients.ts';
import { calling, callingPages } from './aws-errors.ts';
import type { CredentialRevoker, Found, Inspection, Original, Search } from './credential-revoker.ts';
import {
  configured,
  type IdentityCenterDependencies,
  type IdentityCenterInstance,
  instanceOf,
} from './identity-center-instance.ts';
import { IdentityCenterUsers } from './identity-center-users.ts';

const level = 'control-plane';

/**
 * A membership of a user of Identity Center in a group, through which assignments of accounts and applications come: all
 * of a user's go ("Revoke active IAM role sessions created by permission sets", IAM Identity Center User Guide). It is
 * deleted, and a restore makes a new one: its MembershipId is another then, so group and user name it here.
 *
 * A directory that is provisioned from outside by SCIM may write the membership back; the verification then finds it
 * alive. Sessions go on as with `identity-center-assignment`. A deletion by others is `dead` like ours; `gone` is a
 * membership whose user is.
 *
 * `original`: `{ member: boolean }`.
 */
export class IdentityCenterMembershipRevoker implements CredentialRevoker<IdentityCenterMembership> {
  readonly kind = 'identity-center-membership';
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

  /** Not for everyone: an upkeep has all memberships already (`learnDirectory`), and each says itself whose it is. */
  async *discover(search: Search): AsyncGenerator<Found<IdentityCenterMembership>> {
    if (!this.#instance || search.for !== 'subject') return;
    const { place } = this.#instance;
    for await (const { id: user, names } of this.#users(place).ofSubject(search.subjects)) {
      for (const { GroupId: group } of await this.#memberships(place, user)) {
        if (!group) continue;
        const id = `${group}/${user}`;
        const credential = { kind: 'identity-center-membership', ...place, id, group, user } as const;
        yield { credential, facts: factsOf(credential, names) };
      }
    }
  }

  async describe(credential: IdentityCenterMembership): Promise<PrincipalFacts | undefined> {
    const names = await this.#users(credential).namesOf(credential.user);
    return names && factsOf(credential, names);
  }

  async inspect(credential: IdentityCenterMembership): Promise<Inspection> {
    const call = 'identitystore:ListGroupMembershipsForMember';
    if ((await this.#inGroup(credential)).length > 0) {
      return { state: 'live', level, observed: `${call} listed`, original: { member: true } };
    }
    const isThere = await this.#users(credential).namesOf(credential.user);
    if (!isThere) return { state: 'gone', level, observed: `${call} not listed, user gone`, original: {} };
    return { state: 'dead', level, observed: `${call} not listed`, original: { member: false } };
  }

  /** Deleting is all there is, and it has to wait until what was there is read. */
  async deny(): Promise<'nothing-to-deny'> {
    return 'nothing-to-deny';
  }

  async prolong(): Promise<void> {
    // What is deleted does not expire.
  }

  async revoke(credential: IdentityCenterMembership): Promise<void> {
    const { storeId: IdentityStoreId } = configured(this.#instance);
    for (const { MembershipId } of await this.#inGroup(credential)) {
      const remove = new DeleteGroupMembershipCommand({ IdentityStoreId, MembershipId });
      const call = calling('identitystore:DeleteGroupMembership', () =>
        this.#client(credential).send(remove),
      );
      await unlessNotFound(call); // Gone meanwhile: the expected end state.
    }
  }

  /** Who is a member again already is a conflict once, and found there on the next try ("CreateGroupMembership"). */
  async restore(credential: IdentityCenterMembership, original: Original): Promise<void> {
    if (original.member !== true) return;
    if ((await this.inspect(credential)).state !== 'dead') return;
    const { storeId: IdentityStoreId } = configured(this.#instance);
    const MemberId = { UserId: credential.user };
    const create = new CreateGroupMembershipCommand({ IdentityStoreId, GroupId: credential.group, MemberId });
    const call = calling('identitystore:CreateGroupMembership', () => this.#client(credential).send(create));
    await unlessNotFound(call); // Group or user is gone: there is nothing to go back to.
  }

  async remove(): Promise<'nothing-to-remove'> {
    return 'nothing-to-remove';
  }

  async #inGroup(credential: IdentityCenterMembership): Promise<GroupMembership[]> {
    const all = await this.#memberships(credential, credential.user);
    return all.filter(({ GroupId }) => GroupId === credential.group);
  }

  #memberships(place: Place, user: string): Promise<readonly GroupMembership[]> {
    const input = { IdentityStoreId: configured(this.#instance).storeId, MemberId: { UserId: user } };
    const pages = paginateListGroupMembershipsForMember(
      { client: this.#client(place), pageSize: 100 },
      input,
    );
    const listing = Array.fromAsync(callingPages('identitystore:ListGroupMembershipsForMember', pages));
    const all = listing.then((some) => some.flatMap((page) => page.GroupMemberships ?? []));
    return this.#users(place).listingOf(user, all);
  }

  #users(place: Place): IdentityCenterUsers {
    return new IdentityCenterUsers(this.#client(place), configured(this.#instance).storeId);
  }

  #client(place: Place): IdentitystoreClient {
    return this.#clients.identityStore(place);
  }
}

const factsOf = ({ group }: IdentityCenterMembership, names: readonly string[]): PrincipalFacts => ({
  arn: '',
  name: group,
  tags: {},
  inherentOwners: names,
});
