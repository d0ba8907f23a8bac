import { type AccessKeyMetadata, CreateAccessKeyCommand, paginateListAccessKeys } from '@aws-sdk/client-iam';
import { calling, callingPages, unlessGone } from '../credentials/aws-errors.ts';
import type { IamAccessKey } from '../domain/credential.ts';
import { CutoffError } from '../domain/errors.ts';
import { subjectFromText } from '../domain/subject.ts';
import type { AwsClients, Place } from '../shared/aws-clients.ts';
import type { Issuance } from '../stores/issuances.ts';
import type { IssueDeps } from './deps.ts';
import { type Issuer, type Made, mustStillBeNamed, textIn, textsIn } from './issuer.ts';
import { made } from './made.ts';

/** The keys of a user, as IAM lists them now: one that was made seconds ago may be missing. */
export const accessKeysOf = async (
  place: Place,
  UserName: string,
  clients: Pick<AwsClients, 'iam'>,
): Promise<AccessKeyMetadata[]> => {
  const pages = paginateListAccessKeys({ client: clients.iam(place) }, { UserName });
  const all = await Array.fromAsync(callingPages('iam:ListAccessKeys', pages));
  return all.flatMap(({ AccessKeyMetadata: keys = [] }) => keys);
};

export const accessKey = ({ account, region }: Place, user: string, id: string): IamAccessKey => ({
  kind: 'iam-access-key',
  account,
  region,
  id,
  user,
});

/**
 * Milliseconds around the intention, within which a key must have been made to be ours: a function runs for a minute, and
 * clocks differ a little. A key carries no mark, and one that somebody made on another day must not be taken for it.
 */
const madeWithin = 5 * 60_000;

type Deps = Pick<IssueDeps, 'settings' | 'clients' | 'once' | 'links' | 'registry'>;

/**
 * An access key is active from its first moment, and nothing can be written on it. Nobody knows its secret before it is
 * registered, though, and the intention has what the user had before.
 */
export class AccessKeyIssuer implements Issuer<IamAccessKey> {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async create(issuance: Issuance): Promise<Made<IamAccessKey>> {
    await this.#link(issuance);
    const user = textIn(issuance, 'user');
    const create = new CreateAccessKeyCommand({ UserName: user });
    const iam = this.#deps.once.iam(issuance);
    const { AccessKey } = await calling('iam:CreateAccessKey', () => iam.send(create));
    const accessKeyId = made(AccessKey?.AccessKeyId, 'an access key');
    return {
      credential: accessKey(issuance, user, accessKeyId),
      secret: { accessKeyId, secretAccessKey: made(AccessKey?.SecretAccessKey, 'an access key') },
    };
  }

  async activate(): Promise<void> {
    // It is.
  }

  /**
   * Those that came since, but for one that another issuance has made. A user who is deleted has none: IAM deletes nobody who
   * has keys ("DeleteUser", IAM API Reference).
   */
  async find(issuance: Issuance): Promise<IamAccessKey[]> {
    mustStillBeNamed(this.#deps.settings.accessKeys !== undefined, 'accessKeys');
    const user = textIn(issuance, 'user');
    const before = new Set(textsIn(issuance, 'before'));
    const intended = Date.parse(issuance.intendedAt);
    const isSince = ({ AccessKeyId = '', CreateDate }: AccessKeyMetadata) =>
      !before.has(AccessKeyId) &&
      CreateDate !== undefined &&
      Math.abs(CreateDate.getTime() - intended) <= madeWithin;
    const listed = (await unlessGone(accessKeysOf(issuance, user, this.#deps.clients))) ?? [];
    const since = listed
      .filter(isSince)
      .map(({ AccessKeyId = '' }) => accessKey(issuance, user, AccessKeyId));
    const rows = await this.#deps.registry.read(since);
    const others = rows.filter((row) => row.issuance !== undefined && row.issuance !== issuance.id);
    const taken = new Set(others.map(({ credential }) => credential.id));
    return since.filter(({ id }) => !taken.has(id));
  }

  async *marked(): AsyncGenerator<never> {
    // Nothing can be written on a key.
  }

  /** Where the user does not say whose it is, the link table does from now on: a leaver's key must be found by it. */
  async #link(issuance: Issuance): Promise<void> {
    const uri = textIn(issuance, 'untagged');
    const owner = subjectFromText(textsIn(issuance, 'owners')[0] ?? '');
    if (!uri || !owner) return;
    if ((await this.#deps.links.link([owner, { format: 'uri', uri }])) === 'linked') return;
    throw new CutoffError('the user was given to somebody else meanwhile', {
      code: 'conflict',
      retryable: false,
    });
  }
}
