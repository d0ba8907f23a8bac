import type { IAMClient, StatusType } from '@aws-sdk/client-iam';
import type {
  IamAccessKey,
  IamServiceCredential,
  IamSigningCertificate,
  IamSshKey,
} from '../domain/credential.ts';
import type { AwsClients } from '../shared/aws-clients.ts';
import { calling, callingPages, unlessGone } from './aws-errors.ts';
import type { CredentialRevoker, Found, Inspection, Original, Search } from './credential-revoker.ts';

const level = 'control-plane';

/** What hangs off an IAM user and has a status of its own. */
export type IamUserPart = IamAccessKey | IamServiceCredential | IamSshKey | IamSigningCertificate;

export interface ListedPart {
  readonly id: string | undefined;
  readonly status: StatusType | undefined;
  readonly createdAt?: Date | undefined;
}

type NamedPart = Pick<IamUserPart, 'user' | 'id'>;

/** IAM's three calls for one kind of them. */
export interface IamUserPartCalls {
  /** As IAM's actions name it: `iam:List…s`, `iam:Update…`, `iam:Delete…`. */
  readonly noun: string;
  list(client: IAMClient, user: string): AsyncIterable<readonly ListedPart[]>;
  update(client: IAMClient, part: NamedPart, status: StatusType): Promise<unknown>;
  delete(client: IAMClient, part: NamedPart): Promise<unknown>;
}

/** None of a user that is gone: they went with it. */
export const listParts = async (
  calls: IamUserPartCalls,
  client: IAMClient,
  user: string,
): Promise<ListedPart[]> => {
  const pages = callingPages(`iam:List${calls.noun}s`, calls.list(client, user));
  return ((await unlessGone(Array.fromAsync(pages))) ?? []).flat();
};

/** Gone already is as good. */
export const deletePart = async (
  calls: IamUserPartCalls,
  client: IAMClient,
  part: NamedPart,
): Promise<void> => {
  await unlessGone(calling(`iam:Delete${calls.noun}`, () => calls.delete(client, part)));
};

/**
 * One part of an IAM user, made inactive. The user's deny-all contains it at once, so `deny` has nothing to do here.
 *
 * `original`: `{ status: 'Active' | 'Inactive' | 'Expired' }`. Only `Inactive` counts as dead: what `Expired` allows
 * is not documented ("AccessKeyMetadata" and others, IAM API Reference), so such a part is made inactive too.
 * Assumption: IAM lets it.
 */
export abstract class IamUserPartRevoker<C extends IamUserPart> implements CredentialRevoker<C> {
  abstract readonly kind: C['kind'];
  readonly requiredEvidence = [level] as const;
  readonly denyKeepsOriginal = true;
  readonly hasFastDeny = false;
  readonly isConfigured = true;
  readonly #calls: IamUserPartCalls;
  readonly #clients: Pick<AwsClients, 'iam'>;

  constructor(calls: IamUserPartCalls, clients: Pick<AwsClients, 'iam'>) {
    this.#calls = calls;
    this.#clients = clients;
  }

  /** Only what hangs off one IAM user. A part has neither ARN nor tags: whose it is, its user says. */
  async *discover(search: Search): AsyncGenerator<Found<C>> {
    if (search.for !== 'principal' || search.principal.kind !== 'iam-user') return;
    const { account, region, id: user } = search.principal;
    const parts = await listParts(this.#calls, this.#clients.iam(search.principal), user);
    for (const { id, createdAt } of parts) {
      if (!id) continue;
      // All parts have these fields and no others, which TypeScript cannot see of a type parameter.
      const credential = { kind: this.kind, account, region, id, user } as C;
      const made = createdAt ? { createdAt: createdAt.toISOString() } : {};
      yield { credential, facts: { arn: '', name: id, tags: {}, ...made } };
    }
  }

  /** A part says nothing about whom it belongs to; its user does. */
  async describe(): Promise<undefined> {
    return undefined;
  }

  async inspect(credential: C): Promise<Inspection> {
    const call = `iam:List${this.#calls.noun}s`;
    const parts = await listParts(this.#calls, this.#clients.iam(credential), credential.user);
    const status = parts.find(({ id }) => id === credential.id)?.status;
    if (!status) return { state: 'gone', level, observed: `${call} not listed`, original: {} };
    const state = status === 'Inactive' ? 'dead' : 'live';
    return { state, level, observed: `${call} ${status}`, original: { status } };
  }

  async deny(): Promise<'nothing-to-deny'> {
    return 'nothing-to-deny';
  }

  async prolong(): Promise<void> {
    // Neither a policy nor a status expires.
  }

  async revoke(credential: C): Promise<void> {
    await this.#update(credential, 'Inactive');
  }

  async restore(credential: C, original: Original): Promise<void> {
    // Whoever made it inactive before us had a reason; only they can take it back.
    if (original.status === 'Active') await this.#update(credential, 'Active');
  }

  async remove(credential: C): Promise<'removed'> {
    await deletePart(this.#calls, this.#clients.iam(credential), credential);
    return 'removed';
  }

  /** Deleted meanwhile, alone or with its user, is as dead as can be. */
  async #update(credential: C, status: StatusType): Promise<void> {
    const { noun, update } = this.#calls;
    const client = this.#clients.iam(credential);
    await unlessGone(calling(`iam:Update${noun}`, () => update(client, credential, status)));
  }
}
