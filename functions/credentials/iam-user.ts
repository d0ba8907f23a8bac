import { GetUserCommand, paginateGetAccountAuthorizationDetails, type Tag } from '@aws-sdk/client-iam';
import type { IamUser } from '../domain/credential.ts';
import type { PrincipalFacts } from '../domain/ownership.ts';
import type { AwsClients, Place } from '../shared/aws-clients.ts';
import { calling, callingPages, isLimitExceeded, unlessGone } from './aws-errors.ts';
import type { CredentialRevoker, Found, Inspection, Order, Original, Search } from './credential-revoker.ts';
import { awsDenyAllArn, denyAllDocument, denyAllName, isDenyAll } from './deny-all-policy.ts';
import { IamUserPolicies } from './iam-user-policies.ts';
import { denySessions, inspectSessions } from './iam-user-sessions.ts';

const level = 'control-plane';

interface Described {
  readonly Arn?: string | undefined;
  readonly Tags?: Tag[] | undefined;
  readonly CreateDate?: Date | undefined;
}

const factsOf = (user: Described, name: string): PrincipalFacts => ({
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
  readonly #clients: AwsClients;
  readonly #home: Place;
  readonly #awsDenyAll: string;

  constructor(clients: AwsClients, home: Place) {
    this.#clients = clients;
    this.#home = home;
    this.#awsDenyAll = awsDenyAllArn(home.region);
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
        if (id) yield { credential: { kind: 'iam-user', ...place, id }, facts: factsOf(user, id) };
      }
    }
  }

  /** GetUser returns the tags, ListUsers does not ("GetUser", "ListUsers", IAM API Reference). */
  async describe(credential: IamUser): Promise<PrincipalFacts | undefined> {
    const get = new GetUserCommand({ UserName: credential.id });
    const answer = await unlessGone(calling('iam:GetUser', () => this.#clients.iam(credential).send(get)));
    return answer?.User && factsOf(answer.User, credential.id);
  }

  async inspect(credential: IamUser, order: Order): Promise<Inspection> {
    const policies = this.#policies(credential);
    if (order.action === 'deny-sessions') return inspectSessions(policies, order);
    const attached = await unlessGone(policies.attached());
    if (!attached) {
      return { state: 'gone', level, observed: 'iam:ListAttachedUserPolicies NoSuchEntity', original: {} };
    }
    const document = await policies.inline(denyAllName);
    const ours = document !== undefined && isDenyAll(document);
    const denyAllAttached = attached.includes(this.#awsDenyAll);
    const inline = ours ? denyAllName : document === undefined ? 'none' : `another ${denyAllName}`;
    return {
      state: ours || denyAllAttached ? 'dead' : 'live',
      level,
      observed: `iam:GetUserPolicy ${inline}, iam:ListAttachedUserPolicies ${denyAllAttached ? 'AWSDenyAll' : 'no AWSDenyAll'}`,
      // Our own document is never "before us": nobody else writes it, so restore may always take it away.
      original: { denyAllAttached, ...(document !== undefined && !ours && { replacedPolicy: document }) },
    };
  }

  /**
   * All inline policies of a user share 2,048 characters ("IAM and AWS STS quotas", IAM User Guide); a user
   * without room gets the managed policy instead. No room for that either is `limit-exceeded`.
   */
  async deny(credential: IamUser, order: Order): Promise<'denied' | 'nothing-to-deny'> {
    const policies = this.#policies(credential);
    if (order.action === 'deny-sessions') return denySessions(policies, order);
    try {
      const denied = await unlessGone(
        policies.putInline(denyAllName, denyAllDocument).then(() => 'denied' as const),
      );
      return denied ?? 'nothing-to-deny';
    } catch (error) {
      if (!isLimitExceeded(error)) throw error;
      // Not-found is an error here: the user was there a moment ago, so it is the policy that is missing.
      await policies.attach(this.#awsDenyAll);
      return 'denied';
    }
  }

  async prolong(): Promise<void> {
    // Neither a policy nor an inactive key expires.
  }

  async revoke(credential: IamUser, order: Order): Promise<void> {
    await this.deny(credential, order);
  }

  async restore(credential: IamUser, { denyAllAttached, replacedPolicy }: Original): Promise<void> {
    const policies = this.#policies(credential);
    const document = await policies.inline(denyAllName);
    if (document !== undefined && isDenyAll(document)) {
      const replaced = typeof replacedPolicy === 'string';
      // Policy or user gone meanwhile: there is nothing left of ours to take away.
      await unlessGone(
        replaced ? policies.putInline(denyAllName, replacedPolicy) : policies.deleteInline(denyAllName),
      );
    } else if (denyAllAttached !== true) {
      // Only where ours had no room did we attach this one; beside ours it is somebody else's, and stays.
      await unlessGone(policies.detach(this.#awsDenyAll));
    }
  }

  #policies(credential: IamUser): IamUserPolicies {
    return new IamUserPolicies(this.#clients.iam(credential), credential.id);
  }
}
