import { paginateListAccessKeys } from '@aws-sdk/client-iam';
import type { Credential, IamAssumedSession, IamUser } from '../domain/credential.ts';
import type { CredentialsSettings } from '../domain/credential-settings.ts';
import type { PrincipalFacts } from '../domain/ownership.ts';
import type { AwsClients, Place } from '../shared/aws-clients.ts';
import { assumedWith } from './assumed-roles.ts';
import { callingPages, unlessGone } from './aws-errors.ts';
import type { CredentialRevoker, Found, Inspection, Order, Search } from './credential-revoker.ts';
import { partitionOf } from './partition.ts';
import { denyOlder, inspectOlder } from './role-denies.ts';
import type { Holder } from './role-deny-policy.ts';
import { factsFromArn, RolePolicies } from './role-policies.ts';

const level = 'control-plane';

/** As long as the longest session token of a user lasts, which roles may be assumed with ("GetSessionToken"). */
const lookBackHours = 36;

interface Dependencies {
  readonly clients: Pick<AwsClients, 'iam' | 'cloudTrail'>;
  readonly home: Place;
  readonly settings: Pick<CredentialsSettings, 'assumedRoles'>;
  readonly now: () => Date;
}

const holderOf = ({ session }: IamAssumedSession): Holder | undefined =>
  session === undefined ? undefined : { by: 'session-name', value: session };

/**
 * Sessions of a role that were assumed with an access key of a user, as CloudTrail tells. Whoever assumes a role may
 * choose the name of the session, so others may have the same: whatever the action, only what began before the order's
 * time is denied. Without a name, that is every session of the role.
 *
 * Limits: STS calls show in the event history of the region that they were made in, and of us-east-1 for the global
 * endpoint ("AWS STS Regions and endpoints", IAM User Guide; "Logging IAM and AWS STS API calls with CloudTrail"); the
 * deployment's own is looked at. Roles that were switched to in the console, or assumed with a key that is deleted by
 * now, are not found. Assumption: an event shows within 15 minutes of its call; CloudTrail promises no time.
 *
 * `original`: `{}`. What is over is not brought back: who may assume the role begins a new session.
 */
export class IamAssumedSessionRevoker implements CredentialRevoker<IamAssumedSession> {
  readonly kind = 'iam-assumed-session';
  readonly requiredEvidence = [level] as const;
  readonly denyKeepsOriginal = true;
  readonly hasFastDeny = true;
  readonly cannotComeBack = 'sessions-are-begun-anew';
  readonly listsLateSeconds = 900;
  readonly isConfigured: boolean;
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
    this.isConfigured = dependencies.settings.assumedRoles;
  }

  /** Of one IAM user or one access key. A role of another account is found too, and told by its `account`. */
  async *discover(search: Search): AsyncGenerator<Found<IamAssumedSession>> {
    if (!this.isConfigured || search.for !== 'principal') return;
    const keys = await this.#keysOf(search.principal);
    if (keys.length === 0) return;
    const since = new Date(this.#deps.now().getTime() - lookBackHours * 3_600_000);
    const clients = historiesOf(this.#deps.home).map(this.#deps.clients.cloudTrail);
    const seen = new Set<string>();
    for await (const { arn, account, role, session } of assumedWith(keys, { clients, since })) {
      const id = `${role}/${session}`;
      if (seen.has(`${account}/${id}`)) continue;
      seen.add(`${account}/${id}`);
      const credential = {
        kind: 'iam-assumed-session',
        account,
        region: 'global',
        id,
        role,
        session,
      } as const;
      yield { credential, facts: factsFromArn(arn) };
    }
  }

  async describe(credential: IamAssumedSession): Promise<PrincipalFacts | undefined> {
    return (await this.#policies(credential).read())?.facts;
  }

  async inspect(credential: IamAssumedSession, order: Order): Promise<Inspection> {
    return inspectOlder(this.#policies(credential), order, holderOf(credential));
  }

  async deny(credential: IamAssumedSession, order: Order): Promise<'denied' | 'nothing-to-deny'> {
    return denyOlder(this.#policies(credential), order, holderOf(credential));
  }

  async prolong(): Promise<void> {
    // It outlives every session that it denies: see `prune-role-denies.ts`.
  }

  async revoke(credential: IamAssumedSession, order: Order): Promise<void> {
    await this.deny(credential, order);
  }

  async restore(): Promise<void> {
    // Sessions that are over stay over.
  }

  async remove(): Promise<'nothing-to-remove'> {
    return 'nothing-to-remove';
  }

  async #keysOf(principal: Credential): Promise<string[]> {
    if (principal.kind === 'iam-access-key') return [principal.id];
    return principal.kind === 'iam-user' ? this.#keysOfUser(principal) : [];
  }

  /** Those that are inactive too: what they assumed goes on. */
  async #keysOfUser(user: IamUser): Promise<string[]> {
    const pages = paginateListAccessKeys({ client: this.#deps.clients.iam(user) }, { UserName: user.id });
    const all = await unlessGone(Array.fromAsync(callingPages('iam:ListAccessKeys', pages)));
    const keys = (all ?? []).flatMap((page) => page.AccessKeyMetadata ?? []);
    return keys.flatMap(({ AccessKeyId }) => AccessKeyId ?? []);
  }

  #policies(credential: IamAssumedSession): RolePolicies {
    return new RolePolicies(this.#deps.clients.iam(credential), credential.role);
  }
}

/**
 * The event history of a region has the calls that were made there; those to the global endpoint of STS may be in us-east-1
 * ("Manage AWS STS in an AWS Region", IAM User Guide). Calls in further regions are not found.
 */
const historiesOf = (home: Place): Place[] => {
  const isGlobalToo = partitionOf(home.region) === 'aws' && home.region !== 'us-east-1';
  return isGlobalToo ? [home, { ...home, region: 'us-east-1' }] : [home];
};
