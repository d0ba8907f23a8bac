import {
  type AccessKeyMetadata,
  paginateListAccessKeys,
  type StatusType,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import type { IamAccessKey } from '../domain/credential.ts';
import type { AwsClients, Place } from '../shared/aws-clients.ts';
import { calling, callingPages, unlessGone } from './aws-errors.ts';
import type { CredentialRevoker, Found, Inspection, Original, Search } from './credential-revoker.ts';

const level = 'control-plane';

/**
 * One access key of an IAM user, made inactive. That alone does not end sessions minted from it: the user's
 * deny-all does, and it contains the key at once, so `deny` has nothing to do here.
 *
 * `original`: `{ status: 'Active' | 'Inactive' | 'Expired' }`. Only `Inactive` counts as dead: what `Expired` allows
 * is not documented ("AccessKeyMetadata", IAM API Reference), so such a key is made inactive too.
 */
export class IamAccessKeyRevoker implements CredentialRevoker<IamAccessKey> {
  readonly kind = 'iam-access-key';
  readonly requiredEvidence = [level] as const;
  readonly denyKeepsOriginal = true;
  readonly #clients: AwsClients;

  constructor(clients: AwsClients) {
    this.#clients = clients;
  }

  /** Only what hangs off one IAM user. A key has neither ARN nor tags: whose it is, its user says. */
  async *discover(search: Search): AsyncGenerator<Found<IamAccessKey>> {
    if (search.for !== 'principal' || search.principal.kind !== 'iam-user') return;
    const { account, region, id: user } = search.principal;
    for (const { AccessKeyId: id } of await this.#keys({ account, region }, user)) {
      if (!id) continue;
      const credential = { kind: 'iam-access-key', account, region, id, user } as const;
      yield { credential, facts: { arn: '', name: id, tags: {} } };
    }
  }

  /** A key says nothing about whom it belongs to; its user does. */
  async describe(): Promise<undefined> {
    return undefined;
  }

  async inspect(credential: IamAccessKey): Promise<Inspection> {
    const keys = await this.#keys(credential, credential.user);
    const status = keys.find((key) => key.AccessKeyId === credential.id)?.Status;
    if (!status) return { state: 'gone', level, observed: 'iam:ListAccessKeys not listed', original: {} };
    const state = status === 'Inactive' ? 'dead' : 'live';
    return { state, level, observed: `iam:ListAccessKeys ${status}`, original: { status } };
  }

  async deny(): Promise<'nothing-to-deny'> {
    return 'nothing-to-deny';
  }

  async prolong(): Promise<void> {
    // Neither a policy nor an inactive key expires.
  }

  async revoke(credential: IamAccessKey): Promise<void> {
    await this.#update(credential, 'Inactive');
  }

  async restore(credential: IamAccessKey, original: Original): Promise<void> {
    // Whoever made it inactive before us had a reason; only they can take it back.
    if (original.status === 'Active') await this.#update(credential, 'Active');
  }

  async #update(credential: IamAccessKey, status: StatusType): Promise<void> {
    const { user, id } = credential;
    const update = new UpdateAccessKeyCommand({ UserName: user, AccessKeyId: id, Status: status });
    await unlessGone(calling('iam:UpdateAccessKey', () => this.#clients.iam(credential).send(update)));
  }

  /** None of a user that is gone: the keys went with it. */
  async #keys(place: Place, user: string): Promise<AccessKeyMetadata[]> {
    const pages = paginateListAccessKeys({ client: this.#clients.iam(place) }, { UserName: user });
    const all = await unlessGone(Array.fromAsync(callingPages('iam:ListAccessKeys', pages)));
    return (all ?? []).flatMap((page) => page.AccessKeyMetadata ?? []);
  }
}
