import {
  type AccessKeyMetadata,
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  type IAMClient,
  paginateGetAccountAuthorizationDetails,
  paginateListAccessKeys,
  type User,
} from '@aws-sdk/client-iam';
import { calling, callingPages, unlessGone } from '../../credentials/aws-errors.ts';
import { hasLoginProfile } from '../../credentials/iam-login-profile.ts';
import { userFacts } from '../../credentials/iam-user.ts';
import type { Credential, IamUser } from '../../domain/credential.ts';
import type { LiveFacts } from '../../domain/sweep-facts.ts';
import { reportedUsers } from '../../inventory/credential-report.ts';
import type { AwsClients, Place } from '../../shared/aws-clients.ts';
import type { Pace } from '../../shared/pace.ts';
import type { Listed, SweepSource } from '../sweep-source.ts';
import { aged, listedOf } from './iam-listed.ts';
import { useOf, useOfUser } from './iam-use.ts';
import { pacedPages } from './paced-pages.ts';

export interface IamSourceDeps {
  readonly clients: Pick<AwsClients, 'iam'>;
  readonly home: Place;
  readonly pace: Pace;
  readonly now: () => Date;
  /** While a report is being made. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

interface SeenKey extends AccessKeyMetadata {
  /** ISO 8601 */
  readonly lastUsedAt: string | undefined;
}

/**
 * IAM users and their access keys. The lists are the credential report and GetAccountAuthorizationDetails, which tell of users
 * that came or went between the two: those who are gone from the second are left out.
 *
 * A user always counts as active: whether a policy denies it everything, its revocation knows.
 */
export class IamSource implements SweepSource {
  readonly kinds = ['iam-user', 'iam-access-key'] as const;
  readonly #deps: IamSourceDeps;

  constructor(deps: IamSourceDeps) {
    this.#deps = deps;
  }

  async *listed(): AsyncGenerator<Listed> {
    const { home, pace } = this.#deps;
    const place = { account: home.account, region: 'global' };
    const client = this.#deps.clients.iam(place);
    const rows = new Map((await reportedUsers(client, this.#deps)).map((row) => [row.name, row]));
    const pages = paginateGetAccountAuthorizationDetails({ client, pageSize: 1000 }, { Filter: ['User'] });
    const listing = { action: 'iam:GetAccountAuthorizationDetails', pages, more: 'Marker' } as const;
    for await (const { UserDetailList = [] } of pacedPages(listing, pace)) {
      for (const user of UserDetailList) {
        const id = user.UserName;
        if (id) yield* listedOf(user, rows.get(id), { kind: 'iam-user', ...place, id });
      }
    }
  }

  /** Two calls, and one for each key; one more for a user without keys who never signed in. */
  async read(principal: Credential): Promise<LiveFacts[]> {
    if (principal.kind !== 'iam-user') return [];
    const client = this.#deps.clients.iam(principal);
    await this.#deps.pace(2);
    const get = new GetUserCommand({ UserName: principal.id });
    const user = (await unlessGone(calling('iam:GetUser', () => client.send(get))))?.User;
    const keys = user && (await this.#keys(client, principal.id));
    return keys ? this.#facts(user, keys, principal) : [];
  }

  /** `undefined` where the user is gone by now. */
  async #keys(client: IAMClient, UserName: string): Promise<SeenKey[] | undefined> {
    const pages = callingPages('iam:ListAccessKeys', paginateListAccessKeys({ client }, { UserName }));
    const all = await unlessGone(Array.fromAsync(pages));
    const keys = all?.flatMap(({ AccessKeyMetadata = [] }) => AccessKeyMetadata);
    if (!keys) return undefined;
    await this.#deps.pace(keys.length);
    const seen = await Promise.all(keys.map((key) => this.#withLastUse(client, key)));
    return seen.filter((key) => key !== undefined);
  }

  /** `undefined` where the key is gone by now. Where IAM says AccessDenied of such a key, this read fails, and the next does not. */
  async #withLastUse(client: IAMClient, key: AccessKeyMetadata): Promise<SeenKey | undefined> {
    const get = new GetAccessKeyLastUsedCommand({ AccessKeyId: key.AccessKeyId });
    const answer = await unlessGone(calling('iam:GetAccessKeyLastUsed', () => client.send(get)));
    return answer && { ...key, lastUsedAt: answer.AccessKeyLastUsed?.LastUsedDate?.toISOString() };
  }

  async #facts(user: User, keys: readonly SeenKey[], principal: IamUser): Promise<LiveFacts[]> {
    const { arn, name, tags, createdAt } = userFacts(user, principal.id);
    const shared = { arn, name, tags, ...(user.Path && { path: user.Path }) };
    const lastUses = [user.PasswordLastUsed?.toISOString(), ...keys.map(({ lastUsedAt }) => lastUsedAt)];
    const hasPassword = keys.length === 0 && !lastUses[0] && (await this.#hasPassword(principal));
    const lastUse = useOfUser({ createdAt, hasPassword, keys: keys.length, lastUses });
    return [
      { ...shared, credential: principal, isActive: true, ...(createdAt && { createdAt }), lastUse },
      ...keys.map((key) => ({ ...shared, ...keyFacts(key, principal) })),
    ];
  }

  async #hasPassword(principal: IamUser): Promise<boolean> {
    await this.#deps.pace(1);
    return hasLoginProfile(this.#deps.clients.iam(principal), principal.id);
  }
}

const keyFacts = ({ AccessKeyId = '', CreateDate, Status, lastUsedAt }: SeenKey, user: IamUser) => {
  const { account, region, id } = user;
  const createdAt = CreateDate?.toISOString();
  return {
    credential: { kind: 'iam-access-key', account, region, id: AccessKeyId, user: id },
    isActive: Status === 'Active',
    ...aged(createdAt),
    lastUse: useOf(lastUsedAt, createdAt),
  } as const;
};
