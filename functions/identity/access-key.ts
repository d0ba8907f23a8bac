import { GetAccessKeyLastUsedCommand, type GetAccessKeyLastUsedResponse } from '@aws-sdk/client-iam';
import { calling } from '../credentials/aws-errors.ts';
import { CutoffError, type ErrorCode } from '../domain/errors.ts';
import type { LastUse } from '../domain/sweep-facts.ts';
import type { AwsClients, Place } from '../shared/aws-clients.ts';
import { iamAccessKey, userNamePattern } from '../sources/aws-names.ts';
import { held, type LookUp } from './look-up.ts';

const unknown: ReadonlySet<ErrorCode> = new Set(['not-found', 'access-denied']);

export interface KeyOwners {
  readonly clients: Pick<AwsClients, 'iam'>;
  readonly home: Place;
}

/**
 * Who has the key, and when it was used last; `undefined` where IAM knows no such key in this account.
 * Assumption: for a key that is deleted or another account's, GetAccessKeyLastUsed answers AccessDenied, as often
 * reported; "GetAccessKeyLastUsed" (IAM API Reference) documents no error. A missing permission looks the same and is
 * therefore held for a human too, instead of lost.
 */
export const ownerOfKey = async (
  keyId: string,
  { clients, home }: KeyOwners,
): Promise<GetAccessKeyLastUsedResponse | undefined> => {
  const iam = clients.iam({ account: home.account, region: 'global' });
  const get = new GetAccessKeyLastUsedCommand({ AccessKeyId: keyId });
  try {
    return await calling('iam:GetAccessKeyLastUsed', () => iam.send(get));
  } catch (error) {
    if (error instanceof CutoffError && unknown.has(error.code)) return undefined;
    throw error;
  }
};

/** An access key as IAM tells of it now. */
export interface KeyNow {
  readonly user: string;
  readonly lastUse: LastUse;
}

/**
 * By its id, which stays where its user is renamed. No date is no use since IAM keeps track ("AccessKeyLastUsed", IAM API
 * Reference). `undefined` where IAM knows no such key; throws where it cannot say.
 */
export type AskKey = (keyId: string) => Promise<KeyNow | undefined>;

export const keyNow =
  (deps: KeyOwners): AskKey =>
  async (keyId) => {
    const { UserName: user, AccessKeyLastUsed } = (await ownerOfKey(keyId, deps)) ?? {};
    if (!user) return undefined;
    const usedAt = AccessKeyLastUsed?.LastUsedDate;
    return { user, lastUse: usedAt ? { at: usedAt.toISOString() } : 'never' };
  };

/** Gives the change the key that it is about, with its user. */
export const accessKeyLookUp =
  (deps: KeyOwners): LookUp<'access-key'> =>
  async (change, { account, keyId }) => {
    if (account !== deps.home.account) return held(change, 'foreign-account');
    const user = (await ownerOfKey(keyId, deps))?.UserName;
    if (!user) return held(change, 'not-found-on-look-up');
    // For the root user's key it is no name that a user can have.
    if (!userNamePattern.test(user)) return held(change, 'root-user');
    return { changes: [{ ...change, credential: iamAccessKey({ account }, { id: keyId, user }) }] };
  };
