import type { IamAccessKey, IamAssumedSession, IamUser } from '../domain/credential.ts';
import type { Subject } from '../domain/subject.ts';

export interface Account {
  readonly account: string;
  readonly partition: string;
}

/** "Names for users" in "IAM and AWS STS quotas", IAM User Guide. */
export const userNamePattern = /^[\w+=,.@-]{1,64}$/;

/** "AccessKey", IAM API Reference. */
export const keyIdPattern = /^\w{16,128}$/;

/** "Unique identifiers", IAM User Guide: AKIA for a long-term key, ASIA for temporary credentials. */
export const isAccessKeyId = (id: string): boolean => id.startsWith('AKIA') && keyIdPattern.test(id);
export const isTemporaryKeyId = (id: string): boolean => id.startsWith('ASIA') && keyIdPattern.test(id);

/**
 * An ARN made of a name. Assumption: the user has no path. Events that give a name alone do not give the path, and the
 * credential beside the ARN is addressed by the name, which is unique in the account.
 */
const arnOf = ({ account, partition }: Account, service: string, resource: string): Subject => ({
  format: 'uri',
  uri: `arn:${partition}:${service}::${account}:${resource}`,
});

export const userSubject = (place: Account, name: string): Subject => arnOf(place, 'iam', `user/${name}`);
export const rootSubject = (place: Account): Subject => arnOf(place, 'iam', 'root');
export const roleSubject = (place: Account, name: string): Subject => arnOf(place, 'iam', `role/${name}`);
export const sessionSubject = (place: Account, session: string): Subject => arnOf(place, 'sts', session);

export const iamUser = ({ account }: Pick<Account, 'account'>, id: string): IamUser => ({
  kind: 'iam-user',
  account,
  region: 'global',
  id,
});

export const iamAccessKey = (
  { account }: Pick<Account, 'account'>,
  { id, user }: Pick<IamAccessKey, 'id' | 'user'>,
): IamAccessKey => ({ kind: 'iam-access-key', account, region: 'global', id, user });

export const assumedSession = (
  { account }: Pick<Account, 'account'>,
  { role, session }: Required<Pick<IamAssumedSession, 'role' | 'session'>>,
): IamAssumedSession => ({
  kind: 'iam-assumed-session',
  account,
  region: 'global',
  id: `${role}/${session}`,
  role,
  session,
});
