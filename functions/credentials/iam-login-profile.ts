import { DeleteLoginProfileCommand, GetLoginProfileCommand, type IAMClient } from '@aws-sdk/client-iam';
import type { IamLoginProfile } from '../domain/credential.ts';
import type { AwsClients } from '../shared/aws-clients.ts';
import { calling, unlessGone } from './aws-errors.ts';
import type { CredentialRevoker, Found, Inspection, Search } from './credential-revoker.ts';
import { denyAll, inspectDenyAll } from './iam-user-deny-all.ts';
import { IamUserPolicies } from './iam-user-policies.ts';

const level = 'control-plane';

/** IAM describes the caller where no user is named ("GetLoginProfile", IAM API Reference), so it always is. */
export const hasLoginProfile = async (client: IAMClient, user: string): Promise<boolean> => {
  const get = new GetLoginProfileCommand({ UserName: user });
  return (await unlessGone(calling('iam:GetLoginProfile', () => client.send(get)))) !== undefined;
};

/** No password is as good. One that is "temporarily unmodifiable" ("DeleteLoginProfile") is tried again. */
export const deleteLoginProfile = async (client: IAMClient, user: string): Promise<void> => {
  const remove = new DeleteLoginProfileCommand({ UserName: user });
  await unlessGone(calling('iam:DeleteLoginProfile', () => client.send(remove)));
};

/**
 * The console password of an IAM user. No API brings an old password back, so it is left as it is while it may have
 * to be restored: under a deny-all on its user it opens nothing. That deny makes it dead, and `revoke` only makes
 * sure that it stands; the user's own step put it there before, holds it, and lifts it, so `restore` has nothing to
 * undo.
 *
 * `original`: `{}`.
 */
export class IamLoginProfileRevoker implements CredentialRevoker<IamLoginProfile> {
  readonly kind = 'iam-login-profile';
  readonly requiredEvidence = [level] as const;
  readonly denyKeepsOriginal = true;
  readonly hasFastDeny = false;
  readonly isConfigured = true;
  readonly #clients: Pick<AwsClients, 'iam'>;

  constructor(clients: Pick<AwsClients, 'iam'>) {
    this.#clients = clients;
  }

  /** Only what hangs off one IAM user, which has one password at most. */
  async *discover(search: Search): AsyncGenerator<Found<IamLoginProfile>> {
    if (search.for !== 'principal' || search.principal.kind !== 'iam-user') return;
    const { account, region, id } = search.principal;
    if (!(await hasLoginProfile(this.#clients.iam(search.principal), id))) return;
    const credential = { kind: 'iam-login-profile', account, region, id, user: id } as const;
    yield { credential, facts: { arn: '', name: id, tags: {} } };
  }

  /** A password says nothing about whom it belongs to; its user does. */
  async describe(): Promise<undefined> {
    return undefined;
  }

  async inspect(credential: IamLoginProfile): Promise<Inspection> {
    if (!(await hasLoginProfile(this.#clients.iam(credential), credential.user))) {
      return { state: 'gone', level, observed: 'iam:GetLoginProfile NoSuchEntity', original: {} };
    }
    const { state, observed } = await inspectDenyAll(this.#policies(credential));
    return { state, level, observed: `iam:GetLoginProfile found, ${observed}`, original: {} };
  }

  /** The user's own deny contains it. */
  async deny(): Promise<'nothing-to-deny'> {
    return 'nothing-to-deny';
  }

  async prolong(): Promise<void> {
    // Policies do not expire.
  }

  /** A password that is gone, or whose user is, needs no deny. */
  async revoke(credential: IamLoginProfile): Promise<void> {
    const { state } = await this.inspect(credential);
    if (state === 'live') await denyAll(this.#policies(credential));
  }

  async restore(): Promise<void> {
    // It was never changed; the deny on its user is lifted by the user's own restore.
  }

  async remove(credential: IamLoginProfile): Promise<'removed'> {
    await deleteLoginProfile(this.#clients.iam(credential), credential.user);
    return 'removed';
  }

  #policies(credential: IamLoginProfile): IamUserPolicies {
    return new IamUserPolicies(this.#clients.iam(credential), credential.user);
  }
}
