import { GetUserCommand, paginateGetAccountAuthorizationDetails, type Tag } from '@aws-sdk/client-iam';
import type { IamUser } from '../domain/credential.ts';
import type { PrincipalFacts } from '../domain/ownership.ts';
import type { AwsClients, Place } from '../shared/aws-clients.ts';
import { calling, callingPages, unlessGone } from './aws-errors.ts';
import type { CredentialRevoker, Found, Inspection, Order, Original, Search } from './credential-revoker.ts';
import { denyAll, inspectDenyAll, liftDenyAll } from './iam-user-deny-all.ts';
import { IamUserPolicies } from './iam-user-policies.ts';
import { removeUser } from './iam-user-removal.ts';
import { denySessions, inspectSessions } from './iam-user-sessions.ts';

const level = 'control-plane';

interface Described {
  readonly Arn?: string | undefined;
  readonly Tags?: Tag[] | undefined;
  readonly CreateDate?: Date | undefined;
}

export const userFacts = (user: Described, name: string): PrincipalFacts => ({
  arn: user.Arn ?? '',
  name,
  tags: Object.fromEntries((user.Tags ?? []).map(({ Key, Value }) => [Key, Value ?? ''])),
  ...(user.CreateDate && { createdAt: user.CreateDate.toISOString() }),
});

/**
 * An IAM user, cut by an inline policy that denies everything. It also ends the user's GetSessionToken and
 * GetFederationToken sessions, which obey the user's policies, but not sessions of roles that the user assumed.
 *
 * With the action `deny-sessions` only what was minted before is denied: see `iam-user-sessions.ts`.
 *
 * `original`: `{ denyAllAttached: boolean, replacedPolicy?: string }`, whether AWSDenyAll was attached before us,
 * and the JSON text of a policy of somebody else's that stood under our name.
 */
export class IamUserRevoker implements CredentialRevoker<IamUser> {
  readonly kind = 'iam-user';
  readonly requiredEvidence = [level] as const;
  readonly denyKeepsOriginal = false;
  readonly hasFastDeny = true;
  readonly isConfigured = true;
  readonly #clients: Pick<AwsClients, 'iam'>;
  readonly #home: Place;

  constructor(clients: Pick<AwsClients, 'iam'>, home: Place) {
    this.#clients = clients;
    this.#home = home;
  }

  /** The whole account for a single subject too: IAM cannot be asked for users by tag. */
  async *discover(search: Search): AsyncGenerator<Found<IamUser>> {
    if (search.for === 'principal') return;
    const place = { account: this.#home.account, region: 'global' };
    const pages = paginateGetAccountAuthorizationDetails(
      { client: this.#clients.iam(place), pageSize: 1000 },
      { Filter: ['User'] },
    );
    for await (const page of callingPages('iam:GetAccountAuthorizationDetails', pages)) {
      for (const user of page.UserDetailList ?? []) {
        const id = user.UserName;
        if (id) yield { credential: { kind: 'iam-user', ...place, id }, facts: userFacts(user, id) };
      }
    }
  }

  /** GetUser returns the tags, ListUsers does not ("GetUser", "ListUsers", IAM API Reference). */
  async describe(credential: IamUser): Promise<PrincipalFacts | undefined> {
    const get = new GetUserCommand({ UserName: credential.id });
    const answer = await unlessGone(calling('iam:GetUser', () => this.#clients.iam(credential).send(get)));
    return answer?.User && userFacts(answer.User, credential.id);
  }

  async inspect(credential: IamUser, order: Order): Promise<Inspection> {
    const policies = this.#policies(credential);
    return order.action === 'deny-sessions' ? inspectSessions(policies, order) : inspectDenyAll(policies);
  }

  async deny(credential: IamUser, order: Order): Promise<'denied' | 'nothing-to-deny'> {
    const policies = this.#policies(credential);
    return order.action === 'deny-sessions' ? denySessions(policies, order) : denyAll(policies);
  }

  async prolong(): Promise<void> {
    // Policies do not expire.
  }

  async revoke(credential: IamUser, order: Order): Promise<void> {
    await this.deny(credential, order);
  }

  async restore(credential: IamUser, original: Original): Promise<void> {
    await liftDenyAll(this.#policies(credential), original);
  }

  /** With all that hangs off it. */
  async remove(credential: IamUser): Promise<'removed'> {
    await removeUser(this.#clients.iam(credential), credential.id);
    return 'removed';
  }

  #policies(credential: IamUser): IamUserPolicies {
    return new IamUserPolicies(this.#clients.iam(credential), credential.id);
  }
}
